internal import Basics
internal import Synchronization

/// The codec tables of a dataset: each is read when a shard first needs it.
final class CodecTables: Sendable {
  private let folder: String
  private let vocabularySize: Int
  let records: [CodecTableRecord]
  private let loaded = Mutex<[Digest: CodecTable]>([:])

  init(folder: String, vocabularySize: Int, _ records: [CodecTableRecord]) {
    self.folder = folder
    self.vocabularySize = vocabularySize
    self.records = records
  }

  /// Whether a shard may name it.
  func has(_ digest: Digest) -> Bool { digest == .none || records.contains { $0.digest == digest } }

  /// The table of that digest; nil for no table at all.
  ///
  /// - Precondition: ``has(_:)`` says yes.
  func table(_ digest: Digest) throws(StoreError) -> CodecTable? {
    guard let record = records.first(where: { $0.digest == digest }) else { return nil }
    return try loaded.withLock { loaded throws(StoreError) in
      if let table = loaded[digest] { return table }
      let table = try record.read(folder, vocabularySize: vocabularySize)
      loaded[digest] = table
      return table
    }
  }

  /// The tables that are not as recorded.
  ///
  /// - Throws: what the system refuses: a table that cannot be read now is not lost.
  func lost() throws(StoreError) -> [DatasetRepair.LostTable] {
    var lost: [DatasetRepair.LostTable] = []
    for record in records {
      do throws(StoreError) {
        _ = try table(record.digest)
      } catch {
        guard case .damagedCodecTable(let path, _) = error else { throw error }
        lost.append(DatasetRepair.LostTable(path: path, digest: record.digest, fault: error))
      }
    }
    return lost
  }
}
