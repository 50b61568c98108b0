#if arch(x86_64)
  internal import _Builtin_intrinsics.intel
#endif

/// A text and its characters' classes, for the scanners that walk; with what their patterns have in common.
///
/// Bytes that are not UTF-8 are characters of their own, in no class, as U+FFFD is. The text must outlive it.
@safe struct PatternText {
  let bytes: UnsafePointer<UInt8>
  let count: Int
  private let classes = WordClassTable.shared

  @unsafe init(_ bytes: UnsafePointer<UInt8>, count: Int) {
    unsafe self.bytes = bytes
    self.count = count
  }

  @inline(__always)
  subscript(place: Int) -> UInt8 { unsafe bytes[place] }

  /// The class and the length of the character at `place`.
  @inline(__always)
  func character(at place: Int) -> (kind: WordClass, length: Int) {
    let byte = self[place]
    return byte < 0x80 ? (classes(ascii: byte), 1) : wideCharacter(at: place)
  }

  /// The same of one that is not ASCII.
  @inline(__always)
  func wideCharacter(at place: Int) -> (kind: WordClass, length: Int) {
    guard place &+ 4 <= count else { return rareCharacter(at: place) }
    let word = unsafe UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt32.self).littleEndian
    // Chosen without branches, which would often be guessed wrong where scripts mix.
    let isThree = word & 0xf0 == 0xe0
    let two = word << 6 & 0x7c0 | word >> 8 & 0x3f
    let three = word << 12 & 0xf000 | word >> 2 & 0xfc0 | word >> 16 & 0x3f
    let code = isThree ? three : two
    let mask: UInt32 = isThree ? 0xc0_c0f0 : 0xc0e0, marks: UInt32 = isThree ? 0x80_80e0 : 0x80c0
    let kind = classes.ofShort(code)
    // Neither overlong nor half of a surrogate pair nor of four bytes.
    guard word & mask == marks, code >= (isThree ? 0x800 : 0x80), kind != .surrogate else {
      return rareCharacter(at: place)
    }
    return (kind, isThree ? 3 : 2)
  }

  /// The same of any, anywhere.
  @inline(never)
  private func rareCharacter(at place: Int) -> (kind: WordClass, length: Int) {
    let first = UInt32(self[place])
    if first >= 0xc2, first < 0xe0, let second = continuation(place + 1) {
      return (classes((first & 0x1f) << 6 | second), 2)
    }
    if first & 0xf0 == 0xe0, let second = continuation(place + 1), let third = continuation(place + 2) {
      let code = (first & 0x0f) << 12 | second << 6 | third
      // Neither overlong nor half of a surrogate pair.
      return code >= 0x800 && code & 0xf800 != 0xd800 ? (classes(code), 3) : ([], 1)
    }
    if first & 0xf8 == 0xf0, let second = continuation(place + 1), let third = continuation(place + 2),
      let fourth = continuation(place + 3)
    {
      let code = (first & 0x07) << 18 | second << 12 | third << 6 | fourth
      return code >= 0x10000 && code < 0x110000 ? (classes(code), 4) : ([], 1)
    }
    return ([], 1)
  }

  @inline(__always)
  private func continuation(_ place: Int) -> UInt32? {
    guard place < count, self[place] & 0xc0 == 0x80 else { return nil }
    return UInt32(self[place] & 0x3f)
  }
}

extension PatternText {
  /// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at `place`, or `place` where there is none. Without regard to case, an s is
  /// U+017F as well; no other character outside ASCII is one of these letters.
  @inline(__always)
  func contractionEnd(at place: Int) -> Int {
    guard place + 1 < count, self[place] == UInt8(ascii: "'") else { return place }
    switch self[place + 1] | 0x20 {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return place + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"): return isLetter("e", at: place + 2) ? place + 3 : place
    case UInt8(ascii: "l"): return isLetter("l", at: place + 2) ? place + 3 : place
    case 0xe5:
      return self[place + 1] == 0xc5 && place + 2 < count && self[place + 2] == 0xbf ? place + 3 : place
    default: return place
    }
  }

  @inline(__always)
  private func isLetter(_ letter: Unicode.Scalar, at place: Int) -> Bool {
    place < count && self[place] | 0x20 == UInt8(ascii: letter)
  }

  /// The end of `\p{N}{0,2}` at `place`.
  @inline(__always)
  func endOfTwoNumbers(from place: Int) -> Int {
    var place = place
    for _ in 0..<2 where place < count {
      let (kind, length) = character(at: place)
      guard kind.contains(.number) else { break }
      place += length
    }
    return place
  }

  /// The end of `[^\s\p{L}\p{N}]*` at `place`.
  @inline(__always)
  func endOfOthers(from place: Int) -> Int {
    var place = place
    while place < count {
      let (kind, length) = character(at: place)
      guard kind.isOther else { break }
      place += length
    }
    return place
  }

  /// The end of `\s*[\r\n]+|\s+(?!\S)|\s+` at a place that has white space.
  ///
  /// Up to three pretokens are made of one run: up to its last line end, up to its last character, and that one. Each looks
  /// at what is left of the run, so that the time is linear.
  func endOfSpaces(from start: Int) -> Int {
    var place = start, last = start, lineEnd = start
    while place < count {
      let (kind, length) = character(at: place)
      guard kind.contains(.space) else { break }
      last = place
      place += length
      if kind.contains(.lineEnd) { lineEnd = place }
    }
    if lineEnd > start { return lineEnd }
    return place == count || last == start ? place : last
  }
}

extension PatternText {
  /// Which of the 16 bytes at `place` are in the range that begins with `first`, once the bits of `bit` are set in all.
  ///
  /// - Precondition: the text has so many.
  @inline(__always)
  func mask(at place: Int, setting bit: UInt8, from first: UInt8, count: UInt8) -> UInt32 {
    let bytes = unsafe UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
    let all = Self.all
    let isIn = (bytes | all(bit)) &- all(first) .< all(count)
    return Self.bits(isIn)
  }

  /// The operators that take a plain number are many times slower than those that take two vectors.
  @inline(__always)
  private static func all(_ byte: UInt8) -> SIMD16<UInt8> { SIMD16(repeating: byte) }

  /// One bit for each of 16 truth values.
  @inline(__always)
  private static func bits(_ mask: SIMDMask<SIMD16<Int8>>) -> UInt32 {
    #if arch(x86_64)
      UInt32(bitPattern: _mm_movemask_epi8(unsafe unsafeBitCast(mask, to: SIMD2<Int64>.self)))
    #else
      let picked = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self) & 0x8040_2010_0804_0201
      // The product's top byte is the sum of all bytes, each of which holds one bit of its own.
      let sums = picked &* 0x0101_0101_0101_0101 &>> 56
      return UInt32(truncatingIfNeeded: sums[0] | sums[1] << 8)
    #endif
  }
}
