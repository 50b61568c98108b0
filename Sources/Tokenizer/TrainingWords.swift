/// The words that a ``BytePairTrainer`` learns from, as the tokens that it starts with.
package struct TrainingWords: ~Copyable {
  private var corpus: Corpus
  private let start: KnownTokens
  /// Encodes with the tokenizer that is to be extended.
  private var encoder: Encoder?
  private var tokens: [TokenID] = []

  init(_ layout: consuming WordLayout, _ start: KnownTokens) throws(TokenizerError) {
    corpus = try Corpus(layout, lengths: start.lengths)
    self.start = start
    if let tokenizer = start.base { encoder = Encoder(tokenizer) }
  }

  /// Adds a word that occurs `weight` times: a pretoken, which encoded by itself has the tokens that it has in its text.
  package mutating func add(_ word: Span<UInt8>, weight: Int64) {
    guard encoder != nil else { return corpus.add(word, weight: weight, ids: start.byteNumbers) }
    tokens.removeAll(keepingCapacity: true)
    do {
      try encoder?.encode(word, into: &tokens)
    } catch {
      preconditionFailure("ordinary text is never refused: \(error)")
    }
    for index in tokens.indices { tokens[index] = start.numbers[Int(tokens[index])] }
    corpus.add(tokens: tokens, weight: weight)
  }

  consuming func takeCorpus() -> Corpus { corpus }
}
