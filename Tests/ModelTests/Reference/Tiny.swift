import Basics
import Model
import Testing

/// Networks so small that the slow version takes no time, and batches for them.
struct Tiny: CustomTestStringConvertible {
  var vocabulary = 11
  var context = 8
  var layers = 2
  var heads = 2
  var width = 12
  var batch = 3
  var dropout = 0.0
  var isTied = true

  /// Whole vectors nowhere; one of everything; rows longer than a block of attention's queries.
  static let shapes = [
    Tiny(), Tiny(isTied: false), Tiny(vocabulary: 2, context: 1, layers: 1, heads: 1, width: 1, batch: 1),
    Tiny(vocabulary: 40, context: 70, layers: 1, heads: 3, width: 18, batch: 1, isTied: false),
    Tiny(vocabulary: 17, context: 5, layers: 3, heads: 1, width: 7, batch: 2),
  ]

  var testDescription: String {
    "\(layers) layers, \(heads) heads, width \(width), context \(context), \(isTied ? "tied" : "untied")"
  }

  var configuration: GPTConfiguration {
    GPTConfiguration(
      vocabularySize: vocabulary, contextLength: context, layers: layers, heads: heads, width: width,
      dropout: dropout, isTied: isTied)
  }

  /// A model whose parameters are all away from zero and one, which hide mistakes.
  func model(threads: Int = 1, batch: Int? = nil, time: Int? = nil) throws -> GPT {
    let model = try GPT(configuration, batch: batch ?? self.batch, time: time ?? context, threads: threads)
    for (index, parameter) in model.parameters.enumerated() {
      let isScale = parameter.name.contains("ln_") && parameter.name.hasSuffix("weight")
      let grid = Grid(
        rows: 1, columns: parameter.count, seed: UInt64(index), around: isScale ? 1 : 0, times: 0.3)
      model.set(grid.floats, of: parameter)
    }
    return model
  }

  /// Random tokens and targets for rows of the context's length.
  func tokens(seed: UInt64 = 1) -> (inputs: [UInt32], targets: [Int32]) {
    var random = SplitMix64(seed: seed)
    return (
      (0..<batch * context).map { _ in UInt32.random(in: 0..<UInt32(vocabulary), using: &random) },
      (0..<batch * context).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &random) }
    )
  }
}

extension GPT {
  /// The gradients of one batch, parameter by parameter.
  func gradients(
    _ inputs: [UInt32], _ targets: [Int32], dropoutSeed: UInt64 = 1, lossScale: Float = 0.125
  ) throws -> [[Float]] {
    zeroGradients()
    _ = try accumulateGradients(
      inputs: inputs, targets: targets, dropoutSeed: dropoutSeed, lossScale: lossScale)
    return parameters.map { gradient(of: $0) }
  }

  var allValues: [[Float]] { parameters.map { values(of: $0) } }
}
