/// Finds where the pretokens of a text start by the pattern `o200k`:
///
///     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
///     |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
///     |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
///
/// Letters without case and marks fit both halves of a word, so that the pattern goes back for them: of capitals and
/// such without small letters after them, the first alternative takes those up to the last that is no capital, and only
/// capitals alone are left to the second. A mark is also what can stand before a word; capitals alone after it are
/// not its word, as the mark is one by itself.
@safe struct O200KScanner: PretokenWalker {
  let text: PatternText
  var place = 0
  var walkEnd = 0
  static var findsCapitals: Bool { true }

  @unsafe init(_ text: UnsafePointer<UInt8>, count: Int) {
    self.text = unsafe PatternText(text, count: count)
  }

  @inline(__always)
  func starts(in block: PatternBlock) -> UInt64 {
    let small = block.letters & ~(block.capitals | block.caseless)
    var starts =
      block.otherStarts | block.wordStarts | block.numberStarts | block.spaceStarts
      | block.capitals & small &<< 1 | 1
    // An apostrophe after a word takes its letters; what follows them is no part of the word, another apostrophe neither.
    var apostrophes = block.apostrophes & block.letters &<< 1, end = 0
    while apostrophes != 0 {
      let bit = apostrophes.trailingZeroBitCount
      apostrophes &= apostrophes &- 1
      let length = text.contractionEnd(at: place &+ bit) &- place &- bit
      guard length > 0, bit != end else { continue }
      end = bit &+ length
      starts &= ~(((1 << length) &- 1) << bit)
      starts |= (1 << end) & block.letters
    }
    return starts
  }

  @inline(__always)
  func end(of start: Int) -> Int {
    let (kind, length) = text.character(at: start)
    let next = start &+ length
    if kind.contains(.letter) { return text.contractionEnd(at: word(from: start).end) }
    if kind.contains(.number) { return text.endOfTwoNumbers(from: next) }
    guard !kind.contains(.lineEnd) else { return text.endOfSpaces(from: start) }
    let isMark = kind.contains(.mark)
    guard next < text.count else { return next }
    let (second, secondLength) = text.character(at: next)
    if second.isInWord {
      let (end, isCapitals) = word(from: next)
      return text.contractionEnd(at: isMark && isCapitals ? next : end)
    }
    if isMark { return text.contractionEnd(at: next) }
    if kind.isOther { return endOfOthers(from: next) }
    if text[start] == UInt8(ascii: " "), second.isOther { return endOfOthers(from: next &+ secondLength) }
    return text.endOfSpaces(from: start)
  }

  /// The end of the word, without a character before it, that begins at a place with a letter or a mark; and whether it
  /// consists of capitals alone.
  @inline(__always)
  private func word(from start: Int) -> (end: Int, isCapitals: Bool) {
    if start &+ 16 <= text.count {
      let capitals = text.mask(at: start, setting: 0, from: UInt8(ascii: "A"), count: 26)
      let small = text.mask(at: start, setting: 0, from: UInt8(ascii: "a"), count: 26)
      let first = (~capitals).trailingZeroBitCount
      let rest = (~(small &>> UInt32(truncatingIfNeeded: first))).trailingZeroBitCount
      let end = first &+ rest
      if end < 16, text[start &+ end] < 0x80 { return (start &+ end, rest == 0) }
    }
    return wordSlowly(from: start)
  }

  @inline(never)
  private func wordSlowly(from start: Int) -> (end: Int, isCapitals: Bool) {
    var place = start, lastCaseless = start
    while place < text.count {
      let (kind, length) = text.character(at: place)
      guard kind.isInWord, !kind.contains(.lower) else { break }
      place += length
      if kind.isCaseless { lastCaseless = place }
    }
    let end = endOfSmall(from: place)
    if end > place { return (end, false) }
    return lastCaseless > start ? (lastCaseless, false) : (place, true)
  }

  /// The end of `[\p{Ll}\p{Lm}\p{Lo}\p{M}]*`.
  private func endOfSmall(from start: Int) -> Int {
    var place = start
    while place < text.count {
      let (kind, length) = text.character(at: place)
      guard kind.isInWord, !kind.contains(.upper) else { break }
      place += length
    }
    return place
  }

  /// The end of `[^\s\p{L}\p{N}]*[\r\n/]*`.
  @inline(__always)
  private func endOfOthers(from start: Int) -> Int {
    var place = text.endOfOthers(from: start)
    while place < text.count, text[place] == 0x0a || text[place] == 0x0d || text[place] == 0x2f { place += 1 }
    return place
  }
}
