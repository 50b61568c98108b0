import Basics
import Pipeline
import Store
import TestSupport

/// A document as steps leave it: its text, or why it was dropped.
enum Stepped: Equatable {
  case kept([UInt8])
  case dropped
}

extension StepOptions {
  /// Options with some changed.
  static func with(_ change: (inout StepOptions) -> Void) -> StepOptions {
    var options = StepOptions()
    change(&options)
    return options
  }

  func result(_ text: [UInt8]) -> Stepped {
    let (outcome, text) = apply(to: text)
    if case .dropped = outcome { return .dropped }
    return .kept(text)
  }

  /// The reason for which a text is dropped, or nil.
  func reason(_ text: String) -> String? {
    if case .dropped(let reason) = apply(to: Array(text.utf8)).outcome { reason } else { nil }
  }
}

/// The places and reasons of documents that a dataset lacks.
func rejects(_ folder: String) throws -> [String] {
  let dataset = try Dataset.open(folder)
  return try dataset.rejects().map {
    "\(dataset.sources[$0.source].path) \($0.byteOffset) \($0.reason)"
  }
}

/// A vocabulary of made-up words.
func words(_ count: Int) -> [String] {
  var random = SplitMix64(seed: 99)
  let letters = Array("abcdefghijklmnopqrstuvwxyz")
  return (0..<count).map { _ in
    String((0..<Int.random(in: 3...9, using: &random)).map { _ in letters.randomElement(using: &random)! })
  }
}
