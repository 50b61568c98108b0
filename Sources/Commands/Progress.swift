internal import Synchronization

/// Shows how far long work has come: one rewritten line on a terminal, a plain line every ten seconds in a log.
///
///     let progress = Progress("encoding", total: bytes, unit: "B")
///     progress.advance(by: document.count)
///     progress.finish()
package final class Progress: Sendable {
  private struct State {
    var done = 0
    var text = ""
    var start = ContinuousClock.now
    var shown = ContinuousClock.now
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

  /// Says that other work is still going on before this one, so that the time is not counted.
  package func postpone() {
    state.withLock { if $0.done == 0 { $0.start = .now } }
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
    update { $0.text = text }
  }

  private func update(_ change: (inout State) -> Void) {
    let now = ContinuousClock.now
    let line: String? = state.withLock { state in
      change(&state)
      let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
      guard now - state.shown >= pause else { return nil }
      state.shown = now
      return describe(state, now)
    }
    if let line { show(line) }
  }

  package func finish(_ summary: String? = nil) {
    let line = state.withLock { describe($0, .now) }
    if isTerminal {
      Console.note("\r\u{1b}[K\(summary ?? line)")
    } else if let summary {
      Console.note(summary)
    }
  }

  private func show(_ line: String) {
    if isTerminal { Console.rewrite(line) } else { Console.note(line) }
  }

  private func describe(_ state: State, _ now: ContinuousClock.Instant) -> String {
    let seconds = max((now - state.start) / .seconds(1), 1e-9)
    let rate = Double(state.done) / seconds
    var parts = ["\(title): \(Quantity.text(Double(state.done), unit))", "\(Quantity.text(rate, unit))/s"]
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
