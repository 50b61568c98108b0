/// A type that an option's value can have.
package protocol OptionValue {
  init?(optionText: String)
  var optionText: String { get }
  /// What the option wants, for the error: `a whole number`.
  static var optionWants: String { get }
  static var optionChoices: [String] { get }
}

extension OptionValue {
  package static var optionChoices: [String] { [] }
}

extension String: OptionValue {
  package init?(optionText: String) { self = optionText }
  package var optionText: String { self }
  package static var optionWants: String { "text" }
}

extension Int: OptionValue {
  /// A whole number; underscores may group its digits.
  package init?(optionText: String) {
    guard let first = optionText.first, first != "_", let number = Int(optionText.filter { $0 != "_" }) else {
      return nil
    }
    self = number
  }
  package var optionText: String { "\(self)" }
  package static var optionWants: String { "a whole number" }
}

extension Double: OptionValue {
  package init?(optionText: String) {
    guard let number = Double(optionText), number.isFinite else { return nil }
    self = number
  }
  package var optionText: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
  package static var optionWants: String { "a number" }
}

extension [String]: OptionValue {
  /// Words separated by commas.
  package init?(optionText: String) {
    self = optionText.split(separator: ",", omittingEmptySubsequences: true).map(String.init)
  }
  package var optionText: String { joined(separator: ",") }
  package static var optionWants: String { "words separated by commas" }
}

extension OptionValue where Self: RawRepresentable, RawValue == String, Self: CaseIterable {
  package init?(optionText: String) { self.init(rawValue: optionText) }
  package var optionText: String { rawValue }
  package static var optionWants: String {
    let words = optionChoices
    return words.count == 1
      ? words[0] : "\(words.dropLast().joined(separator: ", ")) or \(words[words.count - 1])"
  }
  package static var optionChoices: [String] { allCases.map(\.rawValue) }
}
