/// Which characters a normal form leaves alone, and which ones can never have to do with what is before them.
///
/// Both are made from the library's own decompositions when a form is first used, in less than a tenth of a second.
struct NormalFormTable: Sendable {
  /// Characters from here on are looked at one by one: nothing that needs speed is there.
  private static let limit: UInt32 = 0x3_0000

  let isCompatibility: Bool
  /// Bits for characters that are alone in every text: they stay as they are, whatever is before them.
  private var inert: [UInt64]
  /// Bits for characters before which the text can be cut.
  private var boundaries: [UInt64]

  static let nfc = NormalFormTable(compatibility: false)
  static let nfkc = NormalFormTable(compatibility: true)

  private init(compatibility: Bool) {
    isCompatibility = compatibility
    let words = Int(Self.limit / 64)
    inert = Array(repeating: 0, count: words)
    boundaries = Array(repeating: 0, count: words)
    let composing = Self.composing()
    var parts: [Int32] = []
    for character in 0..<Self.limit where character >> 11 != 0x1b {
      parts.removeAll(keepingCapacity: true)
      UnicodeCharacters.decompose(character, compatibility: compatibility, into: &parts)
      let first = parts[0]
      guard UnicodeCharacters.combiningClass(first) == 0, !composing.contains(first) else { continue }
      boundaries[Int(character / 64)] |= 1 << UInt64(character % 64)
      // What comes apart and together again is unchanged, unless something behind it joins in.
      UnicodeCharacters.compose(&parts)
      if parts == [Int32(character)] { inert[Int(character / 64)] |= 1 << UInt64(character % 64) }
    }
  }

  /// The characters that join one before them: the last ones of all canonical decompositions.
  private static func composing() -> Set<Int32> {
    var set: Set<Int32> = []
    var parts: [Int32] = []
    for character in 0..<limit where character >> 11 != 0x1b {
      parts.removeAll(keepingCapacity: true)
      UnicodeCharacters.decompose(character, compatibility: false, into: &parts)
      set.formUnion(parts.dropFirst())
    }
    return set
  }

  /// Whether `character` stays as it is, and what is before it too.
  @inline(__always)
  func isInert(_ character: UInt32) -> Bool {
    guard character < Self.limit else { return false }
    return inert[Int(character / 64)] >> UInt64(character % 64) & 1 == 1
  }

  /// Whether what is before `character` has nothing to do with it and what follows.
  @inline(__always)
  func isBoundary(_ character: UInt32) -> Bool {
    guard character < Self.limit else { return UnicodeCharacters.combiningClass(Int32(character)) == 0 }
    return boundaries[Int(character / 64)] >> UInt64(character % 64) & 1 == 1
  }
}
