public import Basics

/// What a check of a whole dataset found.
public struct VerifyReport: Sendable, Equatable {
  /// The dataset's name. Where there are no faults, the shards' tokens and the manifest's rows give the same.
  public var rootHash: Digest
  /// The shards that were read to their end.
  public var shards = 0
  /// Tokens in them.
  public var tokens = 0
  /// Bytes that they take.
  public var storedBytes = 0
  /// All that is wrong, in order. None: every bit is as it was written.
  public var faults: [StoreError] = []
  /// Files in the folder that the manifest does not name.
  public var strangers: [String] = []
  /// Whether the check was broken off, so that the rest is not known.
  public var wasCancelled = false
}

/// How far a check has come.
public struct VerifyProgress: Sendable, Equatable {
  /// Bytes of shards read so far.
  public var bytes: Int
  /// Bytes to read: every shard twice, once as it is stored and once for what it holds.
  public var totalBytes: Int
}

/// Reads every byte of the dataset in `folder` and compares it with every digest there is.
///
///     let report = try verify("shards")
///     for fault in report.faults { print(fault) }
///
/// Damage is in the report; an error says that nothing could be checked at all.
public func verify(
  _ folder: String, report: (VerifyProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
) throws(StoreError) -> VerifyReport {
  let dataset = try Dataset.open(folder)
  let manifest = try Manifest.open(folder)
  var verifier = Verifier(dataset)
  try verifier.checkManifest(manifest)
  for segment in dataset.segments where !verifier.report.wasCancelled {
    // What is wrong with it is noted already.
    verifier.readLineage(of: segment, manifest)
    for record in segment.shards where !verifier.report.wasCancelled {
      if isCancelled() {
        verifier.report.wasCancelled = true
      } else {
        verifier.check(record, report, isCancelled)
      }
    }
  }
  return verifier.report
}

/// Checks shard after shard.
struct Verifier: ~Copyable {
  let dataset: Dataset
  var report: VerifyReport
  private var progress: VerifyProgress
  private var scratch = ShardFile.Scratch(verifiesChecksums: true)
  /// Where the documents of each shard of the segment at hand came from, as the manifest says.
  /// Nil where it cannot be read, which is noted.
  var lineage: [Int: [LineageRow]]?

  init(_ dataset: Dataset) {
    self.dataset = dataset
    report = VerifyReport(rootHash: dataset.rootHash)
    progress = VerifyProgress(bytes: 0, totalBytes: 2 * dataset.splits.reduce(0) { $0 + $1.storedBytes })
  }

  /// Checks what opening the dataset did not: SQLite's own structures, lineage, rejects, runs, and the folder.
  mutating func checkManifest(_ manifest: borrowing Manifest) throws(StoreError) {
    note { () throws(StoreError) in try manifest.checkIntegrity() }
    note { () throws(StoreError) in _ = try manifest.runs() }
    note { [dataset] () throws(StoreError) in try manifest.checkStrays(segments: dataset.segments.count) }
    for table in dataset.codecTables.records {
      note { [dataset] () throws(StoreError) in _ = try dataset.codecTables.table(table.digest) }
    }
    for segment in dataset.segments {
      note { () throws(StoreError) in try manifest.forEachReject(segment) { _ in } }
      note { () throws(StoreError) in _ = try manifest.lineage(segment) }
    }
    let known = Set(
      dataset.shards().map(\.fileName) + dataset.codecTables.records.map(\.fileName)
        + [ManifestSchema.fileName])
    let names = try StoreError.filing { () throws(FileError) in try Folder.names(dataset.folder) }
    report.strangers = names.filter { !known.contains($0) }
  }

  mutating func readLineage(of segment: SegmentRecord, _ manifest: borrowing Manifest) {
    do throws(StoreError) {
      lineage = try manifest.lineage(segment)
    } catch {
      lineage = nil
      // What is damaged was noted before; what the system refuses may be new.
      if !report.faults.contains(error) { report.faults.append(error) }
    }
  }

  private mutating func note(_ body: () throws(StoreError) -> Void) {
    do { try body() } catch { report.faults.append(error) }
  }

  mutating func check(_ record: ShardRecord, _ tell: (VerifyProgress) -> Void, _ isCancelled: () -> Bool) {
    let before = report.faults.count
    let start = progress.bytes
    do {
      let shard = try ShardFile(dataset, record)
      let storedDigest = try storedDigest(record, shard, tell, isCancelled)
      let contentDigest = contentDigest(record, shard, tell, isCancelled)
      if report.wasCancelled { return }
      // A bad frame says more than a digest that does not fit because of it.
      if report.faults.count == before {
        if contentDigest != record.contentDigest {
          fail(record, "its documents do not match its content digest")
        }
        if storedDigest != record.storedDigest { fail(record, "its bytes do not match its stored digest") }
      }
      report.shards += 1
      report.tokens += record.tokens
      report.storedBytes += record.storedBytes
    } catch {
      // A codec table that is damaged was noted already.
      let fault = dataset.located(error, record)
      if !report.faults.contains(fault) { report.faults.append(fault) }
    }
    progress.bytes = start + 2 * record.storedBytes
    tell(progress)
  }

  private mutating func fail(_ record: ShardRecord, _ reason: String) {
    let fault = ShardFault(path: Path.join(dataset.folder, record.fileName), reason: reason)
    report.faults.append(dataset.located(.damagedShard(fault), record))
  }

  private mutating func advance(_ bytes: Int, _ tell: (VerifyProgress) -> Void, _ isCancelled: () -> Bool) {
    progress.bytes += bytes
    tell(progress)
    if isCancelled() { report.wasCancelled = true }
  }

  private mutating func storedDigest(
    _ record: ShardRecord, _ shard: ShardFile, _ tell: (VerifyProgress) -> Void, _ isCancelled: () -> Bool
  ) throws(StoreError) -> Digest {
    var hash = SHA256()
    var bytes: [UInt8] = []
    let end = record.storedBytes - ShardFooter.size
    for start in stride(from: 0, to: end, by: 1 << 20) where !report.wasCancelled {
      let count = min(1 << 20, end - start)
      do {
        try ShardFile.read(shard.file, at: start, count: count, into: &bytes)
      } catch {
        throw error.storeError(shard.path)
      }
      hash.update(bytes.span)
      advance(count, tell, isCancelled)
    }
    return hash.finish()
  }

  /// Decodes everything, and notes each frame and block that cannot be trusted.
  private mutating func contentDigest(
    _ record: ShardRecord, _ shard: ShardFile, _ tell: (VerifyProgress) -> Void, _ isCancelled: () -> Bool
  ) -> Digest {
    var content = ContentDigest()
    var tokens = [UInt32](repeating: 0, count: ShardFormat.frameTokens)
    for (index, frame) in shard.table.frames.enumerated() where !report.wasCancelled {
      do {
        try shard.readFrame(index, into: &tokens, at: 0, &scratch)
        content.add(tokens, frame.count, width: shard.header.idWidth)
      } catch {
        report.faults.append(dataset.located(error, frame: index, record, shard))
      }
      advance(frame.storedSize, tell, isCancelled)
    }
    if !report.wasCancelled { checkDocuments(record, shard, &content) }
    return content.finish(
      shard.header, tokenCount: shard.footer.tokenCount, documentCount: shard.footer.documentCount)
  }

  private mutating func checkDocuments(
    _ record: ShardRecord, _ shard: ShardFile, _ content: inout ContentDigest
  ) {
    var place = 0
    var number = 0
    var rows: [LineageRow] = []
    for index in shard.table.blocks.indices {
      do {
        let block = try shard.readBlock(index, &scratch)
        content.add(documents: scratch.content.span)
        try block.check(
          firstToken: place, firstDocument: number, tokenCount: shard.footer.tokenCount,
          isLast: index == shard.table.blocks.count - 1, sources: dataset.sources.count)
        for document in block.documents {
          rows.append(document)
          place += document.tokenCount
        }
        number += block.documents.count
      } catch {
        report.faults.append(dataset.located(error.storeError(shard.path), record))
        return
      }
    }
    if let lineage, rows != lineage[record.number] ?? [] {
      fail(record, "its documents do not fit the manifest's lineage")
    }
  }
}
