/// 64 bytes of text from where a pretoken starts, classified, for the patterns whose scanners walk: bit i of each set of
/// bits is about byte i.
///
/// As a pretoken starts at the first byte, nothing before it matters. What is found is used up to the last start that
/// the bytes after the block cannot change, and the next block begins there.
struct PatternBlock {
  static let size = 64

  private(set) var letters: UInt64 = 0
  private(set) var capitals: UInt64 = 0
  private(set) var numbers: UInt64 = 0
  private(set) var spaces: UInt64 = 0
  private(set) var blanks: UInt64 = 0
  private(set) var lineEnds: UInt64 = 0
  private(set) var apostrophes: UInt64 = 0
  private(set) var slashes: UInt64 = 0
  /// Letters of neither case, and marks, where words can consist of them.
  private(set) var caseless: UInt64 = 0
  /// The bytes after the first of characters that are none of these.
  private(set) var tails: UInt64 = 0
  /// The character after the valid ones, and so what pretoken it belongs to, depends on more than the sets say.
  private(set) var isUnclear = false
  /// How many bytes from the first on are as the sets say; there are no bits beyond.
  private(set) var valid = Self.size

  /// Punctuation and symbols.
  private(set) var others: UInt64 = 0

  /// - Precondition: the text has 64 bytes from `place` on.
  @inline(__always)
  init(_ text: PatternText, at place: Int, capitals findsCapitals: Bool) {
    var wide: UInt64 = 0
    for part in 0..<4 {
      let shift = UInt64(16 * part), at = place &+ 16 &* part
      func mask(_ bit: UInt8, _ first: UInt8, _ count: UInt8) -> UInt64 {
        UInt64(text.mask(at: at, setting: bit, from: first, count: count)) &<< shift
      }
      letters |= mask(0x20, UInt8(ascii: "a"), 26)
      numbers |= mask(0, UInt8(ascii: "0"), 10)
      blanks |= mask(0, UInt8(ascii: " "), 1)
      spaces |= mask(0, 0x09, 5)
      lineEnds |= mask(0, 0x0a, 1) | mask(0, 0x0d, 1)
      apostrophes |= mask(0, UInt8(ascii: "'"), 1)
      wide |= mask(0, 0x80, 0x80)
      if findsCapitals {
        capitals |= mask(0, UInt8(ascii: "A"), 26)
        slashes |= mask(0, UInt8(ascii: "/"), 1)
      }
    }
    spaces |= blanks
    // A slash after a line end can belong to the punctuation before both, a capital after a letter without case may begin a word or
    // not, and a mark that follows no letter may be part of one or not.
    var unclear = slashes &>> 1 & lineEnds, cut: UInt64 = 0
    if wide != 0 {
      let words = WideWords(text, at: place, wide, findsCapitals: findsCapitals)
      add(words)
      unclear |= words.unclear | capitals & caseless &<< 1 | words.marks & ~(letters &<< 1)
      cut = words.cut
    }
    valid = (unclear | cut).trailingZeroBitCount
    isUnclear = unclear != 0 && unclear.trailingZeroBitCount == valid
    let known = valid == 64 ? UInt64.max : (1 &<< UInt64(truncatingIfNeeded: valid)) &- 1
    letters &= known
    numbers &= known
    spaces &= known
    blanks &= known
    lineEnds &= known
    apostrophes &= known
    capitals &= known
    caseless &= known
    tails &= known
    others = known & ~(letters | numbers | spaces)
  }

  /// Adds characters that are not ASCII.
  @inline(__always)
  private mutating func add(_ wide: WideWords) {
    letters |= wide.letters
    capitals |= wide.capitals
    caseless = wide.letters & ~(wide.capitals | wide.small)
    tails = wide.tails
  }
}

extension PatternBlock {
  /// Where punctuation starts: but for a blank before it, which starts in its stead.
  @inline(__always)
  var otherStarts: UInt64 { others & ~(others &<< 1 | blanks &<< 1) }

  /// Where words start: after line ends, numbers and punctuation, if the last is not the single character before a word.
  @inline(__always)
  var wordStarts: UInt64 {
    // What comes after a character of several bytes is where a carry through its tail gets to.
    let next = otherStarts &<< 1
    let afterOther = (next | tails &+ (next & tails)) & ~tails
    return letters & ~((letters | spaces & ~lineEnds) &<< 1 | afterOther)
  }

  /// Every third number of a run.
  @inline(__always)
  var numberStarts: UInt64 {
    var starts = numbers & ~(numbers &<< 1)
    var next = starts
    let inThrees = numbers & numbers &<< 1 & numbers &<< 2
    while true {
      next = next &<< 3 & inThrees
      guard next != 0 else { return starts }
      starts |= next
    }
  }

  /// Where white space starts that does not belong to the punctuation before it: at the beginning of a run, after its
  /// last line end, and the last character but for a line end.
  ///
  /// What is said of a run that touches the end of the block is not to be used.
  @inline(__always)
  var spaceStarts: UInt64 {
    let taken = lineEnds & others &<< 1
    // A carry goes through each run of line ends that begins with a bit of `taken`.
    let run = spaces & ~(((lineEnds &+ taken) ^ lineEnds) & lineEnds)
    let starts = run & ~(run &<< 1) | run & ~lineEnds & ~(spaces &>> 1)
    let plain = run & ~lineEnds
    let afterLineEnd = plain & (run & lineEnds) &<< 1
    guard (plain &+ afterLineEnd) & ~plain & lineEnds != 0 else { return starts | afterLineEnd }
    return starts | Self.notFollowed(by: lineEnds, afterLineEnd, plain)
  }

  /// Of the places in `starts`, which begin runs in `plain`, those whose run does not end before a bit of `marks`.
  private static func notFollowed(by marks: UInt64, _ starts: UInt64, _ plain: UInt64) -> UInt64 {
    var left = starts, kept = starts
    while left != 0 {
      let start = left & (0 &- left)
      left ^= start
      // The carry out of the run.
      if (plain &+ start) & ~plain & marks != 0 { kept ^= start }
    }
    return kept
  }

  /// Those before the white space that touches the end of what is known, of which more may follow.
  @inline(__always)
  func certain(_ starts: UInt64) -> UInt64 {
    // The characters that are no space, up to the last of them.
    let rest = letters | numbers | others
    return starts & (UInt64.max &>> UInt64(truncatingIfNeeded: min(63, rest.leadingZeroBitCount)))
  }
}
