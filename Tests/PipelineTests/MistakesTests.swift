import Basics
import Pipeline
import Synchronization
import TestSupport
import Testing
import Tokenizer

/// What is wrong from the start is found before any work, and said with its place.
@Suite struct MistakesTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  @Test func `a special token that there is not is named before anything is read or written`() throws {
    var encoder = DatasetEncoder(try Corpus([try folder.write("the", to: "a.txt")]), tokenizer)
    encoder.text.special = .allow(["<|endoftext|>", "<|start|>"])
    let reports = Atomic<Int>(0)
    let error = errorText {
      _ = try encoder.run(
        folder: folder("s"), threads: 1, report: { _ in reports.add(1, ordering: .relaxed) })
    }
    #expect(error.contains("no special token '<|start|>'"))
    #expect(reports.load(ordering: .relaxed) == 0 && Folder.kind(folder("s")) == nil)
  }

  @Test func `what cannot be read leaves nothing on the output`() throws {
    try folder.write("no gzip", to: "a.gz")
    for name in ["nosuch", "a.gz", "."] {
      var output: [UInt8] = []
      let error = errorText {
        try TextTokenizer(tokenizer.tokenizer).write(TextInput(folder(name)), as: .json, threads: 1) {
          bytes in
          for index in bytes.indices { output.append(bytes[index]) }
        }
      }
      #expect(error != "nothing was refused" && output.isEmpty, "\(name)")
    }
    var output: [UInt8] = []
    try TextTokenizer(tokenizer.tokenizer).write(
      TextInput(folder.write("", to: "empty")), as: .json, threads: 1
    ) { bytes in for index in bytes.indices { output.append(bytes[index]) } }
    #expect(output == Array("[]\n".utf8))
  }

  @Test func `where no tokenizer can be written is known before one is learned`() throws {
    func check(_ name: String, size: Int = 1_000, replacing: Bool = false) -> String {
      errorText { try TokenizerFolder.check(writingTo: folder(name), size: size, replacing: replacing) }
    }
    let fine = "nothing was refused"
    #expect(check("new/er") == fine)
    #expect(Folder.kind(folder("new")) == nil)
    #expect(check("tokenizer") == fine)
    #expect(check("tokenizer", size: tokenizer.tokenizer.size) == fine)
    #expect(check("tokenizer", size: 260).contains("holds another tokenizer"))
    #expect(check("tokenizer", size: 260, replacing: true) == fine)
    try folder.write("{}", to: "other/vocab.json")
    #expect(check("other").contains("holds another tokenizer"))
    try folder.write("", to: "file")
    #expect(check("file/deep").contains("cannot create folder '\(folder("file"))': Not a directory"))
  }
}
