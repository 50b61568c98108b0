import Glibc

/// How much is tried: a short slice in every run of the tests, all of it in `make torture`.
enum Torture {
  static let isWhole = unsafe getenv("TESSERA_TORTURE") != nil

  static func count(_ short: Int, whole: Int) -> Int { isWhole ? whole : short }

  /// About `short` of the numbers 1...count at equal distances, or all of them. Which ones differs with `phase`.
  static func places(upTo count: Int, short: Int, phase: Int) -> [Int] {
    if isWhole { return Array(1...max(1, count)) }
    let step = max(1, count / short)
    return Array(stride(from: 1 + phase * 7 % step, through: max(1, count), by: step))
  }

  /// Says what was done, where somebody waits for it.
  static func report(_ text: String) {
    if isWhole { print("  \(text)") }
  }
}
