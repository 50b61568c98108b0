public import Store

extension BigramBaseline {
  /// How well the pairs of tokens in the training split foretell the validation split.
  ///
  /// - Parameter isCancelled: asked between pieces of a million tokens; nil comes back once it says true.
  /// - Throws: ``StoreError/emptySplit(_:folder:)`` where the dataset lacks one of the two splits.
  public static func score(of dataset: Dataset, isCancelled: () -> Bool = { false }) throws(StoreError)
    -> Score?
  {
    let record = dataset.tokenizer
    var baseline = BigramBaseline(vocabularySize: record.vocabularySize, endOfText: record.endOfText)
    var score = Score()
    var tokens: [UInt32] = []
    for split in [Split.train, .val] {
      var reader = try dataset.reader(split)
      for start in stride(from: 0, to: reader.tokenCount, by: pieceSize) {
        guard !isCancelled() else { return nil }
        try reader.read(start..<min(start + pieceSize, reader.tokenCount), into: &tokens)
        if split == .train {
          baseline.learn(tokens.span)
        } else {
          baseline.evaluate(tokens.span, into: &score)
        }
      }
    }
    return score
  }

  private static let pieceSize = 1 << 20
}
