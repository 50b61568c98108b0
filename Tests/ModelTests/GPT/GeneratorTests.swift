import Basics
import Model
import Testing

@Suite("Generation")
struct GeneratorTests {
  /// Prompts are read in blocks of 128 tokens, and queries in blocks of 64.
  private let tiny = Tiny(context: 300, batch: 1)

  private func tokens(_ count: Int) -> [UInt32] { Array(tiny.tokens(seed: 5).inputs[..<count]) }

  /// The logits after the last of `tokens`, by a pass over all of them.
  private func expected(_ tokens: [UInt32], _ model: GPT) throws -> [Float] {
    Array(try model.logits(inputs: tokens, batch: 1, time: tokens.count).suffix(tiny.vocabulary))
  }

  @Test(arguments: [[1], [1, 1, 1, 1, 1], [5, 1, 60, 2, 100], [128, 1], [129, 128, 43], [300]])
  func `with remembered keys and values the logits are those of a whole pass`(pieces: [Int]) throws {
    let model = try tiny.model(threads: 2)
    let generator = try Generator(model)
    let tokens = tokens(pieces.reduce(0, +))
    var position = 0
    for piece in pieces {
      let logits = try generator.append(Array(tokens[position..<position + piece]))
      position += piece
      expectClose(
        logits, try expected(Array(tokens[..<position]), model).map { Double($0) }, within: 5e-6,
        "logits after \(position) tokens")
      #expect(generator.position == position)
      #expect(generator.tokens == Array(tokens[..<position]))
    }
  }

  @Test func `the model's plan does not limit the generator`() throws {
    let generator = try Generator(tiny.model(batch: 1, time: 2))
    let logits = try generator.append(tokens(250))
    expectClose(
      logits, try expected(tokens(250), tiny.model()).map { Double($0) }, within: 5e-6, "logits")
  }

  @Test func `the number of threads changes no bit`() throws {
    let runs = try (1...3).map { threads in
      let generator = try Generator(tiny.model(threads: threads))
      return try [tokens(140), [3], [1, 4]].map { try generator.append($0) }
    }
    #expect(runs[1] == runs[0])
    #expect(runs[2] == runs[0])
  }

  @Test func `starting again forgets what was before`() throws {
    let model = try tiny.model()
    let generator = try Generator(model)
    let first = try generator.append(tokens(20))
    generator.reset()
    #expect(generator.position == 0)
    _ = try generator.append([7, 7, 7])
    generator.reset()
    #expect(try generator.append(tokens(20)) == first)
  }

  @Test func `a restart keeps the last tokens, at the first positions`() throws {
    let model = try tiny.model()
    let generator = try Generator(model)
    _ = try generator.append(tokens(30))
    let logits = try generator.restart(keeping: 11)
    #expect(generator.tokens == Array(tokens(30).suffix(11)))
    #expect(try Generator(model).append(Array(tokens(30).suffix(11))) == logits)
    for count in [0, -1, 12] {
      #expect(throws: ModelError.batch("\(count) of 11 tokens cannot be kept")) {
        try generator.restart(keeping: count)
      }
    }
  }

  @Test func `two generators and training do not disturb each other`() throws {
    let model = try tiny.model()
    let (first, second) = (try Generator(model), try Generator(model))
    _ = try first.append(tokens(9))
    _ = try second.append([1, 2])
    let row = tokens(300)
    _ = try model.gradients(row, row.map { Int32($0) })
    let logits = try first.append([5])
    expectClose(logits, try expected(tokens(9) + [5], model).map { Double($0) }, within: 5e-6, "logits")
  }

  @Test func `what does not fit is refused, and nothing is read then`() throws {
    let generator = try Generator(tiny.model())
    _ = try generator.append(tokens(299))
    #expect(throws: ModelError.contextFull(position: 299, adding: 2, contextLength: 300)) {
      try generator.append([1, 2])
    }
    #expect(throws: ModelError.batch("nothing to read; give the generator a token or more")) {
      try generator.append([])
    }
    #expect(throws: ModelError.token(11, position: 0, vocabularySize: 11)) { try generator.append([11]) }
    #expect(generator.position == 299)
    _ = try generator.append([1])
    #expect(generator.position == 300)
    #expect(throws: ModelError.contextFull(position: 300, adding: 1, contextLength: 300)) {
      try generator.append([1])
    }
  }
}
