extension String {
  /// The text as errors repeat it: its first 100 characters, and a mark where there is more. Control characters, which a terminal
  /// would obey, are U+FFFD.
  package var shortened: String { shortened(to: 100) }

  /// The same with another number of characters, by which Unicode scalars are meant: what people call a character may have any
  /// length.
  package func shortened(to length: Int) -> String {
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars.prefix(length) {
      text.append(scalar.properties.generalCategory == .control ? "\u{fffd}" : scalar)
    }
    let hasMore = unicodeScalars.dropFirst(length).first != nil
    return String(text) + (hasMore ? "..." : "")
  }
}
