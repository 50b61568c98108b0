internal import Basics

extension DatasetPlan {
  /// In words, where `other` differs in what decides the content. None: it makes the same dataset.
  func differences(to other: DatasetPlan) -> [String] {
    guard digest != other.digest else { return [] }
    let differences =
      tokenizerDifferences(other.tokenizer) + Self.differences(configuration, other.configuration, at: "")
      + sourceDifferences(other.sources)
    if !differences.isEmpty { return differences }
    if configuration != other.configuration { return ["the options are in another order"] }
    return [
      "the sources are cut into \(segments.count) other segments than the \(other.segments.count) wanted now"
    ]
  }

  private func tokenizerDifferences(_ other: TokenizerRecord) -> [String] {
    func named(_ record: TokenizerRecord) -> String {
      "'\(record.name)' of \(record.vocabularySize) tokens (\(String(describing: record.digest).prefix(12)))"
    }
    if tokenizer.digest != other.digest || tokenizer.vocabularySize != other.vocabularySize {
      return ["its tokenizer is \(named(tokenizer)), not \(named(other))"]
    }
    if tokenizer.endOfText != other.endOfText {
      return ["its <|endoftext|> is token \(tokenizer.endOfText), not \(other.endOfText)"]
    }
    return []
  }

  /// Compares option by option; `place` is the option's name.
  private static func differences(_ old: JSON, _ new: JSON, at place: String) -> [String] {
    guard let oldMembers = old.members, let newMembers = new.members else {
      return old == new
        ? [] : ["its \(place.isEmpty ? "configuration" : place) is \(old.text), not \(new.text)"]
    }
    func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }
    var found: [String] = []
    for member in oldMembers {
      if let value = new[member.name] {
        found += differences(member.value, value, at: path(member.name))
      } else {
        found.append("its \(path(member.name)) is \(member.value.text), now not given")
      }
    }
    for member in newMembers where old[member.name] == nil {
      found.append("its \(path(member.name)) was not given, now \(member.value.text)")
    }
    return found
  }

  private func sourceDifferences(_ others: [SourceRecord]) -> [String] {
    let old = Dictionary(sources.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let new = Dictionary(others.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let removed = sources.filter { new[$0.path] == nil }.map { "its source '\($0.path)' is not given now" }
    let added = others.filter { old[$0.path] == nil }.map { "'\($0.path)' is not among its sources" }
    let changed = others.compactMap { source -> String? in
      guard let before = old[source.path], before != source else { return nil }
      return before.byteCount == source.byteCount
        ? "its source '\(source.path)' has the same size but other bytes now"
        : "its source '\(source.path)' had \(before.byteCount) bytes and has \(source.byteCount) now"
    }
    let all = Self.shortened(removed) + Self.shortened(added) + Self.shortened(changed)
    if all.isEmpty, sources != others { return ["its sources come in another order or number"] }
    return all
  }

  /// The first few, and how many more.
  private static func shortened(_ differences: [String]) -> [String] {
    let limit = 5
    guard differences.count > limit else { return differences }
    return differences.prefix(limit) + ["and so \(differences.count - limit) more"]
  }
}
