internal import CHints

/// 64 bytes of text, classified: bit i of each set of bits is about byte i.
struct ByteBlock {
  static let size = 64

  var letters: UInt64 = 0
  var numbers: UInt64 = 0
  /// White space of any kind.
  var spaces: UInt64 = 0
  /// U+0020, the only white space that can begin a word's pretoken.
  var blanks: UInt64 = 0
  var apostrophes: UInt64 = 0
  /// The last bytes of white space characters of two and of three bytes.
  var endsOfTwo: UInt64 = 0
  var endsOfThree: UInt64 = 0

  /// What lies beyond the end of a text counts as white space: it ends words, and a run of white space before it is
  /// not followed by anything else.
  static let beyondEnd = ByteBlock(spaces: .max)

  /// Everything else: punctuation, symbols, marks, bytes that are not UTF-8.
  var others: UInt64 { ~(letters | numbers | spaces) }
}

extension ByteBlock {
  /// Classifies the ASCII characters among 64 bytes. Bits in `wide` are the bytes that belong to no ASCII character.
  @inline(__always)
  static func ascii(_ text: UnsafePointer<UInt8>, wide: inout UInt64) -> ByteBlock {
    let bytes = unsafe chints_load64(text)
    var block = ByteBlock()
    block.letters = chints_bits(bytes, 0x20, UInt8(ascii: "a"), 26)
    block.numbers = chints_bits(bytes, 0, UInt8(ascii: "0"), 10)
    block.blanks = chints_bits(bytes, 0, UInt8(ascii: " "), 1)
    block.spaces = block.blanks | chints_bits(bytes, 0, 0x09, 5)
    block.apostrophes = chints_bits(bytes, 0, UInt8(ascii: "'"), 1)
    wide = chints_bits(bytes, 0, 0x80, 0x80)
    return block
  }

  /// The bytes of characters of two and three bytes that their first bytes tell to be letters: most of Latin and Cyrillic,
  /// and most Chinese characters and Korean syllables. Other letters are left out, and so are characters that go on beyond
  /// the block. And all bytes that are not the first of a character.
  @inline(__always)
  static func plainLetters(_ text: UnsafePointer<UInt8>) -> (letters: UInt64, continuations: UInt64) {
    let bytes = unsafe chints_load64(text)
    let continuations = chints_bits(bytes, 0, 0x80, 0x40)
    // U+0100...02BF, U+0400...047F, U+0680...06BF.
    var twos =
      chints_bits(bytes, 0, 0xc4, 7) | chints_bits(bytes, 0, 0xd0, 2) | chints_bits(bytes, 0, 0xda, 1)
    // U+00C0...00FF but for the signs of multiplication and division.
    let latin = chints_bits(bytes, 0, 0xc3, 1), signs = chints_bits(bytes, 0x20, 0xb7, 1)
    twos = (twos | latin & ~(signs >> 1)) & continuations >> 1
    // U+5000...9FFF, U+B000...CFFF.
    let threes =
      (chints_bits(bytes, 0, 0xe5, 5) | chints_bits(bytes, 0, 0xeb, 2)) & continuations >> 1 & continuations
      >> 2
    return (twos | twos << 1 | threes | threes << 1 | threes << 2, continuations)
  }
}

extension ByteBlock {
  /// Puts the bytes of a character into its class, given as ``CharacterClass`` stores it.
  @inline(__always)
  mutating func add(_ kind: UInt8, _ bytes: UInt64) {
    let kind = UInt64(kind)
    letters |= bytes & (0 &- (kind & 1))
    numbers |= bytes & (0 &- (kind >> 1 & 1))
    spaces |= bytes & (0 &- (kind >> 2 & 1))
  }

  /// Marks the last byte of a white space character. A place beyond the block marks nothing.
  mutating func addSpaceEnd(at bit: UInt64, length: UInt64) {
    if length == 2 { endsOfTwo |= 1 << bit } else { endsOfThree |= 1 << bit }
  }

  mutating func add(_ other: ByteBlock) {
    letters |= other.letters
    numbers |= other.numbers
    spaces |= other.spaces
    endsOfTwo |= other.endsOfTwo
    endsOfThree |= other.endsOfThree
  }
}
