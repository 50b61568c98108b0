/// The end of a text that arrives in chunks: what cannot be encoded before more of it is known.
///
/// Every byte is looked at a bounded number of times, however the text is cut into chunks.
struct HeldText {
  private let names: SpecialTokenSearch
  private let refusesNames: Bool
  private let pattern: Pretokenizer.Pattern
  private let limit: Int
  /// Bytes before `start` are done with, and stay until they are many.
  private var bytes: [UInt8] = []
  private var start = 0
  /// No special token begins before this place.
  private var searched = 0
  /// Up to this place there is nowhere to cut.
  private var judged = 0
  /// Where in the text `bytes` begin.
  private var offset = 0

  /// So much of a chunk is taken at once.
  private static let slice = 1 << 18

  /// - Parameter limit: the most bytes that are held back
  init(_ tokenizer: Tokenizer, _ special: SpecialTokenPolicy, limit: Int) throws(TokenizerError) {
    names = try SpecialTokenSearch(tokenizer, special)
    refusesNames = special == .error
    pattern = tokenizer.pattern
    self.limit = limit
  }

  /// Adds a chunk, and encodes what is certain by now. After an error nothing is held.
  mutating func append(
    _ chunk: Span<UInt8>, _ encoder: inout Encoder, into tokens: inout TokenBuffer
  ) throws(TokenizerError) {
    var place = 0
    while place < chunk.count {
      let end = min(place + Self.slice, chunk.count)
      unsafe chunk.extracting(place..<end).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
      place = end
      try pass(isLast: false, &encoder, into: &tokens)
    }
  }

  /// Encodes all that is held: the text has ended, and another may follow.
  mutating func finish(_ encoder: inout Encoder, into tokens: inout TokenBuffer) throws(TokenizerError) {
    try pass(isLast: true, &encoder, into: &tokens)
    removeAll()
  }

  private mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    (start, searched, judged, offset) = (0, 0, 0, 0)
  }

  private mutating func pass(isLast: Bool, _ encoder: inout Encoder, into tokens: inout TokenBuffer)
    throws(TokenizerError)
  {
    while let (token, place) = nextName(isLast) {
      if refusesNames {
        let place = offset + place
        removeAll()
        throw .specialTokenInText(token.name, offset: place)
      }
      encode(upTo: place, &encoder, into: &tokens)
      tokens.append(token.id)
      start = place + token.name.utf8.count
      (searched, judged) = (start, start)
    }
    if isLast { return encode(upTo: bytes.count, &encoder, into: &tokens) }
    if let cut = lastCut() { encode(upTo: cut, &encoder, into: &tokens) }
    // White space of several bytes may have begun.
    judged = max(start, searched - 3)
    try tidyUp()
  }

  /// The next special token, where one is certain.
  private mutating func nextName(_ isLast: Bool) -> (SpecialToken, Int)? {
    if isLast { return names.first(in: bytes.span, from: searched).map { ($0.token, $0.offset) } }
    let (token, place) = names.first(inBeginning: bytes.span, from: searched)
    searched = place
    return token.map { ($0, place) }
  }

  /// The last place to cut of those that are certain and were not looked at before.
  private func lastCut() -> Int? {
    let text = bytes.span.extracting(start..<searched)
    return Pretokenizer.lastSafeCut(text, after: judged - start, pattern: pattern).map { start + $0 }
  }

  private mutating func encode(
    upTo end: Int, _ encoder: inout Encoder, into tokens: inout TokenBuffer
  ) {
    encoder.encode(ordinary: bytes.span.extracting(start..<end), into: &tokens)
    start = end
  }

  private mutating func tidyUp() throws(TokenizerError) {
    if bytes.count - start > limit {
      let place = offset + start
      removeAll()
      throw .noPlaceToCut(offset: place, limit: limit)
    }
    // More is dropped than is moved.
    guard start > bytes.count / 2 else { return }
    bytes.removeFirst(start)
    offset += start
    searched -= start
    judged -= start
    start = 0
  }
}
