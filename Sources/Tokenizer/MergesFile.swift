/// Two neighbouring tokens and the token that is put in their place.
struct Merge: Equatable {
  var left: TokenID
  var right: TokenID
  var result: TokenID
}

/// Merges as `merges.txt` has them: a line for each, the two tokens in GPT-2's alphabet with a blank between them,
/// the earliest learned first. The first line may name a version.
struct MergesFile: ~Copyable {
  private let index: TokenIndex
  private let vocabulary: Vocabulary
  /// The tokens that are bytes or made by the merges so far.
  private(set) var isMade: [Bool]
  private(set) var merges: [Merge] = []
  /// The line of the first merge.
  private(set) var firstLine = 1
  private var line = 0
  private var scratch: [UInt8] = []

  /// - Parameter made: the single bytes
  init(_ text: Span<UInt8>, _ vocabulary: Vocabulary, _ index: consuming TokenIndex, bytes: [TokenID])
    throws(TokenizerError)
  {
    self.index = index
    self.vocabulary = vocabulary
    isMade = [Bool](repeating: false, count: vocabulary.count)
    for id in bytes { isMade[Int(id)] = true }
    merges.reserveCapacity(vocabulary.count)
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
      line += 1
      try read(text, start..<end)
      start = end + 1
    }
  }

  private mutating func read(_ text: Span<UInt8>, _ place: Range<Int>) throws(TokenizerError) {
    var place = place
    if place.last.map({ text[$0] }) == UInt8(ascii: "\r") { place.removeLast() }
    if line == 1, Self.isVersion(text, place) {
      firstLine = 2
      return
    }
    if place.isEmpty, place.upperBound >= text.count - 1 { return }
    guard let blank = place.first(where: { text[$0] == UInt8(ascii: " ") }) else {
      throw .badMerge(reason: "there are no two tokens with a blank between them", line: line)
    }
    scratch.removeAll(keepingCapacity: true)
    guard ByteAlphabet.decode(text, place.lowerBound..<blank, into: &scratch) else { throw notSpelled() }
    let middle = scratch.count
    guard ByteAlphabet.decode(text, blank + 1..<place.upperBound, into: &scratch) else { throw notSpelled() }
    let end = scratch.count
    for _ in 0..<16 { scratch.append(0) }
    let left = try find(0..<middle), right = try find(middle..<end)
    let result = if let next = next(0..<end) { next } else { try find(0..<end) }
    let merge = Merge(left: left, right: right, result: result)
    guard isMade[Int(merge.left)] else { throw .mergeOutOfOrder(spelling(0..<middle), line: line) }
    guard isMade[Int(merge.right)] else { throw .mergeOutOfOrder(spelling(middle..<end), line: line) }
    isMade[Int(merge.result)] = true
    merges.append(merge)
  }

  private func notSpelled() -> TokenizerError {
    .badMerge(reason: "a character is not of the alphabet that bytes are written in", line: line)
  }

  /// Most vocabularies have their tokens in the order of their merges: the token after the last one, if it is this.
  private func next(_ place: Range<Int>) -> TokenID? {
    guard let last = merges.last?.result, last + 1 < vocabulary.count, index.has(Int(last) + 1) else {
      return nil
    }
    let isNext = unsafe scratch.withUnsafeBufferPointer { bytes in
      unsafe TokenIndex.areEqual(
        vocabulary.pointer(to: Int(last) + 1), UnsafeBufferPointer(rebasing: bytes[place]))
    }
    return isNext ? last + 1 : nil
  }

  private func find(_ place: Range<Int>) throws(TokenizerError) -> TokenID {
    let found = unsafe scratch.withUnsafeBufferPointer { bytes in
      unsafe index.find(UnsafeBufferPointer(rebasing: bytes[place]))
    }
    guard let found, !place.isEmpty else { throw .unknownToken(spelling(place), line: line) }
    return TokenID(found)
  }

  private func spelling(_ place: Range<Int>) -> String {
    ByteAlphabet.spelling(scratch[place])
  }

  private static func isVersion(_ text: Span<UInt8>, _ place: Range<Int>) -> Bool {
    let version = Array("#version".utf8)
    return place.count >= version.count
      && version.indices.allSatisfy { text[place.lowerBound + $0] == version[$0] }
  }
}
