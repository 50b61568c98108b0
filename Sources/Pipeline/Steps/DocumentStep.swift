/// A step: a document's text in, the text or the reason to leave it out.
///
/// A step knows nothing of other documents, and remembers nothing, so that its outcome depends on the text alone. One for each thread.
protocol DocumentStep {
  /// The option that asks for it, without dashes.
  var name: String { get }

  mutating func apply(to text: inout StepText) -> StepOutcome
}

/// What a step made of a text.
package enum StepOutcome: Equatable {
  case kept
  case changed
  /// The document is left out, for this reason.
  case dropped(String)
}

/// A text on its way through the steps.
struct StepText {
  /// The text.
  var bytes: [UInt8] = []
  /// Room where a step can put another text, before it calls ``replace()``.
  var spare: [UInt8] = []

  /// Makes the spare text the text.
  mutating func replace() { swap(&bytes, &spare) }
}

/// How many documents a step kept, changed and dropped, and how many bytes these had when they came to it.
public struct StepCount: Sendable, Equatable {
  public struct Amount: Sendable, Equatable {
    public internal(set) var documents = 0
    public internal(set) var bytes = 0

    mutating func add(bytes count: Int) {
      documents += 1
      bytes += count
    }

    static func += (total: inout Amount, amount: Amount) {
      total.documents += amount.documents
      total.bytes += amount.bytes
    }
  }

  /// The option that asks for the step, without dashes; `too-long` for documents of more than ``StepOptions/longestDocument``.
  public let name: String
  /// Those that it left as they were.
  public internal(set) var kept = Amount()
  /// Those that it changed.
  public internal(set) var changed = Amount()
  /// Those that it left out.
  public internal(set) var dropped = Amount()

  mutating func add(_ outcome: StepOutcome, bytes: Int) {
    switch outcome {
    case .kept: kept.add(bytes: bytes)
    case .changed: changed.add(bytes: bytes)
    case .dropped: dropped.add(bytes: bytes)
    }
  }

  /// Adds the counts of the same steps.
  static func add(_ counts: [StepCount], to total: inout [StepCount]) {
    if total.isEmpty { total = counts.map { StepCount(name: $0.name) } }
    for (place, count) in counts.enumerated() {
      total[place].kept += count.kept
      total[place].changed += count.changed
      total[place].dropped += count.dropped
    }
  }
}
