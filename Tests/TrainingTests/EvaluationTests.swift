import Basics
import Glibc
import Model
import Store
import TestSupport
import Testing
import Tokenizer
import Training

@Suite("Evaluation")
struct EvaluationTests {
  private let tiny: TinyRun
  private let model: GPT

  init() throws {
    tiny = try TinyRun()
    model = try GPT(tiny.configuration.recipe.model, batch: 3, time: 8, threads: 2)
    model.initialize(seed: 5)
  }

  /// One window at a time, the softmax written out.
  private func naive(_ split: Split) throws -> Double {
    var tokens: [UInt32] = []
    var reader = try tiny.dataset.reader(split)
    try reader.read(0..<reader.tokenCount, into: &tokens)
    let end = try #require(tiny.tokenizer.endOfText)
    var sum = 0.0
    for start in stride(from: 0, to: tokens.count, by: 8) {
      let targets = Array(tokens[start..<min(start + 8, tokens.count)])
      let inputs = [start == 0 ? end : tokens[start - 1]] + targets.dropLast()
      let logits = try model.logits(inputs: inputs, batch: 1, time: inputs.count)
      for (place, target) in targets.enumerated() {
        let row = logits[place * 257..<(place + 1) * 257].map(Double.init)
        sum += log(row.reduce(0) { $0 + exp($1) }) - row[Int(target)]
      }
    }
    return sum / Double(tokens.count)
  }

  @Test(arguments: [Split.train, .val])
  func `agrees with the definition, each token a target once`(split: Split) throws {
    let evaluator = Evaluator(dataset: tiny.dataset, split: split, tokenizer: tiny.tokenizer)
    let result = try #require(try evaluator.evaluate(model))
    var reader = try tiny.dataset.reader(split)
    var tokens: [UInt32] = []
    try reader.read(0..<reader.tokenCount, into: &tokens)
    #expect(result.tokens == reader.tokenCount)
    #expect(result.bytes == tokens.count { $0 != tiny.tokenizer.endOfText })
    #expect(abs(result.loss - (try naive(split))) < 1e-5)
    #expect(abs(result.perplexity - exp(result.loss)) < 1e-9)
    let bits = result.lossSum / log(2) / Double(result.bytes)
    #expect(abs(result.bitsPerByte - bits) < 1e-9)
  }

  @Test func `fewer batches are the same ones every time`() throws {
    let evaluator = Evaluator(dataset: tiny.dataset, split: .train, tokenizer: tiny.tokenizer, batches: 4)
    let result = try #require(try evaluator.evaluate(model))
    #expect(result.tokens <= 4 * 3 * 8 && result.tokens > 4 * 3 * 8 - 8)
    #expect(try evaluator.evaluate(model) == result)
  }

  @Test func `stops when it is asked to`() throws {
    let evaluator = Evaluator(dataset: tiny.dataset, split: .train, tokenizer: tiny.tokenizer)
    #expect(try evaluator.evaluate(model, isCancelled: { true }) == nil)
  }
}
