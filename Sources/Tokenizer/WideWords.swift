/// The characters of a ``PatternBlock`` that are not ASCII, as sets of bits: of each character all bytes.
struct WideWords {
  /// In cl100k letters, in o200k marks, too: what words are made of.
  private(set) var letters: UInt64 = 0
  /// Where letters are told apart: those with a case, and where marks begin.
  private(set) var capitals: UInt64 = 0
  private(set) var small: UInt64 = 0
  private(set) var marks: UInt64 = 0
  /// Of all else, the bytes after a character's first.
  private(set) var tails: UInt64 = 0
  /// Where a character begins of which these sets say nothing: numbers and white space.
  private(set) var unclear: UInt64 = 0
  /// Where one begins that goes on after the block.
  private(set) var cut: UInt64 = 0

  /// - Parameters:
  ///   - place: where the block begins
  ///   - wide: its bytes that are not ASCII
  ///   - findsCapitals: whether it is o200k's
  @inline(__always)
  init(_ text: PatternText, at place: Int, _ wide: UInt64, findsCapitals: Bool) {
    var beginnings: UInt64
    if findsCapitals {
      let plain = PlainWords(text, at: place)
      (letters, capitals, small) = (
        plain.capitals | plain.small | plain.caseless, plain.capitals, plain.small
      )
      beginnings = wide & ~(letters | plain.continuations)
    } else {
      let plain = unsafe ByteBlock.plainLetters(text.bytes + place)
      letters = plain.letters
      beginnings = wide & ~(letters | plain.continuations)
    }
    while beginnings != 0 {
      let bit = UInt64(beginnings.trailingZeroBitCount)
      beginnings &= beginnings &- 1
      let (kind, length) = text.wideCharacter(at: place &+ Int(truncatingIfNeeded: bit))
      let first = 1 &<< bit as UInt64
      guard bit &+ UInt64(truncatingIfNeeded: length) <= 64 else {
        cut = first
        return
      }
      guard kind.isDisjoint(with: [.number, .space]) else {
        unclear = first
        return
      }
      let bytes = (first &<< UInt64(truncatingIfNeeded: length)) &- first
      func all(_ flag: WordClass) -> UInt64 { kind.isDisjoint(with: flag) ? 0 : .max }
      guard findsCapitals else {
        letters |= bytes & all(.letter)
        tails |= bytes & ~first & ~all(.letter)
        continue
      }
      let isInWord = all([.letter, .mark])
      letters |= bytes & isInWord
      tails |= bytes & ~first & ~isInWord
      capitals |= bytes & all(.upper)
      small |= bytes & all(.lower)
      marks |= first & all(.mark)
    }
  }
}

/// The characters of 64 bytes that their first two bytes tell to be capitals, small letters, or letters without case: most
/// of Western Latin, Cyrillic, Chinese and Korean. Others are left out, and so are those that go on after the last byte.
struct PlainWords {
  let capitals: UInt64
  let small: UInt64
  let caseless: UInt64
  /// All bytes that are not the first of a character.
  let continuations: UInt64

  @inline(__always)
  init(_ text: PatternText, at place: Int) {
    var latin: UInt64 = 0, cyrillic: UInt64 = 0, moreCyrillic: UInt64 = 0, arabic: UInt64 = 0,
      threes: UInt64 = 0
    var continuations: UInt64 = 0, low: UInt64 = 0, high: UInt64 = 0, signs: UInt64 = 0, sharp: UInt64 = 0
    for part in 0..<4 {
      let at = place &+ 16 &* part, shift = UInt64(16 * part)
      func mask(_ first: UInt8, _ count: UInt8, setting bit: UInt8 = 0) -> UInt64 {
        UInt64(text.mask(at: at, setting: bit, from: first, count: count)) &<< shift
      }
      latin |= mask(0xc3, 1)
      cyrillic |= mask(0xd0, 1)
      moreCyrillic |= mask(0xd1, 1)
      arabic |= mask(0xda, 1)
      // U+5000...9FFF, U+B000...CFFF.
      threes |= mask(0xe5, 5) | mask(0xeb, 2)
      continuations |= mask(0x80, 0x40)
      low |= mask(0x80, 0x20)
      high |= mask(0xb0, 0x10)
      // The signs of multiplication and division, and the sharp s, which is small.
      signs |= mask(0xb7, 1, setting: 0x20)
      sharp |= mask(0x9f, 1)
    }
    let second = continuations &>> 1
    latin &= second & ~(signs &>> 1)
    let latinCapitals = latin & (low & ~sharp) &>> 1
    // U+0400...042F; U+0430...045F.
    let capitals = latinCapitals | cyrillic & second & ~(high &>> 1)
    let small = latin & ~latinCapitals | cyrillic & high &>> 1 | moreCyrillic & low &>> 1
    // U+0680...06BF.
    arabic &= second
    threes &= second & continuations &>> 2
    self.capitals = capitals | capitals &<< 1
    self.small = small | small &<< 1
    caseless = arabic | arabic &<< 1 | threes | threes &<< 1 | threes &<< 2
    self.continuations = continuations
  }
}
