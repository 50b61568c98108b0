internal import Basics

// What the tables hold, as rows: the same values are written, read and digested.

extension TokenizerRecord {
  var row: [SQLiteValue] {
    [.integer(0), .text(name), .digest(digest), .integer(vocabularySize), .integer(Int(endOfText))]
  }
}

extension StoredFile {
  func row(_ number: Int) -> [SQLiteValue] { [.integer(number), .text(name), .blob(bytes)] }
}

extension CodecTableRecord {
  func row(_ number: Int) -> [SQLiteValue] { [.integer(number), .integer(byteCount), .digest(digest)] }
}

extension SourceRecord {
  func row(_ number: Int) -> [SQLiteValue] {
    [.integer(number), .text(path), .integer(byteCount), .digest(digest)]
  }
}

extension SourceRange {
  func row(_ number: Int, segment: Int) -> [SQLiteValue] {
    [
      .integer(number), .integer(segment), .integer(source), .optional(bytes?.lowerBound),
      .optional(bytes?.upperBound),
    ]
  }
}

extension ShardRecord {
  /// Counts the shards of all segments, those that are not there too.
  var number: Int { Split.allCases.count * segment + Int(split.code) }

  var row: [SQLiteValue] {
    [
      .integer(number), .integer(tokens), .integer(documents), .integer(storedBytes), .digest(contentDigest),
      .digest(storedDigest),
    ]
  }
}

/// Documents of one source that follow each other in a shard.
struct LineageRow: Equatable, Sendable {
  var firstToken: Int
  var tokens: Int
  var firstDocument: Int
  var documents: Int
  var source: Int
  /// From the lowest of the documents' bytes in the source to the highest.
  var bytes: Range<Int>

  /// `number` is the shard's and `place` the row's in the shard.
  func row(shard number: Int, place: Int) -> [SQLiteValue] {
    [
      .integer(number << 32 + place), .integer(firstToken), .integer(tokens), .integer(firstDocument),
      .integer(documents), .integer(source), .integer(bytes.lowerBound), .integer(bytes.upperBound),
    ]
  }
}

extension [LineageRow] {
  /// Adds the document that follows in the shard.
  mutating func append(_ document: DocumentEntry) {
    let range = document.byteOffset..<document.byteOffset + document.byteCount
    let last = self.last
    if last?.source == document.source {
      self[count - 1].tokens += document.tokenCount
      self[count - 1].documents += 1
      let bytes = self[count - 1].bytes
      self[count - 1].bytes =
        Swift.min(bytes.lowerBound, range.lowerBound)..<Swift.max(bytes.upperBound, range.upperBound)
    } else {
      append(
        LineageRow(
          firstToken: last.map { $0.firstToken + $0.tokens } ?? 0, tokens: document.tokenCount,
          firstDocument: last.map { $0.firstDocument + $0.documents } ?? 0, documents: 1,
          source: document.source,
          bytes: range))
    }
  }
}

extension RejectedDocument {
  func row(segment: Int, place: Int) -> [SQLiteValue] {
    [.integer(segment << 32 + place), .integer(source), .integer(byteOffset), .text(reason)]
  }
}

/// A committed segment: its shards, and where their documents came from.
struct SegmentRecord: Equatable, Sendable {
  var number: Int
  /// In the order of the splits; a split without documents has none.
  var shards: [ShardRecord]
  var lineageDigest: Digest
  var rejectDigest: Digest

  var digest: Digest {
    var rows = RowDigest()
    return digest(by: &rows)
  }

  /// The same, of many segments one after another: making a `RowDigest` takes as long as a segment.
  func digest(by digest: inout RowDigest) -> Digest {
    digest.add(number)
    digest.add(lineageDigest)
    digest.add(rejectDigest)
    for shard in shards {
      digest.add(shard.number)
      digest.add(shard.tokens)
      digest.add(shard.documents)
      digest.add(shard.contentDigest)
    }
    return digest.next()
  }
}

extension DatasetPlan {
  /// Of all that decides the content. The tokenizer's name and files are left out: its digest says what they do.
  var digest: Digest {
    var digest = RowDigest("tessera plan 1\n")
    digest.add([
      .digest(tokenizer.digest), .integer(tokenizer.vocabularySize), .integer(Int(tokenizer.endOfText)),
    ])
    // The rows, value by value: of thousands, making each an array first took most of the time.
    for (number, source) in sources.enumerated() {
      digest.add(number)
      digest.add(source.path)
      digest.add(source.byteCount)
      digest.add(source.digest)
    }
    var number = 0
    for (segment, plan) in segments.enumerated() {
      for range in plan.ranges {
        digest.add(number)
        digest.add(segment)
        digest.add(range.source)
        digest.add(.optional(range.bytes?.lowerBound))
        digest.add(.optional(range.bytes?.upperBound))
        number += 1
      }
    }
    digest.add([.text(configuration.text), .integer(segments.count)])
    return digest.finish()
  }

  /// Names the dataset.
  func rootHash(_ segments: [SegmentRecord]) -> Digest {
    Self.rootHash(plan: digest, segments: segments.map(\.digest))
  }

  /// The same of digests that are known already.
  static func rootHash(plan: Digest, segments: [Digest]) -> Digest {
    var root = RowDigest("tessera dataset 1\n")
    root.add(bare: plan)
    for segment in segments { root.add(bare: segment) }
    return root.finish()
  }

  /// Covers what the root hash does not: how the content is stored.
  func storedDigest(
    _ codecTables: [CodecTableRecord], _ segments: [SegmentRecord], rootHash: Digest
  ) -> Digest {
    var stored = RowDigest()
    stored.add(bare: rootHash)
    stored.add([.text(tokenizer.name)])
    for (number, file) in tokenizer.files.enumerated() { stored.add(file.row(number)) }
    for (number, table) in codecTables.enumerated() { stored.add(table.row(number)) }
    for segment in segments {
      for shard in segment.shards {
        stored.add(shard.number)
        stored.add(shard.storedBytes)
        stored.add(shard.storedDigest)
      }
    }
    return stored.finish()
  }
}
