public import Basics

/// What is known about one step of training: one line of `metrics.jsonl`.
///
/// All but ``tokensPerSecond`` and ``seconds`` is decided by the run's configuration and data: a run that was killed
/// and resumed writes the same lines as one that never was.
public struct StepRecord: Sendable, Equatable {
  /// Steps done, this one included. The line of step 0 describes the model before training.
  public var step: Int
  /// Tokens predicted in training so far.
  public var tokens: Int
  /// Passes over the training split so far.
  public var epoch: Double
  /// Mean loss of the step's tokens before the update, in nats.
  public var loss: Double?
  public var learningRate: Double?
  /// Length of the gradient before clipping.
  public var gradientNorm: Double?
  /// Mean loss of the validation tokens, in nats.
  public var validationLoss: Double?
  /// The validation loss by the bytes of text instead of the tokens.
  public var validationBitsPerByte: Double?
  /// Text that the model wrote.
  public var sample: String?
  public var tokensPerSecond: Double?
  /// Time spent training, evaluating and saving, over all sessions of the run.
  public var seconds: Double

  public init(step: Int, tokens: Int, epoch: Double, seconds: Double) {
    self.step = step
    self.tokens = tokens
    self.epoch = epoch
    self.seconds = seconds
  }
}

extension StepRecord {
  /// As a line of `metrics.jsonl` without its newline. What was not measured is left out.
  public var json: JSON {
    var members = [
      JSON.Member("step", .integer(step)), JSON.Member("tokens", .integer(tokens)),
      JSON.Member("epoch", .number(epoch)),
    ]
    func add(_ name: String, _ value: Double?) {
      if let value { members.append(JSON.Member(name, .number(value))) }
    }
    add("loss", loss)
    add("lr", learningRate)
    add("grad_norm", gradientNorm)
    add("val_loss", validationLoss)
    add("val_bits_per_byte", validationBitsPerByte)
    if let sample { members.append(JSON.Member("sample", .string(sample))) }
    add("tokens_per_s", tokensPerSecond)
    add("seconds", seconds)
    return .object(members)
  }

  /// The record that ``json`` writes; nil where it is something else.
  public init?(json: JSON) {
    guard let step = json["step"]?.integer, let tokens = json["tokens"]?.integer,
      let epoch = json["epoch"]?.number, let seconds = json["seconds"]?.number
    else { return nil }
    self.init(step: step, tokens: tokens, epoch: epoch, seconds: seconds)
    loss = json["loss"]?.number
    learningRate = json["lr"]?.number
    gradientNorm = json["grad_norm"]?.number
    validationLoss = json["val_loss"]?.number
    validationBitsPerByte = json["val_bits_per_byte"]?.number
    sample = json["sample"]?.string
    tokensPerSecond = json["tokens_per_s"]?.number
  }
}
