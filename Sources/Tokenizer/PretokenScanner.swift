internal import CHints

/// Finds where the pretokens of a text start: GPT-2's pattern
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// worked out for 64 bytes at a time by arithmetic on sets of bits. What the pattern says, for each character:
///
/// - Letters, numbers and others start a pretoken where the character before is of another class; but not after a
///   blank, which is then part of their pretoken.
/// - White space starts a pretoken at the beginning of a run; and the last character of a run that something
///   follows starts one of its own, which a blank shares with what follows.
/// - An apostrophe that starts a pretoken takes the s, t, re, ve, m, ll or d after it and no more.
///
/// Bytes that are not UTF-8 are characters of their own, neither letters, numbers nor white space, as U+FFFD is.
/// The text must outlive the scanner.
@safe struct PretokenScanner {
  private let text: UnsafePointer<UInt8>
  private let count: Int
  private let wideCharacters: WideCharacters
  /// Where `block` begins. The block after it is always known too: whether a run of white space goes on depends on it.
  private(set) var place = 0
  private var block = ByteBlock()
  private var following = ByteBlock()
  /// The part of the last character of `following` that lies in the block after it.
  private var spill = ByteBlock()
  private var hasSpill = false
  private var before = Before()
  /// What a contraction at the end of the block before changes in this one.
  private var removed: UInt64 = 0
  private var added: UInt64 = 0

  /// The class of the character before `block`, each set of bits 0 or 1: none is at the start of the text.
  private struct Before {
    var letters: UInt64 = 0
    var numbers: UInt64 = 0
    var others: UInt64 = 0
    var spaces: UInt64 = 0
    var blanks: UInt64 = 0
  }

  @unsafe init(_ text: UnsafePointer<UInt8>, count: Int) {
    unsafe self.text = text
    self.count = count
    wideCharacters = unsafe WideCharacters(text, count: count)
    block = classify(at: 0)
    following = classify(at: ByteBlock.size)
  }

  var isAtEnd: Bool { place >= count }

  /// Writes where pretokens start in the next 64 bytes, and returns how many do. There must be room for 64 numbers;
  /// those after the last one written are left with any value.
  @inline(__always)
  @unsafe mutating func next(into starts: UnsafeMutablePointer<Int>) -> Int {
    var bits = startBits()
    if count - place < ByteBlock.size { bits &= (1 << UInt64(count - place)) - 1 }
    let found = unsafe chints_numbers(bits, place, starts)
    advance()
    return found
  }

  @inline(__always)
  private mutating func advance() {
    let top = UInt64(ByteBlock.size - 1)
    before = Before(
      letters: block.letters >> top, numbers: block.numbers >> top, others: block.others >> top,
      spaces: block.spaces >> top, blanks: block.blanks >> top)
    place += ByteBlock.size
    block = following
    following = classify(at: place + ByteBlock.size)
  }
}

// MARK: Where pretokens start

extension PretokenScanner {
  /// A bit for each byte of `block` that starts a pretoken.
  @inline(__always)
  private mutating func startBits() -> UInt64 {
    let others = block.others
    let goesOn =
      block.letters & (block.letters << 1 | before.letters)
      | block.numbers & (block.numbers << 1 | before.numbers)
      | others & (others << 1 | before.others) | (block.blanks << 1 | before.blanks)
    let afterSpace = block.spaces << 1 | before.spaces
    var starts = block.spaces & ~afterSpace | lastSpaces() | ~block.spaces & ~goesOn
    contract(&starts)
    return starts
  }

  /// The first bytes of white space characters that something else follows.
  @inline(__always)
  private func lastSpaces() -> UInt64 {
    let ends = block.spaces & ~(block.spaces >> 1 | following.spaces << 63)
    guard block.endsOfTwo | block.endsOfThree | following.endsOfTwo | following.endsOfThree != 0 else {
      return ends
    }
    let twos = ends & block.endsOfTwo, threes = ends & block.endsOfThree
    // The last byte may lie in the block after that of the first.
    let later = following.spaces & ~(following.spaces >> 1)
    let laterTwos = later & following.endsOfTwo & 1, laterThrees = later & following.endsOfThree & 3
    return ends & ~(twos | threes) | twos >> 1 | threes >> 2 | laterTwos << 63 | laterThrees << 62
  }

