internal import Basics
internal import Store

/// The size and a checksum of a checkpoint's file, by which damage is seen before anything is learned from it.
struct FileSeal: Sendable, Equatable {
  let name: String
  let byteCount: Int
  /// XXH64 of each 4 MiB in turn, the one before it as the seed: a checkpoint has gigabytes, and SHA-256 would take
  /// seconds for each.
  let checksum: UInt64

  private static let blockSize = 4 << 20

  /// The seal of the file `name` in `folder`, as it is now.
  init(_ name: String, in folder: String) throws(FileError) {
    let file = try File.open(Path.join(folder, name))
    self.name = name
    var count = 0
    var checksum: UInt64 = 0
    var block: [UInt8] = []
    while try file.read(upTo: Self.blockSize, appendingTo: &block) > 0 {
      // A read may bring less than was asked for; blocks are always full but for the last.
      guard block.count >= Self.blockSize else { continue }
      checksum = XXH64.hash(block.span.extracting(first: Self.blockSize), seed: checksum)
      block.removeFirst(Self.blockSize)
      count += Self.blockSize
    }
    byteCount = count + block.count
    self.checksum = XXH64.hash(block.span, seed: checksum)
  }

  var json: JSON {
    [
      "name": .string(name), "bytes": .integer(byteCount),
      "xxh64": .string(String(checksum, radix: 16)),
    ]
  }

  init?(json: JSON) {
    guard let name = json["name"]?.string, let count = json["bytes"]?.integer,
      let checksum = json["xxh64"]?.string.flatMap({ UInt64($0, radix: 16) })
    else { return nil }
    self.name = name
    byteCount = count
    self.checksum = checksum
  }

  /// - Throws: ``TrainingError/damaged(path:reason:)`` where the file in `folder` is not the one that was sealed.
  func check(in folder: String) throws(TrainingError) {
    let path = Path.join(folder, name)
    guard Folder.kind(path) == .file else { throw .damaged(path: path, reason: "the file is missing") }
    do {
      let size = try File.open(path).size()
      guard size == byteCount else {
        throw TrainingError.damaged(path: path, reason: "it has \(size) bytes instead of \(byteCount)")
      }
      guard try FileSeal(name, in: folder) == self else {
        throw TrainingError.damaged(path: path, reason: "its bytes are not those that were saved")
      }
    } catch { throw TrainingError(error) }
  }
}
