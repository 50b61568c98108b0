import Basics
import Model
import TestSupport
import Testing
import Tokenizer
import Training

@Suite("Generation")
struct GenerationTests {
  private let tiny: TinyRun

  init() throws {
    tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.recipe.steps = 100
    _ = try tiny.begin(configuration, in: "run").run()
  }

  private func generator(threads: Int = 1) throws -> TextGenerator {
    let trained = try TrainedModel(tiny.run("run").path)
    return try TextGenerator(trained.load(batch: 1, time: 8, threads: threads), trained.tokenizer)
  }

  private func write(
    _ generator: TextGenerator, after prompt: String, _ options: GenerationOptions, sample: Int = 0
  ) throws -> (String, GeneratedText) {
    var bytes: [UInt8] = []
    let result = try generator.generate(
      after: Array(prompt.utf8), options, sample: sample,
      emit: { piece in
        #expect(UTF8Check.firstInvalid(piece.span) == nil)
        bytes += piece
      })
    return (String(decoding: bytes, as: UTF8.self), result)
  }

  @Test func `the same seed writes the same text on any number of threads`() throws {
    let options = GenerationOptions(seed: 3, maximumTokens: 60, stopsAtEndOfText: false)
    let one = try write(generator(threads: 1), after: "the", options)
    let two = try write(generator(threads: 2), after: "the", options)
    #expect(one == two)
    let generator = try generator()
    #expect(try write(generator, after: "the", options) == one)
    #expect(try write(generator, after: "the", options, sample: 1).0 != one.0)
  }

  /// Each token from the whole window anew, without a cache: past the context, the window restarts with its second half.
  @Test func `greedy text is that of the definition, past the context too`() throws {
    let trained = try TrainedModel(tiny.run("run").path)
    let model = try trained.load(batch: 1, time: 8, threads: 1)
    let options = GenerationOptions(temperature: 0, maximumTokens: 30, stopsAtEndOfText: false)
    let result = try write(generator(), after: "the", options).1
    var window: [UInt32] = []
    var encoder = Encoder(trained.tokenizer)
    try encoder.encode(Array("the".utf8).span, into: &window)
    var tokens: [UInt32] = []
    for _ in 0..<30 {
      let logits = try model.logits(inputs: window, batch: 1, time: window.count).suffix(257)
      let best = logits.indices.max { (logits[$0], $1) < (logits[$1], $0) }!
      tokens.append(UInt32(best - logits.startIndex))
      if window.count == 8 {
        window = Array((window + tokens.suffix(1)).suffix(4))
      } else {
        window += tokens.suffix(1)
      }
    }
    #expect(result.tokens == tokens)
  }

  @Test func `ends at the end of a text unless told otherwise`() throws {
    let generator = try generator()
    var options = GenerationOptions(seed: 1, maximumTokens: 500)
    let ended = try write(generator, after: "", options).1
    #expect(ended.ending == .endOfText && ended.tokens.count < 500)
    #expect(!ended.tokens.contains(try #require(tiny.tokenizer.endOfText)))
    options.stopsAtEndOfText = false
    let endless = try write(generator, after: "", options).1
    #expect(endless.ending == .length && endless.tokens.count == 500)
    #expect(endless.tokens.starts(with: ended.tokens))
  }

  @Test func `a prompt longer than the context loses its beginning`() throws {
    let options = GenerationOptions(temperature: 0, maximumTokens: 1)
    let generator = try generator()
    let long = try write(generator, after: "the cat sat on a mat", options).1
    #expect(long.droppedPromptTokens == 12)
    #expect(try write(generator, after: " on a mat", options).1.tokens == long.tokens)
  }

  @Test func `stops when it is asked to`() throws {
    let result = try generator().generate(
      after: [], GenerationOptions(maximumTokens: 50, stopsAtEndOfText: false), isCancelled: { true })
    #expect(result.ending == .cancelled && result.tokens.isEmpty)
  }
}
