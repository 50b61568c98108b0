/// A number of bytes as people write it: `500000`, `64MiB`, `2GB`, `1.5G`.
package struct ByteSize: OptionValue, Equatable, Sendable {
  package let bytes: Int

  package init(bytes: Int) { self.bytes = bytes }

  /// K, M, G and T are powers of 1,000, Ki, Mi, Gi and Ti powers of 1,024; upper and lower case are the same, and a B may follow.
  package init?(optionText: String) {
    let digits = optionText.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_") }
    var unit = optionText.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    if unit.hasSuffix("b") { unit.removeLast() }
    let base = unit.hasSuffix("i") ? 1_024.0 : 1_000
    if unit.count == 2, unit.hasSuffix("i") { unit.removeLast() }
    guard let power = ["", "k", "m", "g", "t"].firstIndex(of: unit), digits.first != "_",
      let number = Double(digits.filter { $0 != "_" })
    else { return nil }
    let bytes = (0..<power).reduce(number) { product, _ in product * base }
    guard bytes < 1e18 else { return nil }
    self.bytes = Int(bytes)
  }

  /// In the largest unit of which it is a whole number.
  package var optionText: String {
    for (unit, size) in [("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000)]
    where bytes > 0 && bytes % size == 0 {
      return "\(bytes / size)\(unit)"
    }
    return "\(bytes)"
  }

  package static var optionWants: String { "a number of bytes such as 512MiB or 2GB" }
}
