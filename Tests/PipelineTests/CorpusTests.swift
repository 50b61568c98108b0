import Basics
import Glibc
import Pipeline
import TestSupport
import Testing

@Suite struct CorpusTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func names(_ corpus: Corpus) -> [String] { corpus.sources.map(\.name) }

  @Test func `a folder's files are sorted by the bytes of their paths`() throws {
    for name in ["b.txt", "a/z.txt", "a.txt", "a/B.md", "a-b.txt", "é.txt"] {
      try folder.write("x", to: "c/" + name)
    }
    let corpus = try Corpus([folder("c/")])
    #expect(names(corpus) == ["c/a-b.txt", "c/a.txt", "c/a/B.md", "c/a/z.txt", "c/b.txt", "c/é.txt"])
  }

  @Test func `files and folders keep the order in which they were named`() throws {
    try folder.write("x", to: "c/b.txt")
    try folder.write("x", to: "notes")
    try folder.write("x", to: "a.txt")
    #expect(
      names(try Corpus([folder("notes"), folder("c"), folder("a.txt")])) == ["notes", "c/b.txt", "a.txt"])
  }

  @Test func `other endings are passed over in folders, and hidden files too`() throws {
    for name in ["a.txt", "photo.png", "Makefile", ".hidden.txt", ".git/b.txt", "c.JSONL.GZ", "d.tar.lz"] {
      try folder.write("x", to: "c/" + name)
    }
    let corpus = try Corpus([folder("c")])
    #expect(names(corpus) == ["c/a.txt", "c/c.JSONL.GZ"])
    #expect(corpus.skipped == 3)
    #expect(corpus.sources[1].format == SourceFormat(layout: .jsonLines, compression: .gzip))
  }

  @Test func `a file named by itself is taken whatever its ending`() throws {
    try folder.write("x", to: "Makefile")
    try folder.write("x", to: "log.zst")
    let corpus = try Corpus([folder("Makefile"), folder("log.zst")])
    #expect(corpus.sources.map(\.format.layout) == [.text, .text])
    #expect(corpus.sources.map(\.format.compression) == [.none, .zstd])
  }

  @Test func `each file is taken once, at the first place that leads to it`() throws {
    try folder.write("x", to: "c/b.txt")
    unsafe symlink("b.txt", folder("c/link.txt"))
    let corpus = try Corpus([folder("c/b.txt"), folder("c"), folder("c")])
    #expect(names(corpus) == ["b.txt"])
    #expect(corpus.repeated.map(\.path) == [folder("c/b.txt"), folder("c/link.txt")])
    #expect(corpus.repeated.map(\.first) == [folder("c/b.txt"), folder("c/b.txt")])
  }

  @Test func `links to folders are followed, but not in circles`() throws {
    try folder.write("x", to: "other/t.txt")
    try folder.write("x", to: "c/a/b.txt")
    unsafe symlink("..", folder("c/a/up"))
    unsafe symlink("../other", folder("c/other"))
    unsafe symlink("nowhere", folder("c/broken.txt"))
    let corpus = try Corpus([folder("c")])
    #expect(names(corpus) == ["c/a/b.txt", "c/other/t.txt"])
    #expect(corpus.dangling == [folder("c/broken.txt")] && corpus.skipped == 0)
  }

  @Test func `a tokenizer's merges are no text, unless they are named`() throws {
    try folder.write("x", to: "c/a.txt")
    try folder.write("x", to: "c/merges.txt")
    try folder.write("{}", to: "c/t/vocab.json")
    try folder.write("x", to: "c/t/merges.txt")
    let corpus = try Corpus([folder("c")])
    #expect(names(corpus) == ["c/a.txt", "c/merges.txt"])
    #expect(corpus.tokenizerFiles == [folder("c/t/merges.txt")])
    #expect(names(try Corpus([folder("c/t/merges.txt")])) == ["merges.txt"])
  }

  @Test func `files of one name are told apart by the folders above them`() throws {
    for name in ["a/data/x.txt", "b/data/x.txt", "b/data/y.txt", "c/b/data/x.txt"] {
      try folder.write("x", to: name)
    }
    let two = try Corpus([folder("a/data"), folder("b/data")])
    #expect(names(two) == ["a/data/x.txt", "b/data/x.txt", "data/y.txt"])
    let three = try Corpus([folder("b/data/x.txt"), folder("a/data//x.txt"), folder("c/b/data/x.txt")])
    let above = Path.name(folder.path)
    #expect(names(three) == ["\(above)/b/data/x.txt", "a/data/x.txt", "c/b/data/x.txt"])
  }

  @Test(arguments: ["gz", "zst", "GZ"])
  func `a file that is called like an ending is not packed`(name: String) throws {
    #expect(try Corpus([try folder.write("x", to: name)]).sources[0].format.compression == .none)
    #expect(SourceFormat(named: "a.\(name)").compression != .none)
  }

  @Test func `what is not there is an error`() {
    let error = #expect(throws: PipelineError.self) { try Corpus([folder("nothing.txt")]) }
    #expect("\(error!)" == "there is no file or folder '\(folder("nothing.txt"))'")
  }

  @Test func `a name that is not UTF-8 is an error that says so`() throws {
    try folder.write("x", to: "c/a.txt")
    let name = Array("\(folder("c"))/caf".utf8) + [0xe9] + Array(".txt".utf8) + [0]
    let made = unsafe name.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer {
      unsafe mkdir($0.baseAddress!, 0o700)
    }
    try #require(made == 0)
    let error = #expect(throws: PipelineError.self) { try Corpus([folder("c")]) }
    #expect("\(error!)".contains("name is not UTF-8; rename '\(folder("c"))/caf\u{fffd}.txt'"))
    _ = unsafe name.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { unsafe rmdir($0.baseAddress!) }
  }

  @Test func `what the system refuses to show is an error that says why`() throws {
    try folder.write("x", to: "c/a.txt")
    // A superuser may look into any folder; a name too long to exist is refused to everybody.
    let long = String(repeating: "x", count: 300)
    unsafe symlink(long, folder("c/long.txt"))
    let error = #expect(throws: PipelineError.self) { try Corpus([folder("c")]) }
    #expect("\(error!)" == "cannot read '\(folder("c/long.txt"))': File name too long")
  }

  @Test func `a word that is no path and no name in the cache is named as it was written`() {
    let error = #expect(throws: PipelineError.self) { try Corpus(["no-such-corpus.txt"]) }
    let text = error.map { "\($0)" } ?? ""
    #expect(
      text.hasPrefix(
        "there is no file or folder 'no-such-corpus.txt', nor anything of that name in the cache"))
    #expect(text.contains("prep fetch --list"))
  }

  @Test func `a file that is not missing is not called so`() throws {
    // Nobody may look behind a name too long to exist, or through a file.
    let path = folder(String(repeating: "x", count: 300))
    let error = #expect(throws: PipelineError.self) { try Corpus([path]) }
    #expect(error.map { "\($0)" } == "cannot read '\(path)': File name too long")
  }

  @Test func `a folder without text is an error that names the endings`() throws {
    try folder.write("x", to: "c/photo.png")
    let error = #expect(throws: PipelineError.self) { try Corpus([folder("c")]) }
    #expect("\(error!)".hasPrefix("folder '\(folder("c"))' has no text (1 other file); looked for .txt, .md"))
  }
}
