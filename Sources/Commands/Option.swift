/// One line beside a property: how the option is spelled, what it takes and what it is for. Parser, help and stored
/// configuration all come from it.
package struct Option<Owner> {
  package enum Kind: Equatable, Sendable { case argument, arguments, option, flag }

  package let kind: Kind
  /// `--out`, or `FILE` for an argument.
  package let spelling: String
  let placeholder: String
  let help: String
  var isRequired = false
  /// The words to choose from, where only some are allowed.
  var choices: [String] = []
  let set: (inout Owner, String) throws(UsageError) -> Void
  /// The property as it would be written on the command line; nil where it is not set.
  package let show: (Owner) -> String?

  private init(
    _ kind: Kind, _ spelling: String, _ placeholder: String, _ help: String,
    show: @escaping (Owner) -> String?, set: @escaping (inout Owner, String) throws(UsageError) -> Void
  ) {
    self.kind = kind
    self.spelling = spelling
    self.placeholder = placeholder
    self.help = help
    self.show = show
    self.set = set
  }
}

extension Option {
  /// The option for a command that holds its owner at `path`.
  package func within<Outer>(_ path: WritableKeyPath<Outer, Owner>) -> Option<Outer> {
    let kind: Option<Outer>.Kind =
      switch kind {
      case .argument: .argument
      case .arguments: .arguments
      case .option: .option
      case .flag: .flag
      }
    var option = Option<Outer>(kind, spelling, placeholder, help, show: { show($0[keyPath: path]) }) {
      outer, text throws(UsageError) in try set(&outer[keyPath: path], text)
    }
    option.isRequired = isRequired
    option.choices = choices
    return option
  }

  /// An argument that must be given.
  package static func argument(_ name: String, _ path: WritableKeyPath<Owner, String>, _ help: String) -> Self
  {
    var option = Self(.argument, name, name, help, show: { $0[keyPath: path] }) {
      owner, text throws(UsageError) in
      owner[keyPath: path] = text
    }
    option.isRequired = true
    return option
  }

  /// An argument that may be left out.
  package static func argument(_ name: String, _ path: WritableKeyPath<Owner, String?>, _ help: String)
    -> Self
  {
    Self(.argument, name, name, help, show: { $0[keyPath: path] }) { owner, text throws(UsageError) in
      owner[keyPath: path] = text
    }
  }

  /// All further arguments. Those given replace the property's initial value.
  package static func arguments(_ name: String, _ path: WritableKeyPath<Owner, [String]>, _ help: String)
    -> Self
  {
    let start = First()
    return Self(
      .arguments, name, name, help,
      show: { $0[keyPath: path].isEmpty ? nil : $0[keyPath: path].joined(separator: " ") }
    ) { owner, text throws(UsageError) in
      if start.take() { owner[keyPath: path] = [] }
      owner[keyPath: path].append(text)
    }
  }

  package static func flag(_ name: String, _ path: WritableKeyPath<Owner, Bool>, _ help: String) -> Self {
    Self(.flag, name, "", help, show: { $0[keyPath: path] ? "true" : nil }) {
      owner, text throws(UsageError) in
      switch text {
      case "true": owner[keyPath: path] = true
      case "false": owner[keyPath: path] = false
      default: throw UsageError("\(name) is true or false, not '\(text)'")
      }
    }
  }

  package static func option<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Owner, Value>, _ placeholder: String, _ help: String
  ) -> Self {
    var option = Self(.option, name, placeholder, help, show: { $0[keyPath: path].optionText }) {
      owner, text throws(UsageError) in
      guard let value = Value(optionText: text) else {
        throw UsageError("\(name) wants \(Value.optionWants), not '\(text)'")
      }
      owner[keyPath: path] = value
    }
    option.choices = Value.optionChoices
    return option
  }

  package static func option<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Owner, Value?>, _ placeholder: String, _ help: String
  ) -> Self {
    var option = Self(.option, name, placeholder, help, show: { $0[keyPath: path]?.optionText }) {
      owner, text throws(UsageError) in
      guard let value = Value(optionText: text) else {
        throw UsageError("\(name) wants \(Value.optionWants), not '\(text)'")
      }
      owner[keyPath: path] = value
    }
    option.choices = Value.optionChoices
    return option
  }
}

/// Remembers whether something happened before.
private final class First {
  private var isFirst = true
  func take() -> Bool {
    defer { isFirst = false }
    return isFirst
  }
}
