internal import Basics

/// Files whose bytes are held in memory as a whole.
enum HeldFile {
  /// The bytes of the file at `path`, also where it grows meanwhile never more than `limit`.
  ///
  /// - Throws: ``DatasetsError/noTable(path:)``, ``DatasetsError/notAFile(_:)``, ``DatasetsError/tooLarge(file:limit:)`` or what the system says.
  static func contents(_ path: String, limit: Int) throws(DatasetsError) -> [UInt8] {
    switch Folder.kind(path) {
    case nil: throw .noTable(path: path)
    case .folder, .other: throw .notAFile(path)
    case .file: break
    }
    return try DatasetsError.gathering {
      guard let bytes = try bytes(path, limit: limit) else {
        throw DatasetsError.tooLarge(file: path, limit: limit)
      }
      return bytes
    }
  }

  /// Nil where there are more.
  private static func bytes(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
    let file = try File.open(path)
    guard try file.size() <= limit else { return nil }
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      let room = min(limit + 1 - bytes.count, 1 << 20)
      guard try file.read(upTo: room, appendingTo: &bytes) > 0 else { return bytes }
    }
    return nil
  }
}
