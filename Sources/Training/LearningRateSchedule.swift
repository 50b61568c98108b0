internal import Glibc

/// The learning rate of every step: up in a straight line, then down along half a cosine.
///
///     let schedule = LearningRateSchedule(peak: 0.001, minimum: 0.0001, warmupSteps: 10, steps: 110)
///     schedule.rate(at: 5)     // 0.0005
///     schedule.rate(at: 10)    // 0.001
///     schedule.rate(at: 60)    // 0.00055
///     schedule.rate(at: 110)   // 0.0001
///
/// Steps count from 1. The last step has the minimum; so has every step after it.
public struct LearningRateSchedule: Sendable, Equatable {
  public var peak: Double
  public var minimum: Double
  public var warmupSteps: Int
  public var steps: Int

  public init(peak: Double, minimum: Double, warmupSteps: Int, steps: Int) {
    self.peak = peak
    self.minimum = minimum
    self.warmupSteps = warmupSteps
    self.steps = steps
  }

  /// The rate of `step`, counted from 1.
  public func rate(at step: Int) -> Double {
    if step <= warmupSteps { return peak * Double(step) / Double(warmupSteps) }
    guard step < steps else { return minimum }
    let progress = Double(step - warmupSteps) / Double(steps - warmupSteps)
    return minimum + (peak - minimum) * 0.5 * (1 + cos(.pi * progress))
  }
}
