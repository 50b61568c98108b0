/// The classes of characters that GPT-2's pattern tells apart. A character is in one of them or in none.
struct CharacterClass: OptionSet {
  let rawValue: UInt8
  /// `\p{L}`
  static let letter = CharacterClass(rawValue: 1)
  /// `\p{N}`
  static let number = CharacterClass(rawValue: 2)
  /// `\s`
  static let space = CharacterClass(rawValue: 4)
}

/// Looks up classes by code point, in two steps: which block of 128 code points, then which place in it. Blocks that
/// are the same are stored once, so that what text in one script needs stays in the fastest cache.
@safe struct CharacterClassTable: @unchecked Sendable {
  /// The only one. It is never freed, which is what makes the pointers in it valid for good and safe to share.
  static let shared = CharacterClassTable()

  /// All code points from here on are in no class.
  static let limit: UInt32 = 0x34000
  private static let blockSize = 128

  /// By code point below 65,536, for those that three bytes spell. Others are `notSpelled`: so a look-up tells good
  /// spellings from bad ones, too.
  let ofThreeBytes: UnsafePointer<UInt8>
  /// The same for two bytes.
  let ofTwoBytes: UnsafePointer<UInt8>
  static var notSpelled: UInt8 { 8 }

  private let blockOf: UnsafePointer<UInt16>
  private let classes: UnsafePointer<UInt8>

  private init() {
    var flat = [UInt8](repeating: 0, count: Int(Self.limit))
    for (ranges, kind) in [
      (UnicodeTables.letters, CharacterClass.letter), (UnicodeTables.numbers, .number),
      (UnicodeTables.spaces, .space),
    ] {
      for index in stride(from: 0, to: ranges.count, by: 2) {
        for code in ranges[index]...ranges[index + 1] { flat[Int(code)] = kind.rawValue }
      }
    }
    var blockOf: [UInt16] = [], classes: [UInt8] = [], known: [[UInt8]: UInt16] = [:]
    for start in stride(from: 0, to: flat.count, by: Self.blockSize) {
      let block = Array(flat[start..<start + Self.blockSize])
      if known[block] == nil {
        known[block] = UInt16(known.count)
        classes += block
      }
      blockOf.append(known[block]!)
    }
    for code in 0..<0x80 { flat[code] = Self.notSpelled }
    unsafe ofTwoBytes = Self.immortal(Array(flat[..<0x800]))
    for code in 0..<0x800 { flat[code] = Self.notSpelled }
    for code in 0xd800..<0xe000 { flat[code] = Self.notSpelled }
    unsafe ofThreeBytes = Self.immortal(Array(flat[..<0x1_0000]))
    unsafe self.blockOf = Self.immortal(blockOf)
    unsafe self.classes = Self.immortal(classes)
  }

  private static func immortal<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = unsafe memory.initialize(from: elements)
    return unsafe UnsafePointer(memory.baseAddress!)
  }

  /// The class of a code point, as ``CharacterClass`` stores it.
  @inline(__always)
  func callAsFunction(_ code: UInt32) -> UInt8 {
    guard code < Self.limit else { return 0 }
    let block = Int(unsafe blockOf[Int(code) / Self.blockSize])
    return unsafe classes[block * Self.blockSize + Int(code) % Self.blockSize]
  }
}
