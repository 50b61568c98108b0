/// The words of a text, each as a hash: runs of ASCII letters and digits and of bytes beyond ASCII, capitals like small letters.
///
/// What separates words does not count, so that punctuation and line ends make no difference.
struct WordHashes {
  /// What a byte counts as in a word: itself, a small letter for a capital, 0 for what separates words.
  private static let letters: [UInt8] = (0..<256).map { value in
    switch UInt8(value) {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt8(value) + 32
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...: UInt8(value)
    default: 0
    }
  }

  private let letters = Self.letters

  /// Calls `body` with each word's hash and where it begins.
  func forEach(in text: Span<UInt8>, _ body: (UInt64, Int) -> Void) {
    var place = 0
    while place < text.count {
      while place < text.count, letters[Int(text[place])] == 0 { place += 1 }
      guard place < text.count else { return }
      let start = place
      var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
      var word: UInt64 = 0
      var filled = 0
      while place < text.count {
        let letter = letters[Int(text[place])]
        guard letter != 0 else { break }
        word = word << 8 | UInt64(letter)
        filled += 1
        place += 1
        if filled & 7 == 0 {
          hash = TextHash.fold(hash ^ word, 0xe703_7ed1_a0b4_28db)
          word = 0
        }
      }
      body(TextHash.fold(hash ^ word, 0x8ebc_6af0_9c88_c6e3 ^ UInt64(filled)), start)
    }
  }

  /// Calls `body` with the hash of each `count` words in a row, and where the first of them begins.
  func forEachGram(of count: Int, in text: Span<UInt8>, _ body: (UInt64, Int) -> Void) {
    var hashes = [UInt64](repeating: 0, count: count)
    var starts = [Int](repeating: 0, count: count)
    // The sum of the words' hashes, each multiplied by one more factor than the next.
    var sum: UInt64 = 0
    var top: UInt64 = 1
    for _ in 1..<max(1, count) { top &*= Self.factor }
    var seen = 0
    var slot = 0
    forEach(in: text) { hash, start in
      if seen >= count { sum &-= hashes[slot] &* top }
      sum = sum &* Self.factor &+ hash
      hashes[slot] = hash
      starts[slot] = start
      slot = slot + 1 == count ? 0 : slot + 1
      seen += 1
      if seen >= count {
        body(TextHash.fold(sum ^ 0xa076_1d64_78bd_642f, 0x5899_65cc_7537_4cc3), starts[slot])
      }
    }
  }

  private static let factor: UInt64 = 0x2d35_8dcc_aa6c_78a5
}
