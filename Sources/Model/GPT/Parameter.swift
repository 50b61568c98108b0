/// One trained matrix or vector of a model.
///
/// Matrices of linear layers lie as Hugging Face's `Conv1D` keeps them, (in, out); embeddings and an untied head as
/// (vocabulary, width).
public struct Parameter: Sendable, Hashable {
  /// Hugging Face's name: `transformer.h.0.attn.c_attn.weight`.
  public let name: String
  /// One or two dimensions.
  public let shape: [Int]
  /// Its place among the model's parameters.
  package let index: Int
  /// Where its values start in the arenas of values, gradients and moments.
  package let offset: Int

  package init(name: String, shape: [Int], index: Int, offset: Int) {
    self.name = name
    self.shape = shape
    self.index = index
    self.offset = offset
  }

  /// Numbers in it.
  public var count: Int { shape.reduce(1, *) }
  /// Whether weight decay is usual for it: for matrices it is, for biases and norms it is not.
  public var decays: Bool { shape.count >= 2 }
}

/// The sum of the losses of `count` targets. Sums add up over batches; their mean is the loss.
public struct LossSum: Sendable, Equatable {
  /// The sum of -log(probability of the target), in nats.
  public var sum: Double
  /// Targets that count, which are all but those of -100.
  public var count: Int

  /// A sum of so many losses.
  public init(sum: Double = 0, count: Int = 0) {
    self.sum = sum
    self.count = count
  }

  /// Nats a target; 0 where there is none.
  public var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// Adds the losses of another batch.
  public static func += (total: inout LossSum, part: LossSum) {
    total.sum += part.sum
    total.count += part.count
  }
}
