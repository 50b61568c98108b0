package import Basics
internal import Synchronization

/// A codec table as codec 1 uses it: its file's bytes, and what encoding and decoding look up. Threads share it.
package final class CodecTable: Sendable {
  /// The file.
  package let bytes: [UInt8]
  /// SHA-256 of the file, which shards name it by.
  package let digest: Digest
  package let lists: SuccessorLists
  private let made = Mutex(Made())

  private struct Made {
    var encoder: SuccessorEncoder?
    var decoder: SuccessorDecoder?
  }

  /// What encoding looks up: made when it is first wanted, as who encodes does not decode.
  var encoder: SuccessorEncoder {
    made.withLock { made in
      let encoder = made.encoder ?? SuccessorEncoder(lists)
      made.encoder = encoder
      return encoder
    }
  }

  /// What decoding looks up: made when it is first wanted.
  var decoder: SuccessorDecoder {
    made.withLock { made in
      let decoder = made.decoder ?? SuccessorDecoder(lists)
      made.decoder = decoder
      return decoder
    }
  }

  package init(_ lists: SuccessorLists) {
    self.lists = lists
    bytes = lists.fileBytes
    digest = SHA256.hash(bytes)
  }

  /// The table that a file holds.
  init(bytes: [UInt8]) throws(CodecTableError) {
    lists = try SuccessorLists(file: bytes)
    self.bytes = bytes
    digest = SHA256.hash(bytes)
  }

  package var vocabularySize: Int { lists.vocabularySize }

  /// Successors in all lists.
  package var successorCount: Int { lists.successors.count }

  /// Reads the table in the file at `path`, wherever it is, and refuses one for another vocabulary.
  package static func read(_ path: String, vocabularySize: Int) throws(StoreError) -> CodecTable {
    let bytes: [UInt8]
    do throws(FileError) {
      let file = try File.openFile(path)
      // A larger one is refused by its beginning.
      let size = try file.size()
      var start: [UInt8] = []
      try file.read(at: 0, count: min(size, SuccessorLists.maximumFileSize + 1), into: &start)
      bytes = start
    } catch {
      guard error.isMissing || error.isNoFile else { throw .file(error) }
      throw .damagedCodecTable(path: path, reason: error.isMissing ? "it is missing" : "it is no file")
    }
    let table: CodecTable
    do {
      table = try CodecTable(bytes: bytes)
    } catch {
      throw .damagedCodecTable(path: path, reason: error.reason)
    }
    guard table.vocabularySize == vocabularySize else {
      throw .damagedCodecTable(
        path: path, reason: "it is for \(table.vocabularySize) ids, and the vocabulary has \(vocabularySize)")
    }
    return table
  }
}

/// What the manifest says of a codec table.
struct CodecTableRecord: Equatable, Sendable {
  var byteCount: Int
  var digest: Digest

  init(_ table: CodecTable) {
    byteCount = table.bytes.count
    digest = table.digest
  }

  init(byteCount: Int, digest: Digest) {
    self.byteCount = byteCount
    self.digest = digest
  }

  private static let prefix = "codec-"
  private static let suffix = ".table"
  private static let digits = 16

  var fileName: String { "\(Self.prefix)\(String(describing: digest).prefix(Self.digits))\(Self.suffix)" }

  /// Whether a file of that name is a codec table, finished or not, of some dataset.
  static func isTable(_ name: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let rest = name.dropFirst(prefix.count)
    let end = rest.dropFirst(digits)
    return rest.prefix(digits).utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }
      && (end == suffix || end.hasPrefix(suffix + AtomicFile.mark))
  }

  /// Reads the table from the dataset in `folder`, and refuses any other.
  func read(_ folder: String, vocabularySize: Int) throws(StoreError) -> CodecTable {
    let path = Path.join(folder, fileName)
    let table = try CodecTable.read(path, vocabularySize: vocabularySize)
    guard table.bytes.count == byteCount, table.digest == digest else {
      throw .damagedCodecTable(path: path, reason: "it does not match the digest that the manifest names")
    }
    return table
  }
}
