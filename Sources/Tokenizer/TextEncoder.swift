/// Turns text into ordinary tokens: pretokens are found in batches and looked up in the caches; the few that these do
/// not know are merged.
@safe struct TextEncoder: ~Copyable {
  private let tokenizer: Tokenizer.Storage
  private let seed: EncoderSeed
  private var cache: PretokenCache
  private var longCache: LongPretokenCache
  private var merger: PretokenMerger
  private let batch = PretokenBatch()
  /// The tokens of a pretoken that was merged, before they are written to the output.
  private var merged = MergedTokens()

  init(_ tokenizer: Tokenizer.Storage, cacheBytes: Int) {
    self.tokenizer = tokenizer
    seed = tokenizer.seed
    cache = PretokenCache(
      seed: seed.cache, tableBytes: cacheBytes / 2, resultBytes: cacheBytes / 8)
    // Multilingual text has 200,000 different ones of these in 30 MB.
    longCache = LongPretokenCache(bytes: cacheBytes / 32 * 11, vocabularySize: tokenizer.vocabulary.count)
    merger = PretokenMerger(tokenizer)
  }

  mutating func prepare() {
    cache.prepare()
    longCache.prepare()
  }

  /// Appends the tokens of `text` to `output`. Whenever there are more than `limit`, `drain` is called, which may remove
  /// them.
  @unsafe mutating func encode(
    _ text: UnsafeBufferPointer<UInt8>, into output: inout TokenBuffer, limit: Int,
    _ drain: (inout TokenBuffer) -> Void
  ) {
    guard let base = text.baseAddress, !text.isEmpty else { return }
    guard output.takes(isNarrow: cache.isNarrow) else {
      // It holds tokens of a larger vocabulary.
      var own = TokenBuffer()
      unsafe encode(text, into: &own, limit: .max) { _ in }
      return output.append(own)
    }
    switch tokenizer.pattern {
    case .gpt2: unsafe encode(text, PretokenScanner(base, count: text.count), &output, limit, drain)
    case .cl100k: unsafe encode(text, CL100KScanner(base, count: text.count), &output, limit, drain)
    case .o200k: unsafe encode(text, O200KScanner(base, count: text.count), &output, limit, drain)
    }
  }

  private mutating func encode(
    _ text: UnsafeBufferPointer<UInt8>, _ scanner: some PretokenScanning, _ output: inout TokenBuffer,
    _ limit: Int, _ drain: (inout TokenBuffer) -> Void
  ) {
    var scanner = scanner
    let starts = unsafe batch.starts
    var found = 0
    while !scanner.isAtEnd {
      while found <= PretokenBatch.size, !scanner.isAtEnd {
        found += unsafe scanner.next(into: starts + found)
      }
      if scanner.isAtEnd {
        unsafe starts[found] = text.count
        unsafe lookUp(text, pretokens: found, &output)
      } else {
        // The last pretoken's end is not known yet.
        unsafe lookUp(text, pretokens: found - 1, &output)
        unsafe starts[0] = starts[found - 1]
        found = 1
      }
      if output.count > limit { drain(&output) }
    }
  }

  /// Appends the tokens of the batch's first `count` pretokens.
  private mutating func lookUp(
    _ text: UnsafeBufferPointer<UInt8>, pretokens count: Int, _ output: inout TokenBuffer
  ) {
    unsafe batch.prepare(text, count: count, cache, longCache)
    // No pretoken has more tokens than bytes; what is written beyond their count needs room, too.
    let start = unsafe output.room(for: batch.starts[count] - batch.starts[0] + 8)
    var written = 0
    var index = 0
    while true {
      let (next, found) = unsafe cache.find(
        batch, from: index, to: count, into: start + output.width &* written)
      written &+= found
      guard next < count else { break }
      unsafe written &+= find(text, next, into: start + output.width &* written)
      index = next &+ 1
    }
    unsafe output.add(written)
  }

  /// Writes the tokens of a pretoken that is long, or not known, or not where it is looked for first.
  @inline(never)
  private mutating func find(
    _ text: UnsafeBufferPointer<UInt8>, _ index: Int, into room: UnsafeMutableRawPointer
  ) -> Int {
    let key = unsafe batch.places[index].key
    let pretoken = unsafe UnsafeBufferPointer(rebasing: text[batch.starts[index]..<batch.starts[index + 1]])
    let isLong = pretoken.count > PretokenKey.longest
    if pretoken.count <= LongPretokenCache.longest {
      let known =
        unsafe isLong ? longCache.find(pretoken, hash: key.low, into: room) : cache.find(key, into: room)
      guard known == 0 else { return known }
    }
    let space = unsafe merged.room(for: pretoken.count)
    let tokens = unsafe UnsafeBufferPointer(start: space, count: merger.merge(pretoken, into: space))
    unsafe MergedTokens.copy(tokens, to: room, isNarrow: cache.isNarrow)
    defer { merged.tidyUp() }
    if !isLong {
      unsafe cache.insert(key, tokens, seed: seed.cache)
    } else if pretoken.count <= LongPretokenCache.longest {
      unsafe longCache.insert(pretoken, hash: key.low, tokens)
    }
    return tokens.count
  }
}
