internal import Basics

/// The files of text that some files and folders hold, in the order in which they are read.
///
///     let corpus = try Corpus(["books/", "notes.md", "tinyshakespeare"])
///     corpus.sources.map(\.name)   // ["books/a.txt", "books/b/c.txt", "notes.md", "tinyshakespeare/input.txt"]
///
/// Folders are searched to any depth and their files sorted by the bytes of their paths; hidden files and folders, and files
/// whose ending is not in ``SourceFormat``, are passed over, and so are a `merges.txt` beside a `vocab.json` and
/// `.json` files that do not begin like an array of texts. Links are
/// followed, but each file and each folder is taken once, at the first place that leads to it. A file named by itself is
/// taken whatever it is called, and so are those that a pattern stands for, where there is no file of that name (`*`, `?`, `[a-z]`, and `**`
/// for any folders). `-` is ``StandardInput``. A word that is no path may be the name of a folder in the ``Cache``.
///
/// A source's name is the file's own, or the path from the folder that the user named, that folder's own name first: so
/// it does not depend on where the corpus lies. Only where several would have one name, the folders above them come in.
public struct Corpus: Sendable {
  /// The files of text, in order.
  public private(set) var sources: [Source] = []
  /// How many files of folders were passed over: their endings are not text's.
  public private(set) var skipped = 0
  /// Links in folders that lead nowhere.
  public private(set) var dangling: [String] = []
  /// The `merges.txt` of tokenizers in folders: text by its ending, but made by us.
  public private(set) var tokenizerFiles: [String] = []
  /// `.json` files in folders that are no arrays of texts, nor of objects with the field that holds the text.
  public private(set) var otherJSON: [String] = []
  /// Paths that lead to a file taken before, and the paths that it was taken at.
  public private(set) var repeated: [(path: String, first: String)] = []

  /// What tells `.json` files of texts from others.
  private let text: TextOptions
  private let standardInput: StandardInput
  private var seen: [FileStamp.Identity: String] = [:]
  private var folders: Set<FileStamp.Identity> = []

  /// - Throws: ``PipelineError/missing(path:)``, ``PipelineError/missingName(_:)``,
  ///   ``PipelineError/noText(folder:skipped:)``, ``PipelineError/sameName(_:_:)``, ``PipelineError/unknownTextEncoding(_:)`` or what the system says.
  /// - Parameters:
  ///   - standardInput: what `-` stands for
  ///   - list: a file with more paths, one a line, that come behind the others
  ///   - textField: the field that tells `.json` files of texts from others
  ///   - encoding: what they are in, as iconv calls it; nil for UTF-8
  public init(
    _ paths: [String], list: String? = nil, standardInput: StandardInput = StandardInput(),
    textField: String = TextOptions().textField, encoding: String? = nil
  ) throws(PipelineError) {
    var text = TextOptions()
    (text.textField, text.encoding) = (textField, encoding)
    self.text = text
    self.standardInput = standardInput
    var paths = paths
    if let list { paths += try Self.paths(in: list) }
    guard !paths.isEmpty else { throw .noCorpus }
    guard paths.count(where: { $0 == "-" }) + (list == "-" ? 1 : 0) < 2 else { throw .inputTwice }
    for path in paths { try add(path) }
    try tellNamesApart()
  }

  /// A corpus of files that were found otherwise.
  init(sources: [Source]) {
    self.sources = sources
    text = TextOptions()
    standardInput = StandardInput()
  }

  /// The corpus, the bytes of its files taken as `options` say.
  ///
  /// - Parameter isCancelled: asked where something takes long that gives no text
  func reading(
    _ options: TextOptions, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) -> Corpus {
    var corpus = self
    Source.read(&corpus.sources, as: options, isCancelled: isCancelled)
    return corpus
  }

  /// The lines of a file. Empty ones are no paths.
  private static func paths(in list: String) throws(PipelineError) -> [String] {
    let blocks = LineBlocks(try TextInput(list).open(), file: list, maximum: 1 << 20)
    var paths: [String] = []
    var bytes: [UInt8] = []
    while try blocks.next(appendingTo: &bytes) > 0 {
      for line in bytes.split(separator: ASCII.newline) {
        let path = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        if !path.isEmpty { paths.append(String(decoding: path, as: UTF8.self)) }
      }
      bytes.removeAll(keepingCapacity: true)
    }
    guard !paths.isEmpty else { throw .emptyList(file: list) }
    return paths
  }

