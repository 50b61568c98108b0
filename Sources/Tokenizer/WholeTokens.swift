/// The tokens that the merges do not make of their own bytes, and that a pretoken becomes all the same where it is just
/// these bytes: tiktoken, and Hugging Face where it "ignores merges", look a pretoken up before they merge it.
///
/// Good vocabularies have none. What an encoder remembers can be forgotten; this cannot.
struct WholeTokens: Sendable {
  /// In order.
  private(set) var ids: [Int] = []
  private var tokens: [[UInt8]: TokenID] = [:]
  /// By length: whether there is one, up to the longest.
  private var lengths = [false]

  /// - Parameter candidates: the tokens that may be of this kind.
  init(_ vocabulary: Vocabulary, _ merges: MergeTable, _ candidates: [Int]) {
    guard !candidates.isEmpty else { return }
    var merger = QueueMerger(merges)
    for id in candidates {
      let bytes = vocabulary.bytes(of: id)
      let isMade = unsafe withUnsafeTemporaryAllocation(of: TokenID.self, capacity: bytes.count) { made in
        unsafe merger.merge(bytes.span, into: made.baseAddress!) == 1
      }
      guard !isMade else { continue }
      ids.append(id)
      tokens[bytes] = TokenID(id)
      while lengths.count <= bytes.count { lengths.append(false) }
      lengths[bytes.count] = true
    }
  }

  var isEmpty: Bool { ids.isEmpty }

  @inline(__always)
  func find(_ pretoken: Span<UInt8>) -> TokenID? {
    guard pretoken.count < lengths.count, lengths[pretoken.count] else { return nil }
    return tokens[unsafe pretoken.withUnsafeBufferPointer { unsafe Array($0) }]
  }
}
