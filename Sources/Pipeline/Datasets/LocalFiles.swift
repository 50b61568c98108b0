internal import Basics

/// A file, or a folder of files, in which the catalog's files are searched for by what they contain.
struct LocalFiles {
  private let path: String
  private let name: String

  /// - Parameter name: what to call the file in errors, where its path would tell people nothing.
  init(_ path: String, calling name: String? = nil) {
    self.path = path
    self.name = name ?? path
  }

  /// The content of `file`: as a file of any name, or in a zip archive.
  func content(of file: CatalogFile) throws(DatasetsError) -> LocalContent {
    switch Folder.kind(path) {
    case nil: throw .file(FileError("open", path, code: 2))
    case .folder: return try search(for: file)
    case .other: throw .pipeline(.neitherFileNorFolder(path: path))
    case .file: return try content(of: file, in: path, name)
    }
  }

  private func search(for file: CatalogFile) throws(DatasetsError) -> LocalContent {
    // A damaged file of the right name is what the error names, where no other file is right.
    var near: DatasetsError?
    for candidate in try Self.files(under: path) {
      let isNamed =
        Path.name(candidate) == file.name || file.urls.contains { Path.name($0) == Path.name(candidate) }
      do {
        if try Self.digest(candidate, ifOfSize: file.byteCount) == file.digest {
          return LocalContent(name: candidate, kind: .file(candidate))
        }
        if ZipArchive.isZip(candidate) { return try content(of: file, in: candidate, candidate) }
        if isNamed { _ = try content(of: file, in: candidate, candidate) }
      } catch {
        if isNamed { near = error }
      }
    }
    throw near ?? .notThere(file, path: path)
  }

  private func content(
    of file: CatalogFile, in path: String, _ name: String
  ) throws(DatasetsError) -> LocalContent {
    if ZipArchive.isZip(path) { return try unpacked(file, path, name) }
    let (count, digest) = try Self.digest(path)
    guard count == file.byteCount, digest == file.digest else {
      throw .otherContent(file: name, expected: file, byteCount: count, digest: digest)
    }
    return LocalContent(name: name, kind: .file(path))
  }

  private func unpacked(_ file: CatalogFile, _ path: String, _ name: String) throws(DatasetsError)
    -> LocalContent
  {
    let archive = try ZipArchive(path)
    for member in archive.members.lazy.filter({ $0.byteCount == file.byteCount }).prefix(Self.mostMembers) {
      let bytes = try archive.contents(of: member)
      if SHA256.hash(bytes) == file.digest {
        return LocalContent(name: "\(name)/\(member.name)", kind: .bytes(bytes))
      }
    }
    if let member = archive.members.first(where: { $0.baseName == file.name }), member.byteCount < 1 << 30 {
      let digest = SHA256.hash(try archive.contents(of: member))
      throw .otherContent(
        file: "\(name)/\(member.name)", expected: file, byteCount: member.byteCount, digest: digest)
    }
    throw .notThere(file, path: name)
  }

  /// So many members of an archive are unpacked to see whether they are what is looked for: of one size there are few, unless somebody wants
  /// it to take long.
  private static let mostMembers = 100

  /// The files under a folder, at most 100,000 of them. Each folder is searched once, whatever links lead to it.
  private static func files(under folder: String) throws(DatasetsError) -> [String] {
    var found: [String] = []
    var waiting = [folder]
    var seen: Set<FileStamp.Identity> = []
    while let next = waiting.popLast(), found.count < 100_000 {
      guard let stamp = FileStamp(next), seen.insert(stamp.identity).inserted else { continue }
      do {
        for path in try Folder.names(next).map({ Path.join(next, $0) }) {
          switch Folder.kind(path) {
          case .file: found.append(path)
          case .folder: waiting.append(path)
          default: break
          }
        }
      } catch {
        throw .file(error)
      }
    }
    return found
  }

  /// SHA-256 of the file, or nil where it has another size and need not be read.
  static func digest(_ path: String, ifOfSize size: Int) throws(DatasetsError) -> Digest? {
    guard Folder.kind(path) == .file else { return nil }
    do {
      guard try File.open(path).size() == size else { return nil }
    } catch {
      throw .file(error)
    }
    return try digest(path).1
  }

  private static func digest(_ path: String) throws(DatasetsError) -> (Int, Digest) {
    var hash = SHA256()
    var count = 0
    try DatasetsError.gathering {
      try LocalContent(name: path, kind: .file(path)).forEachPiece { piece in
        hash.update(piece)
        count += piece.count
      }
    }
    return (count, hash.finish())
  }
}

/// Where the bytes of a file are.
struct LocalContent {
  enum Kind {
    case file(String)
    case bytes([UInt8])
  }

  let name: String
  let kind: Kind

  func forEachPiece(_ body: (Span<UInt8>) throws -> Void) throws {
    switch kind {
    case .bytes(let bytes): try body(bytes.span)
    case .file(let path):
      let file = try File.open(path)
      var bytes: [UInt8] = []
      while try file.read(upTo: 1 << 20, appendingTo: &bytes) > 0 {
        try body(bytes.span)
        bytes.removeAll(keepingCapacity: true)
      }
    }
  }
}
