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
    return norm(of: gradients) { !self.store.hasZeroGradient($0) }
  }

  /// The square root of the sum of the squares of all parameters: finite only where all of them are.
  public func parameterNorm() -> Float { norm(of: store.values) { _ in true } }

  private func norm(of arena: Arena, isCounted: (Parameter) -> Bool) -> Float {
    let chunks = store.chunks
    var sums = [Float](repeating: 0, count: chunks.count)
    Floats.lend(&sums) { sums in
      pool.run(parts: chunks.count) { index in
        let chunk = chunks[index]
        if isCounted(chunk.parameter) { sums[index] = arena.values[chunk.range].sumOfSquares }
      }
    }
    return Float(sums.reduce(0) { $0 + Double($1) }.squareRoot())
  }
}
