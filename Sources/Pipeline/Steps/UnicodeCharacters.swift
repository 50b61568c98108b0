internal import CUTF8Proc

/// What Unicode says of single characters, by utf8proc (https://juliastrings.github.io/utf8proc/). All use of that library is in this file.
enum UnicodeCharacters {
  /// No character decomposes into more (U+FDFA has 18).
  private static let longest = 32

  /// Adds the full decomposition of `character`, not reordered.
  static func decompose(_ character: UInt32, compatibility: Bool, into output: inout [Int32]) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: longest))
    let count = unsafe output.withUnsafeMutableBufferPointer { buffer in
      unsafe cutf8proc_decompose(
        Int32(bitPattern: character), buffer.baseAddress! + start, longest, compatibility ? 1 : 0)
    }
    let isKnown = count >= 1 && count <= longest
    output.removeLast(isKnown ? longest - count : longest)
    // Characters without a meaning yet are taken as they are.
    if !isKnown { output.append(Int32(bitPattern: character)) }
  }

  /// Composes what is decomposed and in canonical order.
  static func compose(_ characters: inout [Int32]) {
    let count = unsafe characters.withUnsafeMutableBufferPointer { buffer in
      unsafe cutf8proc_compose(buffer.baseAddress!, buffer.count)
    }
    if count >= 0, count < characters.count { characters.removeLast(characters.count - count) }
  }

  static func combiningClass(_ character: Int32) -> Int32 { cutf8proc_combining_class(character) }
}
