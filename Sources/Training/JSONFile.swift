internal import Basics

/// JSON in files of a few kilobytes.
enum JSONFile {
  private static let limit = 1 << 20

  /// - Throws: ``TrainingError/damaged(path:reason:)`` where the file is missing, not JSON or unreasonably large.
  static func read(_ path: String) throws(TrainingError) -> JSON {
    guard Folder.kind(path) == .file else { throw .damaged(path: path, reason: "the file is missing") }
    let bytes = try contents(path)
    do { return try JSON.parse(bytes.span) } catch {
      throw .damaged(path: path, reason: "it is not whole JSON (\(error))")
    }
  }

  private static func contents(_ path: String) throws(TrainingError) -> [UInt8] {
    let size: Int
    do {
      let file = try File.open(path)
      size = try file.size()
      if size <= limit { return try File.contents(path) }
    } catch { throw .file(error) }
    throw .damaged(path: path, reason: "it has \(size) bytes, more than any such file needs")
  }

  static func write(_ json: JSON, to path: String) throws(TrainingError) {
    do { try AtomicFile.write(Array(json.indented.utf8).span, to: path) } catch { throw .file(error) }
  }
}
