#if arch(x86_64)
  internal import _Builtin_intrinsics.intel
#endif

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
    var block = ByteBlock()
    wide = 0
    for part in 0..<4 {
      let bytes = unsafe UnsafeRawPointer(text).loadUnaligned(
        fromByteOffset: 16 * part, as: SIMD16<UInt8>.self)
      let letters = (bytes | all(0x20)) &- all(0x61) .< all(26)
      let numbers = bytes &- all(0x30) .< all(10)
      let blanks = bytes .== all(0x20)
      let spaces = blanks .| (bytes &- all(0x09) .< all(5))
      let shift = UInt64(16 * part)
      block.letters |= bits(letters) << shift
      block.numbers |= bits(numbers) << shift
      block.spaces |= bits(spaces) << shift
      block.blanks |= bits(blanks) << shift
      block.apostrophes |= bits(bytes .== all(0x27)) << shift
      wide |= bits(bytes .>= all(0x80)) << shift
    }
    return block
  }

  /// The bytes of characters of two and three bytes that their first bytes tell to be letters: most of Latin and Cyrillic,
  /// and most Chinese characters and Korean syllables. Other letters are left out, and so are characters that go on beyond
  /// the block. And all bytes that are not the first of a character.
  @inline(__always)
  static func plainLetters(_ text: UnsafePointer<UInt8>) -> (letters: UInt64, continuations: UInt64) {
    var twos: UInt64 = 0, threes: UInt64 = 0, latin: UInt64 = 0, signs: UInt64 = 0, continuations: UInt64 = 0
    for part in 0..<4 {
      let bytes = unsafe UnsafeRawPointer(text).loadUnaligned(
        fromByteOffset: 16 * part, as: SIMD16<UInt8>.self)
      let shift = UInt64(16 * part)
      // U+0100...02BF, U+0400...047F, U+0680...06BF; U+5000...9FFF, U+B000...CFFF.
      let two = bytes &- all(0xc4) .< all(7) .| (bytes & all(0xfe)) .== all(0xd0) .| bytes .== all(0xda)
      let three = bytes &- all(0xe5) .< all(5) .| bytes &- all(0xeb) .< all(2)
      twos |= bits(two) << shift
      threes |= bits(three) << shift
      // U+00C0...00FF but for the signs of multiplication and division.
      latin |= bits(bytes .== all(0xc3)) << shift
      signs |= bits((bytes | all(0x20)) .== all(0xb7)) << shift
      continuations |= bits((bytes & all(0xc0)) .== all(0x80)) << shift
    }
    twos = (twos | latin & ~(signs >> 1)) & continuations >> 1
    threes &= continuations >> 1 & continuations >> 2
    return (twos | twos << 1 | threes | threes << 1 | threes << 2, continuations)
  }

  /// The operators that take a plain number are many times slower than those that take two vectors.
  @inline(__always)
  private static func all(_ byte: UInt8) -> SIMD16<UInt8> { SIMD16(repeating: byte) }

  /// One bit for each of 16 truth values.
  @inline(__always)
  private static func bits(_ mask: SIMDMask<SIMD16<Int8>>) -> UInt64 {
    #if arch(x86_64)
      UInt64(UInt32(bitPattern: _mm_movemask_epi8(unsafe unsafeBitCast(mask, to: SIMD2<Int64>.self))))
    #else
      let picked = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self) & 0x8040_2010_0804_0201
      // The product's top byte is the sum of all bytes, each of which holds one bit of its own.
      let sums = picked &* 0x0101_0101_0101_0101 &>> 56
      return sums[0] | sums[1] << 8
    #endif
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
