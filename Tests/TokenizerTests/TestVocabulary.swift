internal import Basics
internal import Tokenizer

/// A small vocabulary and the two files that spell it: the bytes, what the merges make, `<|endoftext|>`.
struct TestVocabulary {
  var tokens: [[UInt8]]
  var merges: [(left: Int, right: Int, result: Int)] = []

  /// Bytes in the order of GPT-2's vocabulary.
  init() {
    tokens = (0...255 as ClosedRange<UInt8>).map { [$0] }.sorted {
      Self.character($0[0]).value < Self.character($1[0]).value
    }
  }

  /// Merges given by what they join: `["a b", "ab c"]`.
  init(_ merges: [String]) {
    self.init()
    for merge in merges {
      let parts = merge.split(separator: " ").map { tokens.firstIndex(of: Array($0.utf8))! }
      add(parts[0], parts[1])
    }
  }

  /// Random merges of few letters, so that many tokens overlap, some are made twice and some never by their own bytes.
  init(random: inout SplitMix64, merges count: Int) {
    self.init()
    var pool = "abcé ".utf8.map { byte in tokens.firstIndex(of: [byte])! }
    for _ in 0..<count {
      let left = pool.randomElement(using: &random)!, right = pool.randomElement(using: &random)!
      guard tokens[left].count + tokens[right].count < 40 else { continue }
      add(left, right)
      if let last = merges.last, !pool.contains(last.result) { pool.append(last.result) }
    }
  }

  private mutating func add(_ left: Int, _ right: Int) {
    guard !merges.contains(where: { $0.left == left && $0.right == right }) else { return }
    let bytes = tokens[left] + tokens[right]
    let known = tokens.firstIndex(of: bytes)
    if known == nil { tokens.append(bytes) }
    merges.append((left, right, known ?? tokens.count - 1))
  }

  /// GPT-2's character for a byte, as its own program works it out.
  static func character(_ byte: UInt8) -> Unicode.Scalar {
    let visible = Array(33...126) + Array(161...172) + Array(174...255) as [UInt8]
    if visible.contains(byte) { return Unicode.Scalar(byte) }
    let others = (0...255 as ClosedRange<UInt8>).filter { !visible.contains($0) }
    return Unicode.Scalar(256 + UInt32(others.firstIndex(of: byte)!))!
  }

  static let characters = (0...255 as ClosedRange<UInt8>).map { character($0) }

  static func spelling(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes { text.unicodeScalars.append(characters[Int(byte)]) }
    return text
  }

  var vocabularyFile: String {
    let names = tokens.map(Self.spelling) + ["<|endoftext|>"]
    return JSON.object(names.enumerated().map { JSON.Member($1, .integer($0)) }).text
  }

  var mergesFile: String {
    "#version: 0.2\n"
      + merges.map { "\(Self.spelling(tokens[$0.left])) \(Self.spelling(tokens[$0.right]))\n" }.joined()
  }

  func tokenizer(pattern: Pretokenizer.Pattern = .gpt2) throws -> Tokenizer {
    try Tokenizer(
      vocabularyFile: Array(vocabularyFile.utf8), mergesFile: Array(mergesFile.utf8), pattern: pattern)
  }

  /// The tokens of a text by the definition.
  func encode(_ text: [UInt8], pattern: Pretokenizer.Pattern = .gpt2) -> [TokenID] {
    var table: [Reference.Pair: (rank: Int, result: TokenID)] = [:]
    for (rank, merge) in merges.enumerated() {
      table[Reference.Pair(TokenID(merge.left), TokenID(merge.right))] = (rank, TokenID(merge.result))
    }
    let bytes = Dictionary(uniqueKeysWithValues: tokens[..<256].enumerated().map { ($1[0], TokenID($0)) })
    return Reference.pretokens(text, pattern: pattern).flatMap { pretoken in
      Reference.merge(pretoken.map { bytes[$0]! }, table)
    }
  }
}

extension Tokenizer {
  /// The tokens of one text, by a new encoder.
  func encode(_ text: [UInt8], special: SpecialTokenPolicy = .ordinary) throws -> [TokenID] {
    var encoder = Encoder(self)
    var tokens: [TokenID] = []
    try encoder.encode(text.span, special: special, into: &tokens)
    return tokens
  }

  func encode(_ text: String, special: SpecialTokenPolicy = .ordinary) throws -> [TokenID] {
    try encode(Array(text.utf8), special: special)
  }

  func decode(_ tokens: [TokenID]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try Decoder(self).decode(tokens.span, into: &bytes)
    return bytes
  }
}

extension TestVocabulary {
  /// What a tokenizer's own files say.
  init(_ tokenizer: Tokenizer) {
    self.init()
    tokens = (0..<tokenizer.size - 1).map { tokenizer.bytes(of: TokenID($0))! }
    let ids = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { (Self.spelling($1), $0) })
    for line in String(decoding: tokenizer.mergesFile(), as: UTF8.self).split(separator: "\n").dropFirst() {
      let parts = line.split(separator: " ").map(String.init)
      merges.append((ids[parts[0]]!, ids[parts[1]]!, ids[parts[0] + parts[1]]!))
    }
  }
}
