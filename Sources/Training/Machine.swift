internal import Basics
internal import Glibc
package import Model

/// What this machine can do for a run.
package enum Machine {
  /// The path from the root, so that it means the same from every folder. A path to nothing stays as it is.
  package static func absolute(_ path: String) -> String {
    guard let whole = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(whole) }
    return unsafe String(cString: whole)
  }

  /// Seconds for a step of `batch` rows, from a few steps on random tokens.
  ///
  /// - Parameter isCancelled: asked before each step.
  /// - Throws: ``TrainingError/cancelled`` once it says true.
  package static func secondsPerStep(
    _ configuration: GPTConfiguration, batch: Int, threads: Int, isCancelled: () -> Bool = { false }
  ) throws(TrainingError) -> Double {
    try TrainingError.wrapping {
      let time = configuration.contextLength
      let model = try GPT(configuration, batch: batch, time: time, threads: threads)
      model.initialize(seed: 1)
      let optimizer = try AdamW(model)
      var random = SplitMix64(seed: 1)
      let tokens = (0..<batch * time).map { _ in
        UInt32.random(in: 0..<UInt32(configuration.vocabularySize), using: &random)
      }
      func step() throws {
        if isCancelled() { throw TrainingError.cancelled }
        model.zeroGradients()
        _ = try model.accumulateGradients(
          inputs: tokens, targets: tokens.map(Int32.init), dropoutSeed: 1, lossScale: 1 / Float(tokens.count))
        _ = model.gradientNorm()
        optimizer.step(learningRate: 1e-5, gradientScale: 1)
      }
      // The first one touches all the memory.
      try step()
      var steps = 0.0
      let start = ContinuousClock.now
      while steps < 2 || ContinuousClock.now - start < .seconds(1) {
        try step()
        steps += 1
      }
      return (ContinuousClock.now - start) / .seconds(1) / steps
    }
  }
}
