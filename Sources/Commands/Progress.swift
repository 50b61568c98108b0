internal import Synchronization

/// Shows how far long work has come: one rewritten line on a terminal, a plain line every ten seconds in a log.
///
/// Its clock starts when the work does: with the first word of how much is done. Before that, and once it is finished,
/// nothing is shown, so that of several stages each has its own line.
///
///     let progress = Progress("encoding", total: bytes, unit: "B")
///     progress.advance(by: document.count)
///     progress.finish()
package final class Progress: Sendable {
  private struct State {
    var done = 0
    var text = ""
    /// When the work began, and what was done by then; nil before.
    var start: (time: ContinuousClock.Instant, done: Int)?
    var shown = ContinuousClock.now
    var isFinished = false
  }

  private let title: String
  private let total: Int?
  private let unit: String
  private let state = Mutex(State())
  private let isTerminal = Console.isTerminal

  package init(_ title: String, total: Int?, unit: String) {
    self.title = title
    self.total = total
    self.unit = unit
  }

  package func advance(by count: Int = 1) {
    update { $0.done += count }
  }

  /// Sets how much is done in all.
  package func reach(_ done: Int) {
    update { $0.done = done }
  }

  /// Text to show after the figures.
  package func note(_ text: String) {
    update(startsClock: false) { $0.text = text }
  }

  private func update(startsClock: Bool = true, _ change: (inout State) -> Void) {
    let now = ContinuousClock.now
    let line: String? = state.withLock { state in
      change(&state)
      guard !state.isFinished else { return nil }
      guard state.start != nil else {
        if startsClock { state.start = (now, state.done) }
        return nil
      }
      let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
      guard now - state.shown >= pause else { return nil }
      state.shown = now
      return describe(state, now)
    }
    if let line { show(line) }
  }

  /// Ends the work, where it is not ended yet.
  package func finish(_ summary: String? = nil) {
    let line: String? = state.withLock { state in
      guard !state.isFinished else { return nil }
      state.isFinished = true
      return state.start == nil ? summary : summary ?? describe(state, .now)
    }
    guard let line else { return }
    if isTerminal {
      Console.note("\r\u{1b}[K\(line)")
    } else if let summary {
      Console.note(summary)
    }
  }

  private func show(_ line: String) {
    if isTerminal { Console.rewrite(line) } else { Console.note(line) }
  }

  /// The line as it would be shown now; nil before the work began.
  package var line: String? { state.withLock { $0.start == nil ? nil : describe($0, .now) } }

  private func describe(_ state: State, _ now: ContinuousClock.Instant) -> String {
    let start = state.start ?? (now, state.done)
    let seconds = max((now - start.time) / .seconds(1), 1e-9)
    let rate = Double(state.done - start.done) / seconds
    var parts = ["\(title): \(Quantity.text(Double(state.done), unit))"]
    if rate > 0 { parts.append("\(Quantity.text(rate, unit))/s") }
    if let total, total > 0 {
      parts[0] += " of \(Quantity.text(Double(total), unit)) (\(min(100, 100 * state.done / total)) %)"
      if rate > 0, state.done < total {
        parts.append("\(Quantity.time(Double(total - state.done) / rate)) left")
      }
    }
    if !state.text.isEmpty { parts.append(state.text) }
    return parts.joined(separator: ", ")
  }
}

extension Console {
  /// Replaces the line that the cursor is in.
  static func rewrite(_ line: String) { put("\r\u{1b}[K\(line)") }
}

/// Quantities as people read them.
package enum Quantity {
  /// `1.5 MB`, `12 documents`, `3.4 M tokens`. Factors are powers of 1,000.
  package static func text(_ value: Double, _ unit: String) -> String {
    let (scaled, prefix) =
      switch abs(value) {
      case 1e12...: (value / 1e12, "T")
      case 1e9...: (value / 1e9, "G")
      case 1e6...: (value / 1e6, "M")
      case 1e4...: (value / 1e3, "k")
      default: (value, "")
      }
    let digits =
      prefix.isEmpty && scaled == scaled.rounded() ? "\(Int(scaled))" : fixed(scaled, scaled < 10 ? 2 : 1)
    if digits == "1", prefix.isEmpty, unit.hasSuffix("s") { return "1 \(unit.dropLast())" }
    return unit == "B" ? "\(digits) \(prefix)B" : "\(digits)\(prefix.isEmpty ? "" : " \(prefix)") \(unit)"
  }

  /// `42 s`, `3 min 20 s`, `2 h 05 min`.
  package static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60)) s" }
    return "\(whole / 3600) h \(padded(whole / 60 % 60)) min"
  }

  /// `value` with `digits` digits after the point.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    guard abs(value) * scale < 9e18 else { return "\(value)" }
    let scaled = Int((abs(value) * scale).rounded())
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(scaled)" }
    let fraction = "\(scaled % Int(scale))"
    return
      "\(sign)\(scaled / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
