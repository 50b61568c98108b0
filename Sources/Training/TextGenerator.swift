internal import Basics
public import Model
public import Tokenizer

/// How a text is to be continued.
public struct GenerationOptions: Sendable, Equatable {
  /// 0 takes the likeliest token each time.
  public var temperature: Double
  /// How many of the likeliest tokens are chosen from; nil for all.
  public var topK: Int?
  public var seed: Int
  /// Tokens to write at most.
  public var maximumTokens: Int
  /// Whether `<|endoftext|>` ends the text.
  public var stopsAtEndOfText: Bool

  public init(
    temperature: Double = 0.8, topK: Int? = 50, seed: Int = 1, maximumTokens: Int = 200,
    stopsAtEndOfText: Bool = true
  ) {
    self.temperature = temperature
    self.topK = topK
    self.seed = seed
    self.maximumTokens = maximumTokens
    self.stopsAtEndOfText = stopsAtEndOfText
  }
}

/// A text that a model wrote.
public struct GeneratedText: Sendable, Equatable {
  /// Why it ends where it does.
  public enum Ending: String, Sendable { case endOfText, length, cancelled }

  /// The tokens after the prompt, without the `<|endoftext|>` that ended it.
  public var tokens: [TokenID] = []
  public var ending = Ending.length
  /// The prompt's tokens that were left out because the context is shorter.
  public var droppedPromptTokens = 0
}

/// Continues texts with a model.
///
/// A model sees as many tokens as its context has places. Where a text outgrows them, it is read again from its second
/// half on, so that every token is chosen with at least half a context before it.
public final class TextGenerator {
  private let tokenizer: Tokenizer
  private let generator: Generator

  public init(_ model: GPT, _ tokenizer: Tokenizer) throws(TrainingError) {
    self.tokenizer = tokenizer
    generator = try TrainingError.wrapping { try Generator(model) }
  }

  /// Continues `prompt`; an empty one stands for the start of a new text.
  ///
  /// - Parameters:
  ///   - sample: tells texts of one seed apart.
  ///   - emit: gets the text piece by piece, in whole characters.
  public func generate(
    after prompt: [UInt8], _ options: GenerationOptions, sample: Int = 0,
    emit: ([UInt8]) throws -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws -> GeneratedText {
    let seed = UInt64(bitPattern: Int64(options.seed)) &+ UInt64(sample) &* 0x9e37_79b9_7f4a_7c15
    var sampler = try Sampler(temperature: options.temperature, topK: options.topK, seed: seed)
    var history = try encode(prompt)
    var result = GeneratedText()
    var decoder = StreamingDecoder(tokenizer)
    var logits = try start(history, dropped: &result.droppedPromptTokens)
    while result.tokens.count < options.maximumTokens {
      if isCancelled() {
        result.ending = .cancelled
        break
      }
      // Some models have more rows than the vocabulary has tokens, for speed's sake.
      guard
        let token = sampler.choose(
          logits.count > tokenizer.size ? Array(logits.prefix(tokenizer.size)) : logits)
      else {
        throw TrainingError.brokenModel(position: history.count)
      }
      if token == tokenizer.endOfText, options.stopsAtEndOfText {
        result.ending = .endOfText
        break
      }
      history.append(token)
      result.tokens.append(token)
      var text: [UInt8] = []
      try decoder.append(token, into: &text)
      try emitValid(text, emit)
      if result.tokens.count < options.maximumTokens { logits = try advance(history) }
    }
    var rest: [UInt8] = []
    decoder.finish(into: &rest)
    try emitValid(rest, emit)
    return result
  }

  /// Hands out whole characters; bytes that make none, which a model may write, become U+FFFD.
  private func emitValid(_ bytes: [UInt8], _ emit: ([UInt8]) throws -> Void) throws {
    if !bytes.isEmpty { try emit(Array(String(decoding: bytes, as: UTF8.self).utf8)) }
  }

  private func encode(_ prompt: [UInt8]) throws(TrainingError) -> [TokenID] {
    var tokens: [TokenID] = []
    var encoder = Encoder(tokenizer)
    do { try encoder.encode(prompt.span, into: &tokens) } catch { throw .tokenizer(error) }
    if tokens.isEmpty {
      guard let end = tokenizer.endOfText else {
        throw .setting("an empty prompt stands for <|endoftext|>, which this tokenizer lacks; give a prompt")
      }
      tokens = [end]
    }
    return tokens
  }

  private func start(_ history: [TokenID], dropped: inout Int) throws -> [Float] {
    let seen = history.suffix(generator.contextLength)
    dropped = history.count - seen.count
    generator.reset()
    return try generator.append(Array(seen))
  }

  /// The prediction after the last token of `history`, all before it being in the generator already.
  private func advance(_ history: [TokenID]) throws -> [Float] {
    if generator.position < generator.contextLength {
      return try generator.append([history[history.count - 1]])
    }
    // The newest token is not in it yet.
    generator.reset()
    return try generator.append(Array(history.suffix(max(1, generator.contextLength / 2))))
  }
}
