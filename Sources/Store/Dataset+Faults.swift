internal import Basics

extension Dataset {
  /// The error for what went wrong in a shard as a whole, with all that it held.
  func located(_ error: StoreError, _ record: ShardRecord) -> StoreError {
    guard case .damagedShard(var fault) = error, fault.documents == nil else { return error }
    let rows = lineage(record)
    fault.documents = 0..<record.documents
    fault.sources = rows.map { sourceBytes($0.source, $0.bytes) }
    return .damagedShard(fault)
  }

  /// The error for what went wrong in the frame of that number, with the documents that have tokens there.
  func located(_ failure: ShardFile.Failure, frame: Int, _ record: ShardRecord, _ shard: ShardFile)
    -> StoreError
  {
    guard case .damagedShard(var fault) = failure.storeError(shard.path) else {
      return failure.storeError(shard.path)
    }
    fault.frame = frame
    let first = frame * ShardFormat.frameTokens
    let tokens = first..<first + shard.table.frames[frame].count
    if !locateByDocuments(&fault, tokens, shard) { locateByLineage(&fault, tokens, record) }
    return .damagedShard(fault)
  }

  /// Names the documents at `tokens` from the shard's own table; false where that is damaged too.
  private func locateByDocuments(_ fault: inout ShardFault, _ tokens: Range<Int>, _ shard: ShardFile) -> Bool
  {
    var scratch = ShardFile.Scratch()
    var documents: Range<Int>?
    var rows: [LineageRow] = []
    var place = 0
    for (index, part) in shard.table.blocks.enumerated() where place < tokens.upperBound {
      guard let block = try? shard.readBlock(index, &scratch),
        (try? block.check(
          firstToken: place, firstDocument: index * ShardFormat.blockDocuments,
          tokenCount: shard.footer.tokenCount,
          isLast: index * ShardFormat.blockDocuments + part.count == shard.footer.documentCount,
          sources: sources.count)) != nil
      else { return false }
      for (number, document) in block.documents.enumerated() {
        let end = place + document.tokenCount
        if end > tokens.lowerBound, place < tokens.upperBound {
          let number = block.firstDocument + number
          documents = (documents?.lowerBound ?? number)..<number + 1
          rows.append(document)
        }
        place = end
      }
    }
    fault.documents = documents
    fault.sources = rows.map { sourceBytes($0.source, $0.bytes) }
    return documents != nil
  }

  /// Names the documents at `tokens` from the manifest, which is coarser.
  private func locateByLineage(_ fault: inout ShardFault, _ tokens: Range<Int>, _ record: ShardRecord) {
    let rows = lineage(record).filter {
      $0.firstToken + $0.tokens > tokens.lowerBound && $0.firstToken < tokens.upperBound
    }
    guard let first = rows.first, let last = rows.last else { return }
    fault.documents = first.firstDocument..<last.firstDocument + last.documents
    fault.sources = rows.map { sourceBytes($0.source, $0.bytes) }
  }

  /// None where the manifest has become unreadable meanwhile: the fault itself matters more.
  private func lineage(_ record: ShardRecord) -> [LineageRow] {
    guard let manifest = try? Manifest.open(folder),
      let lineage = try? manifest.lineage(segments[record.segment])
    else { return [] }
    return lineage[record.number] ?? []
  }

  private func sourceBytes(_ source: Int, _ bytes: Range<Int>) -> ShardFault.SourceBytes {
    ShardFault.SourceBytes(
      path: sources.indices.contains(source) ? sources[source].path : "source \(source)", bytes: bytes)
  }
}
