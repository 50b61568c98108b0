internal import Basics

/// Puts the files of a ``CatalogEntry`` into the ``Cache``, checked by size and SHA-256: from what is on this
/// machine, or by downloading.
///
///     let fetcher = Fetcher(try Catalog.entry("gpt2"))
///     try fetcher.run(from: "downloads/")   // or from: nil, which calls curl
///
/// A file that fails its check is not stored, nor is any other of the same run. What came of a download that was broken off stays beside the
/// folder, and the next one goes on behind it.
public struct Fetcher: Sendable {
  /// What came of it.
  public enum Outcome: Sendable, Equatable {
    /// All files were in the cache and right.
    case alreadyThere
    /// These files were stored.
    case stored([String])
  }

  /// What to fetch.
  public let entry: CatalogEntry
  /// Where the files go.
  public let folder: String

  /// Fetching of `entry` into its folder in the cache, or into `folder`.
  public init(_ entry: CatalogEntry, folder: String? = nil) {
    self.entry = entry
    self.folder = folder ?? Cache.folder(entry.name)
  }

  /// Fetches what is not there or not right.
  ///
  /// - Parameters:
  ///   - place: a file or folder of this machine to take the files from, whatever they are called there; nil to
  ///     download.
  ///   - report: told what is being done, a line each.
  public func run(from place: String?, report: (String) -> Void = { _ in }) throws(DatasetsError) -> Outcome {
    let missing = entry.files.filter { !isCached($0) }
    guard !missing.isEmpty else { return .alreadyThere }
    let lock = try place == nil ? self.lock() : nil
    defer { withExtendedLifetime(lock) {} }
    var found: [(CatalogFile, LocalContent)] = []
    var downloads: [String] = []
    defer { for path in downloads { try? Folder.remove(path) } }
    for file in missing {
      if Folder.kind(Path.join(folder, file.name)) != nil {
        report("\(file.name) in \(folder) is damaged and will be replaced")
      }
      if let place {
        found.append((file, try LocalFiles(place).content(of: file)))
      } else {
        let (content, path) = try download(file, report)
        downloads.append(path)
        found.append((file, content))
      }
    }
    do throws(DatasetsError) {
      for (file, content) in found { try store(file, content) }
    } catch {
      // An empty folder would be taken for what it is named after.
      if (try? Folder.names(folder))?.isEmpty == true { try? Folder.remove(folder) }
      throw error
    }
    return .stored(found.map(\.0.name))
  }

  private func isCached(_ file: CatalogFile) -> Bool {
    (try? LocalFiles.digest(Path.join(folder, file.name), ifOfSize: file.byteCount)) == file.digest
  }

  /// Checks once more what it writes, so that a source that changes meanwhile is noticed.
  private func store(_ file: CatalogFile, _ content: LocalContent) throws(DatasetsError) {
    var hash = SHA256()
    var count = 0
    try DatasetsError.gathering {
      try Folder.create(folder)
      let output = try AtomicFile(Path.join(folder, file.name))
      try content.forEachPiece { piece in
        hash.update(piece)
        count += piece.count
        try output.write(piece)
      }
      let digest = hash.finish()
      guard digest == file.digest else {
        throw DatasetsError.otherContent(file: content.name, expected: file, byteCount: count, digest: digest)
      }
      try output.commit()
    }
  }
}
