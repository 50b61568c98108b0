import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite struct DecontaminateTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder
  private let vocabulary = words(300)

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encoder(_ length: Int) throws -> DatasetEncoder {
    var encoder = DatasetEncoder(try Corpus([folder("c.jsonl")]), tokenizer)
    encoder.split.fraction = 0
    encoder.text.steps.decontaminate = folder("eval.jsonl")
    encoder.text.steps.decontaminateWords = length
    return encoder
  }

  /// Words in the form in which they are compared, one by one.
  private func plain(_ text: String) -> [String] {
    text.split { !($0.isLetter || $0.isNumber) }.map { $0.lowercased() }
  }

  private func share(_ a: [String], _ b: [String], _ length: Int) -> Bool {
    guard a.count >= length, b.count >= length else { return false }
    let grams = Set((0...a.count - length).map { Array(a[$0..<$0 + length]) })
    return (0...b.count - length).contains { grams.contains(Array(b[$0..<$0 + length])) }
  }

  @Test(arguments: [1, 2, 5, 13])
  func `texts with words in a row of the evaluation are left out, and no others`(length: Int) throws {
    var random = SplitMix64(seed: UInt64(length))
    func text(_ count: Int, _ random: inout SplitMix64) -> [String] {
      (0..<count).map { _ in vocabulary.randomElement(using: &random)! }
    }
    let evaluation = (0..<20).map { _ in text(Int.random(in: 0...30, using: &random), &random) }
    let texts = (0..<300).map { _ in
      var words = text(Int.random(in: 0...40, using: &random), &random)
      let source = evaluation.randomElement(using: &random)!
      let start = Int.random(in: 0...source.count, using: &random)
      let piece = source[start..<min(source.count, start + Int.random(in: 0...length + 1, using: &random))]
      words.insert(contentsOf: piece, at: Int.random(in: 0...words.count, using: &random))
      let separators = [" ", ", ", "\n", "... "]
      return words.map {
        ($0.count % 2 == 0 ? $0.uppercased() : $0) + separators.randomElement(using: &random)!
      }.joined()
    }
    try folder.write(
      evaluation.map { jsonLine($0.joined(separator: " ")) }.joined(separator: "\n"), to: "eval.jsonl")
    try folder.write(texts.map(jsonLine).joined(separator: "\n"), to: "c.jsonl")
    _ = try encoder(length).run(folder: folder("s"), threads: 2)
    let expected = texts.filter { text in !evaluation.contains { share($0, plain(text), length) } }
    #expect(try documents(folder("s"), .train).map(\.text) == expected)
    #expect(expected.count < 300)
  }

  @Test func `the reason says where the words are`() throws {
    try folder.write(
      "{\"text\": \"What is the capital of France?\"}\n{\"text\": \"One two three four five\"}\n",
      to: "eval.jsonl")
    try folder.write(
      "{\"text\": \"He counts: two, THREE. Four!\"}\n{\"text\": \"two three\"}\n", to: "c.jsonl")
    _ = try encoder(3).run(folder: folder("s"), threads: 1)
    #expect(
      try rejects(folder("s")) == [
        "c.jsonl 0 decontaminate: the 3 words at byte 11 of the text are at byte 4 of the text at byte 43 of the evaluation"
      ])
  }

  @Test func `the dataset is the same wherever the evaluation lies and whatever it is called`() throws {
    let questions = "{\"text\": \"one two three\"}\n"
    try folder.write("{\"text\": \"four\"}\n{\"text\": \"One, two, three!\"}\n", to: "c.jsonl")
    var hashes: Set<String> = []
    for name in ["eval.jsonl", "./eval.jsonl", "other/questions.jsonl"] {
      try folder.write(questions, to: name)
      var encoder = try encoder(3)
      encoder.text.steps.decontaminate = folder(name)
      hashes.insert("\(try encoder.run(folder: folder("s\(hashes.count)"), threads: 1).dataset.rootHash)")
      #expect(try rejects(folder("s0")).count == 1)
    }
    #expect(hashes.count == 1)
  }

  @Test func `of a folder the file is told by its number`() throws {
    try folder.write("{\"text\": \"six seven eight\"}\n", to: "all/a.jsonl")
    try folder.write("{\"text\": \"\"}\n{\"text\": \"one two three\"}\n", to: "all/b.jsonl")
    try folder.write("{\"text\": \"One, two, three!\"}\n", to: "c.jsonl")
    var encoder = try encoder(3)
    encoder.text.steps.decontaminate = folder("all")
    _ = try encoder.run(folder: folder("s"), threads: 1)
    #expect(try rejects(folder("s")).first?.hasSuffix("at byte 13 of file 2 of the evaluation") == true)
  }

  @Test func `the evaluation is part of the dataset's options`() throws {
    try folder.write("{\"text\": \"one two three\"}\n", to: "eval.jsonl")
    try folder.write("{\"text\": \"a\"}\n", to: "c.jsonl")
    _ = try encoder(3).run(folder: folder("s"), threads: 1)
    #expect(try encoder(3).run(folder: folder("s"), threads: 1).wasComplete)
    try folder.write("{\"text\": \"one two four\"}\n", to: "eval.jsonl")
    #expect(errorText { _ = try encoder(3).run(folder: folder("s"), threads: 1) }.contains("decontaminate"))
    #expect(
      errorText { _ = try encoder(13).run(folder: folder("s"), threads: 1) }
        == "'\(folder("eval.jsonl"))' has no text of 13 words, so that there is nothing to look for; lower --decontaminate-words"
    )
  }
}
