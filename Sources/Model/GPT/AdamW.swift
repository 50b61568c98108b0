internal import Basics
internal import Glibc

/// Adam with decoupled weight decay: https://arxiv.org/abs/1711.05101
///
///     let optimizer = try AdamW(model, beta2: 0.95, weightDecay: 0.1)
///     let norm = model.gradientNorm()
///     optimizer.step(learningRate: 1e-3, gradientScale: min(1, 1 / (norm + 1e-6)))   // clips to a norm of 1
///
/// One pass over parameters, gradients and moments, computed as PyTorch's AdamW does.
public final class AdamW {
  /// What weight decay pulls towards zero.
  public enum Decay: String, Sendable, Equatable, CaseIterable {
    /// Matrices only: the usual choice.
    case matrices
    /// Every parameter.
    case all
  }

  /// Steps made so far: the moments' bias correction depends on it.
  public var stepCount = 0

  private let model: GPT
  private let beta1, beta2, epsilon, weightDecay: Float
  private let decay: Decay
  private let first: Arena
  private let second: Arena

  /// Zero moments for all parameters of `model`.
  public init(
    _ model: GPT, beta1: Float = 0.9, beta2: Float = 0.95, epsilon: Float = 1e-8, weightDecay: Float = 0.1,
    decay: Decay = .matrices
  ) throws(ModelError) {
    self.model = model
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decay = decay
    first = try Arena(floats: model.store.size, for: "the optimizer's first moments")
    second = try Arena(floats: model.store.size, for: "the optimizer's second moments")
    try model.store.reserveGradients()
  }

  /// Moves the parameters against their gradients times `gradientScale`.
  public func step(learningRate: Float, gradientScale: Float = 1) {
    stepCount += 1
    let gradients = model.store.settledGradients()
    let values = model.store.values.values
    let rates = rates(learningRate, gradientScale)
    let chunks = model.store.chunks
    model.pool.run(parts: chunks.count) { index in
      let range = chunks[index].range
      let keep = decay == .all || chunks[index].parameter.decays ? 1 - learningRate * weightDecay : 1
      rates.update(
        values[range], gradients[range], first.values[range], second.values[range], keep: keep)
    }
  }

  private func rates(_ learningRate: Float, _ gradientScale: Float) -> Rates {
    let correction1 = 1 - pow(Double(beta1), Double(stepCount))
    let correction2 = 1 - pow(Double(beta2), Double(stepCount))
    return Rates(
      gradientScale: gradientScale, beta1: beta1, beta2: beta2, epsilon: epsilon,
      stepSize: Float(Double(learningRate) / correction1), rootScale: Float(1 / correction2.squareRoot()))
  }

  /// The numbers of one step.
  private struct Rates {
    let gradientScale, beta1, beta2, epsilon, stepSize, rootScale: Float

    func update(_ values: Floats, _ gradients: Floats, _ first: Floats, _ second: Floats, keep: Float) {
      let count = values.count
      let whole = count & ~15
      for index in stride(from: 0, to: whole, by: 16) {
        let new = updated(
          values.vector(at: index), gradients.vector(at: index), first.vector(at: index),
          second.vector(at: index),
          keep)
        first.store(new.first, at: index)
        second.store(new.second, at: index)
        values.store(new.value, at: index)
      }
      guard whole < count else { return }
      let new = updated(
        values.tail(at: whole), gradients.tail(at: whole), first.tail(at: whole), second.tail(at: whole), keep
      )
      first.storeTail(new.first, at: whole)
      second.storeTail(new.second, at: whole)
      values.storeTail(new.value, at: whole)
    }

    @inline(__always)
    private func updated(
      _ value: Vector, _ gradient: Vector, _ first: Vector, _ second: Vector, _ keep: Float
    ) -> (value: Vector, first: Vector, second: Vector) {
      let gradient = gradient * gradientScale
      let first = first.adding(1 - beta1, times: gradient - first)
      let second = (second * beta2).adding(gradient * (1 - beta2), times: gradient)
      let root = Vector(repeating: epsilon).adding(rootScale, times: second.squareRoot())
      return (value * keep - stepSize * first / root, first, second)
    }
  }

  // MARK: Moments

  /// A copy of a parameter's moments: running means of its gradient and of the gradient's square.
  public func moments(of parameter: Parameter) -> (first: [Float], second: [Float]) {
    (first.values[parameter.range].array, second.values[parameter.range].array)
  }

  /// Replaces a parameter's moments, as a checkpoint kept them.
  public func setMoments(first: [Float], second: [Float], of parameter: Parameter) {
    self.first.values[parameter.range].copy(from: first.span)
    self.second.values[parameter.range].copy(from: second.span)
  }
}
