internal import Basics

extension GPT {
  /// A copy of what ``accumulateGradients(inputs:targets:dropoutSeed:lossScale:)`` has added up for a parameter.
  public func gradient(of parameter: Parameter) -> [Float] {
    guard let gradients = store.gradients, !store.hasZeroGradient(parameter) else {
      return [Float](repeating: 0, count: parameter.count)
    }
    return gradients.values[parameter.range].array
  }

  /// Forgets all gradients. It costs nothing: the next ones are written over them.
  public func zeroGradients() { store.zeroGradients() }

  /// The square root of the sum of the squares of all gradients.
  public func gradientNorm() -> Float {
    guard let gradients = store.gradients else { return 0 }
    let chunks = store.chunks
    var sums = [Float](repeating: 0, count: chunks.count)
    Floats.lend(&sums) { sums in
      pool.run(parts: chunks.count) { index in
        let chunk = chunks[index]
        if !store.hasZeroGradient(chunk.parameter) {
          sums[index] = gradients.values[chunk.range].sumOfSquares
        }
      }
    }
    return Float(sums.reduce(0) { $0 + Double($1) }.squareRoot())
  }
}
