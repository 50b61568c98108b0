internal import Basics

extension Fetcher {
  /// Downloads a file, or an archive that holds it, from the first place that has it.
  ///
  /// - Returns: the content, and the temporary file that it is in.
  func download(
    _ file: CatalogFile, _ report: (String) -> Void
  ) throws(DatasetsError) -> (LocalContent, path: String) {
    var failure: DatasetsError?
    for url in file.urls + file.archives.compactMap(\.url) {
      do {
        let path = partial(file, url)
        try download(url, to: path, file, report)
        return (try content(of: file, at: path, from: url), path)
      } catch {
        if case .noCurl = error { throw error }
        if let failure { report("\(failure)") }
        failure = error
      }
    }
    throw failure ?? .notThere(file, path: "the catalog's addresses")
  }

  /// Where a download from `url` lies until it is whole. Beside the folder: one without its files would be taken for a broken tokenizer.
  private func partial(_ file: CatalogFile, _ url: String) -> String {
    let digits = String("\(SHA256.hash(Array(url.utf8)))".prefix(8))
    return "\(folder)\(AtomicFile.mark)\(file.name)-\(digits)"
  }

  /// No two processes write to one file, nor does one take away what another reads.
  func lock() throws(DatasetsError) -> FolderLock? {
    let parent = Path.parent(folder)
    return try DatasetsError.gathering {
      try Folder.create(parent)
      switch try FolderLock.take(parent) {
      case .locked(let lock): return lock
      case .unsupported: return nil
      case .inUse: throw DatasetsError.fetching(folder: parent)
      }
    }
  }

  /// What was downloaded, where it is what the catalog means; else it goes, so that the next download begins anew.
  private func content(
    of file: CatalogFile, at path: String, from url: String
  ) throws(DatasetsError) -> LocalContent {
    do {
      return try LocalFiles(path, calling: url).content(of: file)
    } catch {
      try? Folder.remove(path)
      throw error
    }
  }

  /// Goes on behind what an earlier run left in `path`. Servers that cannot send a part, or have nothing more, are asked for all
  /// of it; as a server that is out of order refuses with the same code, what is there stays until all of it has come.
  private func download(
    _ url: String, to path: String, _ file: CatalogFile, _ report: (String) -> Void
  ) throws(DatasetsError) {
    let there = (try? File.open(path).size()) ?? 0
    // The whole file may be there: then the program was ended before it looked.
    if there == file.byteCount, (try? LocalFiles(path).content(of: file)) != nil { return }
    let whole = "\(path)-whole"
    defer { try? Folder.remove(whole) }
    if there > 0 {
      report("downloading \(url), from byte \(there) on")
      do throws(DatasetsError) {
        return try curl(url, to: path, file, goingOn: true)
      } catch {
        guard case .download(_, _, let code) = error, Self.cannotGoOn.contains(code) else { throw error }
      }
    }
    report("downloading \(url)")
    guard there > 0 else { return try curl(url, to: path, file, goingOn: false) }
    try curl(url, to: whole, file, goingOn: false)
    do { try Folder.rename(whole, to: path) } catch { throw .file(error) }
  }

  /// Exit codes of curl: any refusal, such as 416 or 503, a server without ranges, and a place that cannot be gone on from.
  private static let cannotGoOn: Set<Int32> = [22, 33, 36]

  /// Follows redirections within https only; a server that sends far more than the file's size is cut off.
  private func curl(
    _ url: String, to path: String, _ file: CatalogFile, goingOn: Bool
  ) throws(DatasetsError) {
    let code = ChildProcess.run(
      [
        "curl", "--fail", "--location", "--silent", "--show-error", "--proto", "=https", "--connect-timeout",
        "30", "--speed-limit", "100", "--speed-time", "60", "--retry", "2", "--max-filesize",
        "\(2 * file.byteCount + 1_000_000)", "--output", path,
      ] + (goingOn ? ["--continue-at", "-"] : []) + [url])
    guard let code else { throw .noCurl(name: entry.name, url: url) }
    guard code == 0 else { throw .download(name: entry.name, url: url, code: code) }
  }
}
