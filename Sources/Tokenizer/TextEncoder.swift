/// Turns text into ordinary tokens: pretokens are found in batches and looked up in the cache; the few that it does not
/// know are merged.
@safe struct TextEncoder: ~Copyable {
  /// Pretokens looked up at a time.
  private static let batch = 256
  /// A batch of short pretokens of a token a byte, twice the most that the cache knows for one, and what a vector writes
  /// beyond its count.
  private static let room = (PretokenKey.longest + 1) * batch + 2 * PretokenCache.longest + 16

  private let tokenizer: Tokenizer.Storage
  private var cache: PretokenCache
  private var shortMerger: ShortMerger
  private var longMerger: LongMerger
  private var longTokens: [TokenID] = []
  private let starts: UnsafeMutablePointer<Int>
  private let keys: UnsafeMutablePointer<PretokenKey>
  /// One more than there are keys: the last keeps the compiler from leaving out what has no effect but on time.
  private let lines: UnsafeMutablePointer<Int>
  private let output: UnsafeMutablePointer<TokenID>
  /// How many tokens are in `output`.
  private var filled = 0

  init(_ tokenizer: Tokenizer.Storage, cacheBytes: Int) {
    self.tokenizer = tokenizer
    cache = PretokenCache(copying: tokenizer.seed, bytes: cacheBytes / 2)
    shortMerger = ShortMerger(tokenizer.merges)
    longMerger = LongMerger(tokenizer.merges)
    unsafe starts = .allocate(capacity: Self.batch + 2 * ByteBlock.size)
    unsafe keys = .allocate(capacity: Self.batch + 2 * ByteBlock.size)
    unsafe lines = .allocate(capacity: Self.batch + 2 * ByteBlock.size)
    unsafe output = .allocate(capacity: Self.room)
  }

  deinit {
    unsafe starts.deallocate()
    unsafe keys.deallocate()
    unsafe lines.deallocate()
    unsafe output.deallocate()
  }

  /// Hands the tokens of `text` to `emit`, some hundred at a time.
  @unsafe mutating func encode(
    _ text: UnsafeBufferPointer<UInt8>, emit: (UnsafeBufferPointer<TokenID>) -> Void
  ) {
    guard let base = text.baseAddress, !text.isEmpty else { return }
    switch tokenizer.pattern {
    case .gpt2: unsafe encode(text, PretokenScanner(base, count: text.count), emit)
    case .cl100k: unsafe encode(text, CL100KScanner(base, count: text.count), emit)
    case .o200k: unsafe encode(text, O200KScanner(base, count: text.count), emit)
    }
  }

  private mutating func encode(
    _ text: UnsafeBufferPointer<UInt8>, _ scanner: some PretokenScanning,
    _ emit: (UnsafeBufferPointer<TokenID>) -> Void
  ) {
    var scanner = scanner
    var found = 0
    while !scanner.isAtEnd {
      while found <= Self.batch, !scanner.isAtEnd { found += unsafe scanner.next(into: starts + found) }
      if scanner.isAtEnd {
        unsafe starts[found] = text.count
        unsafe lookUp(text, pretokens: found, emit)
      } else {
        // The last pretoken's end is not known yet.
        unsafe lookUp(text, pretokens: found - 1, emit)
        unsafe starts[0] = starts[found - 1]
        found = 1
      }
    }
  }

  /// Looks up the pretokens between the first `count + 1` places of `starts`.
  private mutating func lookUp(
    _ text: UnsafeBufferPointer<UInt8>, pretokens count: Int, _ emit: (UnsafeBufferPointer<TokenID>) -> Void
  ) {
    unsafe prepare(text, pretokens: count)
    // Kept in a register.
    var filled = filled
    for index in 0..<count {
      let known = unsafe cache.find(keys[index], inLine: lines[index], into: output + filled)
      filled &+= known
      guard known == 0 else { continue }
      self.filled = filled
      unsafe merge(UnsafeBufferPointer(rebasing: text[starts[index]..<starts[index + 1]]), keys[index], emit)
      filled = self.filled
    }
    self.filled = filled
    unsafe flush(emit)
  }

