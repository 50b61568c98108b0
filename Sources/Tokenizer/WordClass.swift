/// The classes of characters that the patterns after GPT-2's tell apart. A character is in none of the first three, or in
/// one of them; letters may also have a case.
struct WordClass: OptionSet {
  let rawValue: UInt8
  /// `\p{L}`
  static let letter = WordClass(rawValue: 1)
  /// `\p{N}`
  static let number = WordClass(rawValue: 2)
  /// `\s`
  static let space = WordClass(rawValue: 4)
  /// `[\p{Lu}\p{Lt}]`
  static let upper = WordClass(rawValue: 8)
  /// `\p{Ll}`
  static let lower = WordClass(rawValue: 16)
  /// `\p{M}`
  static let mark = WordClass(rawValue: 32)
  /// `[\r\n]`
  static let lineEnd = WordClass(rawValue: 64)

  /// Neither letter, number nor white space: punctuation, symbols, marks, bytes that are not UTF-8.
  @inline(__always)
  var isOther: Bool { rawValue & 7 == 0 }
  /// What can be part of a word of o200k: letters and marks.
  @inline(__always)
  var isInWord: Bool { rawValue & 33 != 0 }
  /// In a word of o200k: what fits both before and after its small letters begin.
  @inline(__always)
  var isCaseless: Bool { isInWord && rawValue & 24 == 0 }
}

/// Looks up word classes by code point, in two steps as ``CharacterClassTable`` does.
@safe struct WordClassTable: @unchecked Sendable {
  /// The only one, never freed.
  static let shared = WordClassTable()

  /// All code points from here on are in no class.
  private static let limit: UInt32 = 0xe0200
  private static let blockSize = 128

  private let blockOf: UnsafePointer<UInt16>
  private let classes: UnsafePointer<UInt8>

  private init() {
    var flat = [UInt8](repeating: 0, count: Int(Self.limit))
    for (ranges, kind) in [
      (UnicodeTables.letters, WordClass.letter), (UnicodeTables.numbers, .number),
      (UnicodeTables.spaces, .space), (UnicodeTables.uppercase, .upper), (UnicodeTables.lowercase, .lower),
      (UnicodeTables.marks, .mark), ([0x0a, 0x0a, 0x0d, 0x0d], .lineEnd),
    ] {
      for index in stride(from: 0, to: ranges.count, by: 2) {
        for code in ranges[index]...ranges[index + 1] { flat[Int(code)] |= kind.rawValue }
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
    unsafe self.blockOf = Self.immortal(blockOf)
    unsafe self.classes = Self.immortal(classes)
  }

  private static func immortal<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = unsafe memory.initialize(from: elements)
    return unsafe UnsafePointer(memory.baseAddress!)
  }

  @inline(__always)
  func callAsFunction(_ code: UInt32) -> WordClass {
    guard code < Self.limit else { return [] }
    let block = Int(unsafe blockOf[Int(code) / Self.blockSize])
    return WordClass(rawValue: unsafe classes[block * Self.blockSize + Int(code) % Self.blockSize])
  }

  /// ASCII is the first block.
  @inline(__always)
  func callAsFunction(ascii byte: UInt8) -> WordClass {
    WordClass(rawValue: unsafe classes[Int(byte)])
  }
}
