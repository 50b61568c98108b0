/// The characters of a text that are not ASCII: decoded and classified in one step.
///
/// A value of its own, so that loops keep it in registers.
@safe struct WideCharacters {
  private let text: UnsafePointer<UInt8>
  private let count: Int
  private let classes = CharacterClassTable.shared

  @unsafe init(_ text: UnsafePointer<UInt8>, count: Int) {
    unsafe self.text = text
    self.count = count
  }

  /// The class and the length of the character at `place`, which is not ASCII; class 0 where there is none.
  @inline(__always)
  func callAsFunction(_ place: Int) -> (kind: UInt8, length: UInt64) {
    guard place &+ 4 <= count else { return rare(place) }
    let word = unsafe UnsafeRawPointer(text + place).loadUnaligned(as: UInt32.self).littleEndian
    if word & 0xc0e0 == 0x80c0 {
      let kind = unsafe classes.ofTwoBytes[Int(word << 6 & 0x7c0 | word >> 8 & 0x3f)]
      return kind == CharacterClassTable.notSpelled ? (0, 1) : (kind, 2)
    }
    if word & 0xc0_c0f0 == 0x80_80e0 {
      let high = word << 12 & 0xf000, low = word >> 2 & 0xfc0 | word >> 16 & 0x3f
      let kind = unsafe classes.ofThreeBytes[Int(high | low)]
      return kind == CharacterClassTable.notSpelled ? (0, 1) : (kind, 3)
    }
    return rare(place)
  }

  /// The same for any character, anywhere.
  private func rare(_ place: Int) -> (kind: UInt8, length: UInt64) {
    let left = count - place
    let first = UInt32(unsafe text[place])
    if first >= 0xc2, first < 0xe0, left >= 2, let second = continuation(place + 1) {
      return (classes((first & 0x1f) << 6 | second), 2)
    }
    if first & 0xf0 == 0xe0, left >= 3, let second = continuation(place + 1),
      let third = continuation(place + 2)
    {
      let code = (first & 0x0f) << 12 | second << 6 | third
      // Neither overlong nor half of a surrogate pair.
      return code >= 0x800 && code & 0xf800 != 0xd800 ? (classes(code), 3) : (0, 1)
    }
    if first & 0xf8 == 0xf0, left >= 4, let second = continuation(place + 1),
      let third = continuation(place + 2),
      let fourth = continuation(place + 3)
    {
      let code = (first & 0x07) << 18 | second << 12 | third << 6 | fourth
      return code >= 0x10000 && code < 0x110000 ? (classes(code), 4) : (0, 1)
    }
    return (0, 1)
  }

  @inline(__always)
  private func continuation(_ place: Int) -> UInt32? {
    let byte = unsafe text[place]
    return byte & 0xc0 == 0x80 ? UInt32(byte & 0x3f) : nil
  }
}
