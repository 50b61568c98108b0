/// What comes from outside is looked at before anything is computed with it.
extension GPT {
  func check(_ inputs: [UInt32], _ targets: [Int32]) throws(ModelError) {
    guard !inputs.isEmpty, inputs.count % time == 0, inputs.count <= batch * time else {
      throw .batch("\(inputs.count) inputs are not 1 to \(batch) rows of \(time) tokens")
    }
    guard targets.count == inputs.count else {
      throw .batch("\(inputs.count) inputs have \(targets.count) targets")
    }
    try check(tokens: inputs)
    for (place, target) in targets.enumerated() where target != Self.ignored {
      guard target >= 0, target < configuration.vocabularySize else {
        throw .token(Int(target), position: place, vocabularySize: configuration.vocabularySize)
      }
    }
  }

  func check(tokens: [UInt32]) throws(ModelError) {
    for (place, token) in tokens.enumerated() where token >= configuration.vocabularySize {
      throw .token(Int(token), position: place, vocabularySize: configuration.vocabularySize)
    }
  }

  /// The target of a token after which nothing is to be foretold, as in PyTorch.
  public static let ignored: Int32 = -100
}
