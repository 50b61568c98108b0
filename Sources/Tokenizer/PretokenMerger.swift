/// Merges the bytes of a pretoken of any length.
struct PretokenMerger: ~Copyable {
  private let wholeTokens: WholeTokens
  private var short: ShortMerger
  private var long: LongMerger

  init(_ tokenizer: Tokenizer.Storage) {
    wholeTokens = tokenizer.wholeTokens
    short = ShortMerger(tokenizer.merges)
    long = LongMerger(tokenizer.merges, tokenizer.vocabulary)
  }

  /// Writes the pretoken's tokens, for which there must be room as if each byte were one, and returns how many they are.
  @unsafe mutating func merge(
    _ pretoken: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<TokenID>
  ) -> Int {
    if let whole = wholeTokens.find(unsafe pretoken.span) {
      unsafe output.pointee = whole
      return 1
    }
    if pretoken.count <= ShortMerger.longest {
      return unsafe short.merge(pretoken.baseAddress!, count: pretoken.count, into: output)
    }
    return unsafe long.merge(pretoken, into: output)
  }
}
