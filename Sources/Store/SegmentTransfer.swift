internal import Basics

/// Brings the shards of a segment of one dataset into another, where the segment has another number and its sources too.
struct SegmentTransfer: ~Copyable {
  private let dataset: Dataset
  private let folder: String
  private let number: Int
  private let firstSource: Int
  private var scratch = ShardFile.Scratch()
  private var tokens = [UInt32](repeating: 0, count: ShardFormat.frameTokens)
  private var packer = PartPacker()

  /// - Parameters:
  ///   - number: the segment's in the new dataset.
  ///   - firstSource: what source 0 of `dataset` is called there.
  init(_ dataset: Dataset, to folder: String, number: Int, firstSource: Int) {
    self.dataset = dataset
    self.folder = folder
    self.number = number
    self.firstSource = firstSource
  }

  /// Gives the shards their new names; returns what the new manifest says of them.
  mutating func run(
    _ segment: SegmentRecord, _ manifest: borrowing Manifest
  ) throws(StoreError) -> (SegmentRecord, SegmentRows) {
    let lineage = try manifest.lineage(segment)
    let rows = try rows(segment, lineage, manifest)
    var shards: [ShardRecord] = []
    for shard in segment.shards {
      if number == segment.number, firstSource == 0 {
        try keep(shard, lineage)
        shards.append(shard)
      } else {
        shards.append(try rewrite(shard, lineage[shard.number] ?? []))
      }
    }
    return (try rows.record(shards), rows)
  }

  private func rows(
    _ segment: SegmentRecord, _ lineage: [Int: [LineageRow]], _ manifest: borrowing Manifest
  ) throws(StoreError) -> SegmentRows {
    var rows = SegmentRows(segment: number, rejects: RejectList(folder: folder))
    for split in Split.allCases {
      rows.lineage[split] = (lineage[Split.allCases.count * segment.number + Int(split.code)] ?? []).map {
        var row = $0
        row.source += firstSource
        return row
      }
    }
    try manifest.forEachReject(segment) { [firstSource] reject in
      rows.rejects.append(
        RejectedDocument(
          source: firstSource + reject.source, byteOffset: reject.byteOffset, reason: reject.reason))
    }
    return rows
  }

  /// A shard in which nothing changes: checked, then the same file under another name where the file system can do
  /// that, else a copy.
  private func keep(_ record: ShardRecord, _ lineage: [Int: [LineageRow]]) throws(StoreError) {
    var verifier = Verifier(dataset)
    verifier.lineage = lineage
    verifier.check(record, { _ in }, { false })
    if let fault = verifier.report.faults.first { throw fault }
    let (path, target) = (
      Path.join(dataset.folder, record.fileName), Path.join(folder, record.fileName)
    )
    try StoreError.filing { () throws(FileError) in
      let input = try File.openFile(path)
      // It may be a copy just made, no byte of which is on the disk yet.
      try input.synchronize()
      guard try !Folder.link(path, to: target) else { return try Folder.synchronize(folder) }
      let output = try AtomicFile(target)
      var bytes: [UInt8] = []
      for start in stride(from: 0, to: record.storedBytes, by: 1 << 20) {
        try input.read(at: start, count: min(1 << 20, record.storedBytes - start), into: &bytes)
        try output.write(bytes.span)
      }
      try output.commit()
    }
  }

  /// The same frames in a shard of another segment, whose documents are of other sources' numbers.
  private mutating func rewrite(
    _ record: ShardRecord, _ lineage: [LineageRow]
  ) throws(StoreError) -> ShardRecord {
    let shard = try openShard(record)
    var old = ContentDigest()
    var new = ContentDigest()
    var header = shard.header
    header.segment = number
    let output = try ShardOutput(folder: folder, header: header)
    var frame = 0
    var walk = BlockWalk()
    for part in (shard.table.frames + shard.table.blocks).sorted(by: { $0.offset < $1.offset }) {
      if part.kind == SeekTable.documentBlock {
        let content = try block(of: shard, record, &old, &walk).bytes
        new.add(documents: content.span)
        var stored = StoredParts()
        packer.pack(.block(content, count: part.count), to: &stored)
        try output.add(stored)
      } else {
        try readFrame(frame, of: shard, record)
        old.add(tokens, part.count, width: header.idWidth)
        try output.add(stored(part))
        frame += 1
      }
    }
    let digest = old.finish(shard.header, tokenCount: record.tokens, documentCount: record.documents)
    guard digest == record.contentDigest else {
      throw fault("its documents do not match its content digest", shard, record)
    }
    guard walk.rows == lineage else {
      throw fault("its documents do not fit the manifest's lineage", shard, record)
    }
    new.take(idsOf: old)
    let end = ShardEnd(
      tokenCount: record.tokens, documentCount: record.documents,
      contentDigest: new.finish(header, tokenCount: record.tokens, documentCount: record.documents))
    let result = try output.finish(end)
    try output.publish()
    return result
  }

  /// The frame that was just read, as it is stored.
  private func stored(_ part: SeekTable.Part) -> StoredParts {
    StoredParts(
      bytes: scratch.stored,
      entries: [
        StoredParts.Entry(
          storedSize: part.storedSize, count: part.count, kind: part.kind, hash: part.hash)
      ])
  }

  private func fault(_ reason: String, _ shard: ShardFile, _ record: ShardRecord) -> StoreError {
    dataset.located(.damagedShard(ShardFault(path: shard.path, reason: reason)), record)
  }

  private func openShard(_ record: ShardRecord) throws(StoreError) -> ShardFile {
    do {
      return try ShardFile(dataset, record)
    } catch {
      throw dataset.located(error, record)
    }
  }

  /// Reads a frame into the scratch, every check made.
  private mutating func readFrame(
    _ frame: Int, of shard: ShardFile, _ record: ShardRecord
  ) throws(StoreError) {
    do {
      try shard.readFrame(frame, into: &tokens, at: 0, &scratch)
    } catch {
      throw dataset.located(error, frame: frame, record, shard)
    }
  }

  /// What the blocks of a shard told so far.
  private struct BlockWalk {
    var blocks = 0
    var tokens = 0
    var documents = 0
    var rows: [LineageRow] = []
  }

  /// The next block of documents, checked, with their sources' new numbers.
  private mutating func block(
    of shard: ShardFile, _ record: ShardRecord, _ old: inout ContentDigest, _ walk: inout BlockWalk
  ) throws(StoreError) -> DocumentBlock {
    do {
      var block = try shard.readBlock(walk.blocks, &scratch)
      old.add(documents: scratch.content.span)
      walk.blocks += 1
      try block.check(
        firstToken: walk.tokens, firstDocument: walk.documents, tokenCount: record.tokens,
        isLast: walk.blocks == shard.table.blocks.count, sources: dataset.sources.count)
      for document in block.documents {
        walk.rows.append(document)
        walk.tokens += document.tokenCount
      }
      walk.documents += block.documents.count
      for place in block.documents.indices { block.documents[place].source += firstSource }
      return block
    } catch {
      throw dataset.located(error.storeError(shard.path), record)
    }
  }
}