  /// Works out the keys and lines, and touches the lines.
  @inline(__always)
  private func prepare(_ text: UnsafeBufferPointer<UInt8>, pretokens count: Int) {
    let base = text.baseAddress!
    let lastWhole = text.count - 16
    for index in 0..<count {
      let start = unsafe starts[index], length = unsafe starts[index + 1] &- start
      // A key that is no pretoken's leads to the slow path.
      var key = PretokenKey.none
      if length <= PretokenKey.longest {
        if start <= lastWhole {
          key = unsafe PretokenKey(base + start, count: length)
        } else {
          key = unsafe PretokenKey(padding: UnsafeBufferPointer(start: base + start, count: length))
        }
      }
      let line = cache.line(of: key.hash)
      unsafe keys[index] = key
      unsafe lines[index] = line
      cache.prefetch(line: line)
    }
  }

  private mutating func flush(_ emit: (UnsafeBufferPointer<TokenID>) -> Void) {
    unsafe emit(UnsafeBufferPointer(start: output, count: filled))
    filled = 0
  }
}

// MARK: The slow path

extension TextEncoder {
  /// Tokens of a pretoken that is long, or not known, or not where it is looked for first.
  @inline(never)
  private mutating func merge(
    _ pretoken: UnsafeBufferPointer<UInt8>, _ key: PretokenKey, _ emit: (UnsafeBufferPointer<TokenID>) -> Void
  ) {
    // What is left of the batch needs room for a token a byte.
    if filled > PretokenCache.longest { unsafe flush(emit) }
    if pretoken.count <= PretokenKey.longest {
      filled += unsafe tokens(ofShort: pretoken, key)
    } else if pretoken.count <= PretokenCache.longest {
      filled += unsafe tokens(ofLonger: pretoken)
    } else {
      unsafe flush(emit)
      longTokens.removeAll(keepingCapacity: longTokens.count < 1 << 20)
      if let whole = tokenizer.wholeTokens.find(unsafe pretoken.span) {
        longTokens.append(whole)
      } else {
        longMerger.merge(unsafe pretoken.span, into: &longTokens)
      }
      unsafe longTokens.withUnsafeBufferPointer { unsafe emit($0) }
    }
  }

  /// Writes the tokens of a pretoken of at most 15 bytes to the output, and returns how many there are.
  private mutating func tokens(ofShort pretoken: UnsafeBufferPointer<UInt8>, _ key: PretokenKey) -> Int {
    let room = unsafe output + filled
    let known = unsafe cache.findAnywhere(key, into: room)
    guard known == 0 else { return known }
    cache.makeRoom(seed: tokenizer.seed)
    let count = unsafe merge(pretoken, into: room)
    unsafe cache.insert(key, UnsafeBufferPointer(start: room, count: count))
    return count
  }

  private mutating func tokens(ofLonger pretoken: UnsafeBufferPointer<UInt8>) -> Int {
    let room = unsafe output + filled
    let hash = unsafe Hashing.hash(pretoken.baseAddress!, count: pretoken.count)
    let known = unsafe cache.findAnywhere(pretoken, hash: hash, into: room)
    guard known == 0 else { return known }
    cache.makeRoom(seed: tokenizer.seed)
    let count = unsafe merge(pretoken, into: room)
    unsafe cache.insert(pretoken, hash: hash, UnsafeBufferPointer(start: room, count: count))
    return count
  }

  private mutating func merge(
    _ pretoken: UnsafeBufferPointer<UInt8>, into room: UnsafeMutablePointer<TokenID>
  ) -> Int {
    if let whole = tokenizer.wholeTokens.find(unsafe pretoken.span) {
      unsafe room[0] = whole
      return 1
    }
    if pretoken.count <= ShortMerger.longest {
      return unsafe shortMerger.merge(pretoken.baseAddress!, count: pretoken.count, into: room)
    }
    longTokens.removeAll(keepingCapacity: true)
    longMerger.merge(unsafe pretoken.span, into: &longTokens)
    for (index, token) in longTokens.enumerated() { unsafe room[index] = token }
    return longTokens.count
  }
}
