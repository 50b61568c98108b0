import Basics
import Store
import Testing

@Suite("The schedule of a mixture")
struct MixtureScheduleTests {
  private static func weights(_ random: inout SplitMix64) -> [Int] {
    let count = Int.random(in: 1...12, using: &random)
    let largest = [3, 20, 1_000].randomElement(using: &random)!
    return (0..<count).map { _ in Int.random(in: 1...largest, using: &random) }
  }

  @Test func `the example`() {
    var schedule = MixtureSchedule(weights: [7, 3])
    #expect((0..<10).map { _ in schedule.next() } == [0, 1, 0, 0, 0, 1, 0, 0, 1, 0])
    #expect(schedule == MixtureSchedule(weights: [7, 3]))
  }

  /// The claim that is proved, in whole numbers: |taken * sum - n * weight| <= sum * (1 - 1 / (2k - 2)) for every n.
  @Test func `after every row each dataset has its share, give or take less than a row`() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<400 {
      let weights = Self.weights(&random)
      let sum = weights.reduce(0, +)
      var schedule = MixtureSchedule(weights: weights)
      var taken = weights.map { _ in 0 }
      // The second period too: it repeats the first.
      for n in 1...2 * sum {
        taken[schedule.next()] += 1
        let parts = max(1, 2 * weights.count - 2)
        for (count, weight) in zip(taken, weights) {
          #expect(parts * abs(count * sum - n * weight) <= sum * (parts - 1))
        }
      }
      #expect(taken == weights.map { 2 * $0 })
      #expect(schedule.turn == 0)
    }
  }

  @Test func `many datasets, and shares that are far apart`() {
    for weights in [[99_999, 1], [1, 49_999, 50_000], Array(1...300), [Int](repeating: 1, count: 1_000)] {
      let sum = weights.reduce(0, +)
      var schedule = MixtureSchedule(weights: weights)
      var taken = weights.map { _ in 0 }
      for n in 1...min(sum, 5_000) {
        taken[schedule.next()] += 1
        #expect(zip(taken, weights).allSatisfy { abs($0 * sum - n * $1) < sum })
      }
    }
  }

  @Test func `goes to any place`() {
    var random = SplitMix64(seed: 2)
    for _ in 0..<100 {
      let weights = Self.weights(&random)
      var schedule = MixtureSchedule(weights: weights)
      for _ in 0..<Int.random(in: 0...2_000, using: &random) { _ = schedule.next() }
      var other = MixtureSchedule(weights: weights)
      other.go(to: schedule.turn)
      #expect(other == schedule)
    }
  }
}
