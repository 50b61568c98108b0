internal import Basics
internal import Glibc

/// The clock and the memory of this process, and figures as results show them.
enum Meter {
  /// Seconds since some moment.
  static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The seconds that `body` takes.
  static func time(_ body: () throws -> Void) rethrows -> Double {
    let start = now()
    try body()
    return now() - start
  }

  /// The most memory that this process has had.
  static var peakMegabytes: Int {
    var usage = rusage()
    // RUSAGE_SELF, which Swift imports with another type than the function wants.
    unsafe getrusage(0, &usage)
    return usage.ru_maxrss >> 10
  }

  /// `value` in steps of one by `steps`.
  static func rounded(_ value: Double, _ steps: Double) -> JSON { .number((value * steps).rounded() / steps) }

  /// The middle one; of two the lower.
  static func median(_ values: [Double]) -> Double { values.sorted()[(values.count - 1) / 2] }
}
