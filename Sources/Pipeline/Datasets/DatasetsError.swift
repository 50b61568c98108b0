public import Basics
public import Store

/// Why a known corpus cannot be fetched, or a table of texts not be made into a dataset. Lines count from 1.
public enum DatasetsError: Error {
  /// The system refused.
  case file(FileError)
  /// A tokenizer cannot be used, or a text not be encoded.
  case pipeline(PipelineError)
  /// The shards cannot be written.
  case store(StoreError)
  /// The catalog has nothing of that name.
  case unknownName(String, known: [String])
  /// A file is not the one that the catalog means.
  case otherContent(file: String, expected: CatalogFile, byteCount: Int, digest: Digest)
  /// A folder, or an archive, holds no file of that content.
  case notThere(CatalogFile, path: String)
  /// The program `curl` is missing.
  case noCurl(name: String, url: String)
  /// `curl` could not download it.
  case download(name: String, url: String, code: Int32)
  /// Another process is downloading.
  case fetching(folder: String)
  /// A zip archive cannot be read.
  case zip(file: String, reason: String)
  /// A zip archive holds no table, or several.
  case noTableInZip(file: String, members: [String])
  /// There is nothing of that name to read a table from.
  case noTable(path: String)
  /// No file was named, and the catalog's is not in the cache.
  case notFetched(name: String)
  /// What should be a table is a folder or a device.
  case notAFile(String)
  /// What should be entries of JSON is packed, or something else.
  case notEntries(file: String)
  /// A file has more bytes than are held in memory.
  case tooLarge(file: String, limit: Int)
  /// A line of a table is at fault.
  case line(Int, file: String, reason: String)
  /// A table lacks a column.
  case noColumn(String, file: String, columns: [String])
  /// A table has no rows, or rows of one label only.
  case tooFewRows(file: String, reason: String)
  /// A folder holds files that were made from something else, or otherwise.
  case otherFiles(folder: String, names: [String])
  /// Somebody asked to stop.
  case cancelled
}

extension DatasetsError {
  /// Runs what files, the store, the pipeline and datasets may refuse, and nobody else.
  static func gathering<Value: ~Copyable>(_ body: () throws -> Value) throws(DatasetsError) -> Value {
    do {
      return try body()
    } catch let error as FileError {
      throw .file(error)
    } catch let error as StoreError {
      throw .store(error)
    } catch let error as PipelineError {
      throw .pipeline(error)
    } catch let error as DatasetsError {
      throw error
    } catch {
      preconditionFailure("nothing else throws: \(error)")
    }
  }
}

extension DatasetsError: CustomStringConvertible {
  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .pipeline(let error): error.description
    case .store(let error): error.description
    case .unknownName, .otherContent, .notThere, .noCurl, .download, .fetching: describeFetch
    case .zip(let file, let reason): "'\(file)': \(reason); download or pack the archive again"
    case .noTableInZip(let file, let members):
      """
      '\(file)' should hold SMSSpamCollection or one .tsv or .csv file, but has \(Self.list(members)); \
      unpack it and name the file
      """
    case .noTable(let path): "there is no file '\(path)'"
    case .notAFile(let path): "'\(path)' is not a file; name the file with the texts"
    case .notEntries(let file):
      "'\(file)' is neither .json (an array) nor .jsonl (a line each), unpacked; unpack it, or name it as what it is"
    case .tooLarge(let file, let limit):
      "'\(file)' has more than \(limit) bytes, the most that are held in memory; take a part of it"
    case .notFetched(let name):
      """
      no file was named, and '\(name)' is not in the cache (\(Cache.folder(name))); \
      run `prep fetch \(name)`, with --from FILE where there is no network, or name a file
      """
    case .line(let line, let file, let reason): "'\(file)', line \(line): \(reason)"
    case .noColumn(let name, let file, let columns):
      """
      '\(file)' has no column '\(name)'; there is \(Self.list(columns)); \
      name it with --label-column or --text-column
      """
    case .tooFewRows(let file, let reason): "'\(file)': \(reason)"
    case .otherFiles(let folder, let names):
      """
      '\(folder)' holds \(Self.list(names)) made from another file or with other options; \
      choose another --out, or replace them with --replace
      """
    case .cancelled: "stopped before the end; run it again"
    }
  }

  private var describeFetch: String {
    switch self {
    case .unknownName(let name, let known): "the catalog has no '\(name)'; it has \(Self.list(known))"
    case .otherContent(let file, let expected, let byteCount, let digest):
      """
      '\(file)' is not \(expected.name): it has \(byteCount) bytes and SHA-256 \(digest), \
      which should be \(expected.byteCount) bytes and \(expected.digest); nothing was stored
      """
    case .notThere(let file, let path):
      """
      '\(path)' holds no file of \(file.byteCount) bytes with SHA-256 \(file.digest) (\(file.name)); \
      nothing was stored
      """
    case .noCurl(let name, let url):
      """
      to download \(url), the program curl is needed and was not found; install it, or get the file \
      in another way and run `prep fetch \(name) --from FILE`
      """
    case .download(let name, let url, let code):
      """
      curl could not download \(url) (its exit code is \(code)); try again, which goes on where it stopped, or get the file \
      in another way and run `prep fetch \(name) --from FILE`
      """
    case .fetching(let folder):
      "another process is downloading into '\(folder)'; wait for it to end, or stop it"
    default: preconditionFailure("described elsewhere")
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
    return names.isEmpty ? "nothing" : names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
  }
}