  /// Files of one name are called by one folder more of their paths, until their names differ.
  private mutating func tellNamesApart() throws(PipelineError) {
    while true {
      let groups = Dictionary(grouping: sources.indices) { sources[$0].name }.values.filter { $0.count > 1 }
      guard !groups.isEmpty else { return }
      for group in groups {
        let longer = group.map { sources[$0].withLongerName }
        guard longer.contains(where: { $0 != nil }) else {
          throw .sameName(sources[group[0]].path, sources[group[1]].path)
        }
        for (index, source) in zip(group, longer) { sources[index] = source ?? sources[index] }
      }
    }
  }

  private mutating func addStandardInput() throws(PipelineError) {
    let spool = try standardInput.spool()
    let path = spool.file.numberPath
    guard let stamp = FileStamp(path) else { throw .file(.last("read", "standard input")) }
    let name = standardInput.name
    sources.append(
      Source(name: name, path: path, format: SourceFormat(named: name), stamp: stamp, spool: spool))
  }

  private mutating func add(_ word: String) throws(PipelineError) {
    if word == "-" { return try addStandardInput() }
    var path = word
    var kind = try Folder.kindIfThere(path)
    if kind == nil, Cache.isName(word) {
      path = Cache.folder(word)
      kind = try Folder.kindIfThere(path)
    }
    switch kind {
    case .file: try add(file: path, name: Path.name(path), format: SourceFormat(named: path))
    case .folder: try add(folder: path)
    case .other: throw .neitherFileNorFolder(path: path)
    case nil:
      guard let glob = Glob(word) else {
        throw Cache.isName(word) ? .missingName(word) : .missing(path: word)
      }
      try add(glob, word)
    }
  }

  /// A file's name is its path from the pattern's folder, with that folder's own name first.
  private mutating func add(_ glob: Glob, _ pattern: String) throws(PipelineError) {
    let files = try glob.files()
    guard !files.isEmpty else { throw .noMatch(pattern: pattern) }
    let folder = glob.folder.isEmpty ? "" : Path.name(glob.folder)
    let above = [".", "..", "/"].contains(folder) ? "" : folder
    for (path, name) in files {
      try add(file: path, name: Path.join(above, name), format: SourceFormat(named: path))
    }
  }

  private mutating func add(folder: String) throws(PipelineError) {
    let passed = skipped
    let name = Path.name(folder)
    var found: [(path: String, name: String)] = []
    let isNamed = ![".", "..", "/"].contains(name)
    var isKnown = false
    try search(folder, name: isNamed ? name : "", into: &found, isKnown: &isKnown)
    guard !found.isEmpty || isKnown else { throw .noText(folder: folder, skipped: skipped - passed) }
    found.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (path, name) in found {
      if let format = SourceFormat(path: path) { try add(file: path, name: name, format: format) }
    }
  }

  /// Adds the paths and names of the text files under `folder` to `found`. `isKnown` tells of folders searched before.
  private mutating func search(
    _ folder: String, name: String, into found: inout [(path: String, name: String)], isKnown: inout Bool
  ) throws(PipelineError) {
    guard let stamp = FileStamp(folder) else { throw .file(.last("open", folder)) }
    guard folders.insert(stamp.identity).inserted else {
      isKnown = true
      return
    }
    let entries = try filing { () throws(FileError) in try Folder.names(folder) }
    let isTokenizer = entries.contains("vocab.json")
    for entry in entries where entry.utf8.first != UInt8(ascii: ".") {
      let path = Path.join(folder, entry)
      let entryName = Path.join(name, entry)
      switch try filing({ () throws(FileError) in try Folder.kindOrDangling(path) }) {
      case .folder: try search(path, name: entryName, into: &found, isKnown: &isKnown)
      case .file where isTokenizer && entry == "merges.txt": tokenizerFiles.append(path)
      case .file:
        guard let format = SourceFormat(path: path) else {
          skipped += 1
          break
        }
        if try format.isText(at: path, text) {
          found.append((path, entryName))
        } else {
          otherJSON.append(path)
        }
      case nil: dangling.append(path)
      default: skipped += 1
      }
    }
  }

  private mutating func add(file path: String, name: String, format: SourceFormat) throws(PipelineError) {
    guard let stamp = FileStamp(path) else { throw .file(.last("read", path)) }
    if let first = seen[stamp.identity] {
      repeated.append((path, first))
    } else {
      seen[stamp.identity] = path
      sources.append(Source(name: name, path: path, format: format, stamp: stamp))
    }
  }
}