  /// Lets apostrophes that start a pretoken take their letters.
  @inline(__always)
  private mutating func contract(_ starts: inout UInt64) {
    var apostrophes = starts & block.apostrophes
    guard apostrophes | removed | added != 0 else { return }
    starts = starts & ~removed | added
    (removed, added) = (0, 0)
    while apostrophes != 0 {
      let bit = apostrophes.trailingZeroBitCount
      apostrophes &= apostrophes &- 1
      let length = contractionLength(at: place + bit)
      guard length > 0 else { continue }
      // A shift beyond either end leaves no bit.
      starts = starts & ~(1 << UInt64(bit + 1)) | 1 << UInt64(bit + length)
      removed |= 1 << (bit + 1 - ByteBlock.size)
      added |= 1 << (bit + length - ByteBlock.size)
    }
  }

  /// The length of the contraction whose apostrophe is at `place`, or 0.
  private func contractionLength(at place: Int) -> Int {
    guard place + 1 < count else { return 0 }
    let first = unsafe text[place + 1]
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"), UInt8(ascii: "l"):
      guard place + 2 < count else { return 0 }
      let second = unsafe text[place + 2]
      return second == (first == UInt8(ascii: "l") ? first : UInt8(ascii: "e")) ? 3 : 0
    default: return 0
    }
  }
}

// MARK: Classes

extension PretokenScanner {
  /// Classifies the block at `place`. To be called for each block in turn.
  @inline(__always)
  private mutating func classify(at place: Int) -> ByteBlock {
    var wide: UInt64 = 0
    guard place + ByteBlock.size <= count else { return classifyTail(at: place) }
    var block = unsafe ByteBlock.ascii(text + place, wide: &wide)
    if wide != 0 { unsafe classifyWide(&block, wide, of: text + place, at: place) }
    return block
  }

  private mutating func classifyTail(at place: Int) -> ByteBlock {
    guard place < count else { return .beyondEnd }
    var wide: UInt64 = 0
    var padded = InlineArray<64, UInt8>(repeating: UInt8(ascii: " "))
    for index in place..<count { padded[index - place] = unsafe text[index] }
    return unsafe withUnsafePointer(to: &padded) { pointer in
      let bytes = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
      var block = unsafe ByteBlock.ascii(bytes, wide: &wide)
      if wide != 0 { unsafe classifyWide(&block, wide, of: bytes, at: place) }
      return block
    }
  }

  /// Classifies the characters of more than one byte, whose bytes are those in `wide`. Those that spell none are others.
  ///
  /// - Parameter bytes: the block's.
  @inline(__always)
  private mutating func classifyWide(
    _ block: inout ByteBlock, _ wide: UInt64, of bytes: UnsafePointer<UInt8>, at place: Int
  ) {
    let (letters, continuations) = unsafe ByteBlock.plainLetters(bytes)
    block.letters |= letters
    classify(&block, beginnings: wide & ~(letters | continuations), at: place)
  }

  private mutating func classify(_ block: inout ByteBlock, beginnings: UInt64, at place: Int) {
    if hasSpill {
      block.add(spill)
      (spill, hasSpill) = (ByteBlock(), false)
    }
    // Which characters there are is known beforehand, so that no step waits for the one before.
    let character = wideCharacters
    var beginnings = beginnings
    var letters: UInt64 = 0
    while beginnings != 0 {
      let bit = UInt64(beginnings.trailingZeroBitCount)
      beginnings &= beginnings &- 1
      let (kind, length) = character(place &+ Int(truncatingIfNeeded: bit))
      let bytes = (1 &<< length) &- 1 as UInt64
      letters |= (bytes & (0 &- UInt64(kind & CharacterClass.letter.rawValue))) &<< bit
      if kind > CharacterClass.letter.rawValue || bit &+ length > UInt64(ByteBlock.size) {
        add(kind, bytes, length, at: bit, to: &block)
      }
    }
    block.letters |= letters
  }

  /// Adds a character that is no letter or goes on in the next block.
  private mutating func add(
    _ kind: UInt8, _ bytes: UInt64, _ length: UInt64, at bit: UInt64, to block: inout ByteBlock
  ) {
    let isSpace = kind == CharacterClass.space.rawValue
    block.add(kind, bytes << bit)
    if isSpace { block.addSpaceEnd(at: bit + length - 1, length: length) }
    guard bit + length > UInt64(ByteBlock.size) else { return }
    spill.add(kind, bytes >> (UInt64(ByteBlock.size) - bit))
    hasSpill = true
    if isSpace { spill.addSpaceEnd(at: bit + length - 1 - UInt64(ByteBlock.size), length: length) }
  }
}
