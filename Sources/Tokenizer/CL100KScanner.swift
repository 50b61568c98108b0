/// Finds where the pretokens of a text start by the pattern `cl100k`:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
///
/// The class of the first character, and at times of the second, decides which alternative it is; none goes back.
@safe struct CL100KScanner: PretokenWalker {
  let text: PatternText
  var place = 0
  var walkEnd = 0
  static var findsCapitals: Bool { false }

  @unsafe init(_ text: UnsafePointer<UInt8>, count: Int) {
    self.text = unsafe PatternText(text, count: count)
  }

  @inline(__always)
  func starts(in block: PatternBlock) -> UInt64 {
    var starts =
      block.otherStarts | block.wordStarts | block.numberStarts | block.spaceStarts | 1
    // An apostrophe that starts a pretoken takes its letters; those after them are a word.
    var apostrophes = block.apostrophes & starts
    while apostrophes != 0 {
      let bit = apostrophes.trailingZeroBitCount
      apostrophes &= apostrophes &- 1
      let length = text.contractionEnd(at: place &+ bit) &- place &- bit
      if length > 0 { starts |= (1 << (bit &+ length)) & block.letters }
    }
    return starts
  }

  @inline(__always)
  func end(of start: Int) -> Int {
    let (kind, length) = text.character(at: start)
    let next = start &+ length
    if kind.contains(.letter) { return endOfLetters(from: next) }
    if kind.contains(.number) { return text.endOfTwoNumbers(from: next) }
    if text[start] == UInt8(ascii: "'") {
      let end = text.contractionEnd(at: start)
      if end > start { return end }
    }
    guard !kind.contains(.lineEnd) else { return text.endOfSpaces(from: start) }
    guard next < text.count else { return next }
    let (second, secondLength) = text.character(at: next)
    if second.contains(.letter) { return endOfLetters(from: next &+ secondLength) }
    if kind.isOther { return endOfOthers(from: next) }
    if text[start] == UInt8(ascii: " "), second.isOther { return endOfOthers(from: next &+ secondLength) }
    return text.endOfSpaces(from: start)
  }

  /// The end of `\p{L}*`.
  @inline(__always)
  private func endOfLetters(from start: Int) -> Int {
    var place = start
    while place &+ 16 <= text.count {
      let letters = text.mask(at: place, setting: 0x20, from: UInt8(ascii: "a"), count: 26)
      let run = (~letters).trailingZeroBitCount
      place &+= run
      guard run == 16 || text[place] >= 0x80 else { return place }
      if run < 16, !passWideLetters(&place) { return place }
    }
    return endOfLettersSlowly(from: place)
  }

  private func endOfLettersSlowly(from start: Int) -> Int {
    var place = start
    while place < text.count {
      let (kind, length) = text.character(at: place)
      guard kind.contains(.letter) else { break }
      place += length
    }
    return place
  }

  /// Passes the letters that are not ASCII; false where something else follows them.
  @inline(never)
  private func passWideLetters(_ place: inout Int) -> Bool {
    while place < text.count {
      guard text[place] >= 0x80 else { return true }
      let (kind, length) = text.character(at: place)
      guard kind.contains(.letter) else { return false }
      place += length
    }
    return false
  }

  /// The end of `[^\s\p{L}\p{N}]*[\r\n]*`.
  @inline(__always)
  private func endOfOthers(from start: Int) -> Int {
    var place = text.endOfOthers(from: start)
    while place < text.count, text[place] == 0x0a || text[place] == 0x0d { place += 1 }
    return place
  }
}
