/// Which of several datasets each row comes from: the n-th row of any mixture is decided by the weights alone.
///
///     var schedule = MixtureSchedule(weights: [7, 3])
///     (0..<10).map { _ in schedule.next() }   // [0, 1, 0, 0, 0, 1, 0, 0, 1, 0]: seven of the first, three of the other
///
/// After any number n of rows, each of k datasets has been taken n * weight / sum times, give or take less than one: at most
/// 1 - 1 / (2k - 2). The method is the one that R. Tijdeman proves to do so in "The chairman assignment problem",
/// Discrete Mathematics 32 (1980); here it is computed in whole numbers. As the differences are below one, they are zero
/// after as many rows as the weights' sum, and all begins anew.
public struct MixtureSchedule: Sendable, Equatable {
  /// Rows after which the schedule begins anew: the sum of the weights.
  public let period: Int
  /// Rows since it last did.
  public private(set) var turn = 0
  private let weights: [Int]
  /// For each dataset, how far behind its share it is, in parts of a row of which there are `period`.
  private var behind: [Int]

  /// The longest period, which bounds the time to go to any place (``go(to:)``).
  public static let longestPeriod = 100_000

  /// - Precondition: weights are at least 1 and their sum is at most ``longestPeriod``.
  public init(weights: [Int]) {
    precondition(
      !weights.isEmpty && weights.allSatisfy { 1...Self.longestPeriod ~= $0 }, "weights are positive")
    self.weights = weights
    period = weights.reduce(0, +)
    precondition(period <= Self.longestPeriod, "the weights' sum is too large")
    behind = weights.map { _ in 0 }
  }

  /// The dataset of the next row.
  public mutating func next() -> Int {
    guard weights.count > 1 else { return 0 }
    let parts = 2 * weights.count - 2
    var chosen: (index: Int, slack: Int)?
    for index in weights.indices {
      behind[index] += weights[index]
      // Who is behind by less than one part of a row can wait; of the others the one that will first be too late is taken.
      guard parts * behind[index] >= period else { continue }
      let slack = (parts - 1) * period - parts * behind[index]
      if let other = chosen, slack * weights[other.index] >= other.slack * weights[index] { continue }
      chosen = (index, slack)
    }
    // The differences add up to one row, and so one of the k is behind by at least a k-th, which is no less.
    let index = chosen!.index
    behind[index] -= period
    turn = turn + 1 == period ? 0 : turn + 1
    return index
  }

  /// Goes to where `turn` rows were taken since the schedule began anew.
  ///
  /// - Precondition: `turn` is within `0..<period`.
  public mutating func go(to turn: Int) {
    precondition(0..<period ~= turn, "the schedule begins anew after \(period) rows")
    self = MixtureSchedule(weights: weights)
    for _ in 0..<turn { _ = next() }
  }
}
