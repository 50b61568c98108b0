internal import Basics

/// Continues a text token by token, keeping the keys and values of the tokens so far.
///
///     let generator = try Generator(model)
///     var logits = try generator.append(prompt)
///     while generator.position < generator.contextLength {
///       logits = try generator.append([choose(logits)])
///     }
///
/// The generator works with the model's parameters as they are at each call: after a training step, ``reset()``.
public final class Generator {
  /// Tokens that the model has learned positions for.
  public var contextLength: Int { model.configuration.contextLength }
  /// Tokens so far.
  public var position: Int { tokens.count }
  /// The tokens so far.
  public private(set) var tokens: [UInt32] = []

  private let model: GPT
  private let memory: Arena
  private let step: Step
  private let head: CrossEntropy

  /// Tokens of a prompt that are read together.
  private static let blockSize = 128

  /// Reserves room for a whole context.
  public init(_ model: GPT) throws(ModelError) {
    self.model = model
    let configuration = model.configuration
    memory = try Arena(
      floats: configuration.layers * CachedAttention.memorySize(configuration), for: "keys and values")
    let tape = Tape()
    head = model.network.write(on: tape, memory: memory.values)
    let tokens = min(Self.blockSize, configuration.contextLength)
    step = try Step(
      tape, Capacity(tokens: tokens, time: tokens, threads: model.pool.threads), parameters: model.store,
      pool: model.pool, isTraining: false)
  }

  /// Forgets all tokens.
  public func reset() { tokens = [] }

  /// Reads more tokens.
  ///
  /// - Returns: the logits of what follows the last of them.
  /// - Throws: ``ModelError/contextFull(position:adding:contextLength:)`` where they do not fit; nothing is read
  ///   then. What happens next is the caller's decision: to stop, or to ``restart(keeping:)``.
  public func append(_ new: [UInt32]) throws(ModelError) -> [Float] {
    guard !new.isEmpty else { throw .batch("nothing to read; give the generator a token or more") }
    guard new.count <= contextLength - position else {
      throw .contextFull(position: position, adding: new.count, contextLength: contextLength)
    }
    try model.check(tokens: new)
    for start in stride(from: 0, to: new.count, by: step.capacity.tokens) {
      let block = Array(new[start..<min(start + step.capacity.tokens, new.count)])
      step.hidden(inputs: block, time: block.count, position: position)
      tokens += block
    }
    return logits()
  }

  /// Starts again from the last `count` tokens, which costs as much as reading them, and makes room for more.
  ///
  /// - Returns: the logits of what follows them.
  public func restart(keeping count: Int) throws(ModelError) -> [Float] {
    guard count >= 1, count <= position else {
      throw .batch("\(count) of \(position) tokens cannot be kept")
    }
    let kept = Array(tokens.suffix(count))
    reset()
    return try append(kept)
  }

  private func logits() -> [Float] {
    var logits = [Float](repeating: 0, count: model.configuration.vocabularySize)
    Floats.lend(&logits) { head.logits(step.tokens - 1..<step.tokens, step, into: $0) }
    return logits
  }
}
