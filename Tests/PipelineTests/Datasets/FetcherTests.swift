import Basics
import Glibc
import Pipeline
import TestSupport
import Testing

@Suite("Fetching")
struct FetcherTests {
  private let folder: TemporaryFolder
  private let cache: String

  init() throws {
    folder = try TemporaryFolder()
    cache = folder("cache/words")
  }

  private func file(_ name: String, _ text: String) -> CatalogFile {
    CatalogFile(
      name: name, byteCount: text.utf8.count, digest: SHA256.hash(Array(text.utf8)),
      urls: ["https://example.org/\(name)"])
  }

  private func fetcher(_ files: CatalogFile...) -> Fetcher {
    let entry = CatalogEntry(name: "words", summary: "", licence: "", homepage: "", reading: "", files: files)
    return Fetcher(entry, folder: cache)
  }

  private func stored(_ name: String) -> String? {
    (try? File.contents("\(cache)/\(name)")).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `a file of another name is known by its content`() throws {
    let path = try folder.write("one two", to: "downloads/file(1).bin")
    let fetcher = fetcher(file("words.txt", "one two"))
    #expect(try fetcher.run(from: path) == .stored(["words.txt"]))
    #expect(stored("words.txt") == "one two")
    #expect(try fetcher.run(from: nil) == .alreadyThere)
  }

  @Test func `files are found in a folder, and in folders and archives in it`() throws {
    try folder.write("merges", to: "downloads/deep/er/b")
    try folder.write("other!", to: "downloads/a")
    try folder.write(ZipSample.bytes, to: "downloads/words.zip")
    let fetcher = fetcher(file("merges.txt", "merges"), file("table.tsv", ZipSample.table))
    #expect(try fetcher.run(from: folder("downloads")) == .stored(["merges.txt", "table.tsv"]))
    #expect(stored("merges.txt") == "merges")
    #expect(stored("table.tsv") == ZipSample.table)
  }

  @Test func `circles of links end`() throws {
    try folder.write("merges", to: "downloads/a/b/c/d/e/f/g/h/i/j/file")
    for number in 0..<10 { unsafe symlink(".", folder("downloads/link\(number)")) }
    unsafe symlink("../..", folder("downloads/a/b/up"))
    #expect(
      try fetcher(file("merges.txt", "merges")).run(from: folder("downloads")) == .stored(["merges.txt"]))
  }

  @Test func `a wrong file is refused with both digests, and nothing is stored`() throws {
    try folder.write("merges", to: "downloads/merges.txt")
    try folder.write("one twa", to: "downloads/words.txt")
    let right = SHA256.hash(Array("one two".utf8)), wrong = SHA256.hash(Array("one twa".utf8))
    for place in ["downloads", "downloads/words.txt"] {
      let files = place == "downloads" ? [file("merges.txt", "merges")] : []
      let entry = CatalogEntry(
        name: "words", summary: "", licence: "", homepage: "", reading: "",
        files: files + [file("words.txt", "one two")])
      let error = #expect(throws: DatasetsError.self) {
        try Fetcher(entry, folder: cache).run(from: folder(place))
      }
      #expect(error?.description.contains("\(right)") == true)
      #expect(error?.description.contains("\(wrong)") == true)
      #expect(Folder.kind(cache) == nil)
    }
  }

  @Test func `an archive with another file of that name is refused`() throws {
    try folder.write(ZipSample.bytes, to: "words.zip")
    let error = #expect(throws: DatasetsError.self) {
      try fetcher(file("table.tsv", "something else")).run(from: folder("words.zip"))
    }
    #expect(error?.description.contains("words.zip/words/table.tsv' is not table.tsv") == true)
  }

  @Test func `a folder without the file is named`() throws {
    try folder.write("x", to: "downloads/x")
    let error = #expect(throws: DatasetsError.self) {
      try fetcher(file("words.txt", "one two")).run(from: folder("downloads"))
    }
    #expect(error?.description.contains("downloads' holds no file of 7 bytes") == true)
    #expect(throws: DatasetsError.self) {
      try fetcher(file("words.txt", "one two")).run(from: folder("none"))
    }
  }

  @Test func `a damaged file in the cache is replaced`() throws {
    try folder.write("one twa", to: "cache/words/words.txt")
    let path = try folder.write("one two", to: "downloads/words.txt")
    var notes: [String] = []
    #expect(
      try fetcher(file("words.txt", "one two")).run(from: path) { notes.append($0) } == .stored(["words.txt"])
    )
    #expect(notes.count == 1 && notes[0].contains("damaged"))
    #expect(stored("words.txt") == "one two")
    #expect(try Folder.names(cache) == ["words.txt"])
  }
}

@Suite("Catalog")
struct CatalogTests {
  @Test func `corpora/catalog.json is the catalog`() throws {
    let file = try File.contents("\(Shared.package)/corpora/catalog.json")
    #expect(String(decoding: file, as: UTF8.self) == Catalog.json.indented)
  }

  @Test func `entries are in the order of their names`() {
    #expect(Catalog.entries.map(\.name) == Catalog.entries.map(\.name).sorted())
  }

  @Test func `an unknown name lists the known ones`() {
    let error = #expect(throws: DatasetsError.self) { try Catalog.entry("gpt3") }
    #expect(error?.description.contains("'gpt2', 'instruction-data', 'sms-spam'") == true)
  }

  @Test(
    .enabled(if: Shared.path("data") != nil, "needs ../shared"),
    arguments: [
      ("gpt2", "data/gpt2"), ("instruction-data", "data/book"), ("sms-spam", "data/sms/SMSSpamCollection"),
      ("sms-spam", "data/sms/smsspamcollection.zip"), ("the-verdict", "data/book"),
      ("tinyshakespeare", "data/english"),
    ])
  func `every entry can be fetched from a copy`(name: String, place: String) throws {
    let folder = try TemporaryFolder()
    let entry = try Catalog.entry(name)
    let outcome = try Fetcher(entry, folder: folder("cache")).run(from: Shared.path(place))
    #expect(outcome == .stored(entry.files.map(\.name)))
    #expect(try Folder.names(folder("cache")) == entry.files.map(\.name).sorted())
  }
}
