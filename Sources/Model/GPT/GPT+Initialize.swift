internal import Basics
internal import Glibc

extension GPT {
  /// Sets the parameters as GPT-2 starts: normal with deviation 0.02, for what adds to the residual stream divided by
  /// the square root of twice the layers; biases 0, norms 1.
  ///
  /// Each parameter has a stream of random numbers of its own, named by its place.
  public func initialize(seed: UInt64) {
    for (index, parameter) in parameters.enumerated() {
      let values = store.value(parameter)
      guard parameter.shape.count == 2 else {
        values.fill(parameter.name.contains(".ln_") && parameter.name.hasSuffix(".weight") ? 1 : 0)
        continue
      }
      let isResidual = parameter.name.hasSuffix(".c_proj.weight")
      let deviation = isResidual ? 0.02 / Double(2 * configuration.layers).squareRoot() : 0.02
      let key = SplitMix64.mix(SplitMix64.mix(seed) &+ UInt64(index))
      fillNormal(values, deviation: deviation, key: key)
    }
  }

  /// Box and Muller's method, a pair of numbers for each pair of places.
  private func fillNormal(_ values: Floats, deviation: Double, key: UInt64) {
    let grain = 1 << 14
    pool.run(parts: (values.count + grain - 1) / grain) { part in
      var random = SplitMix64(seed: SplitMix64.mix(key ^ UInt64(part)))
      for place in stride(from: part * grain, to: min((part + 1) * grain, values.count), by: 2) {
        let radius = deviation * (-2 * log(1 - random.unit())).squareRoot()
        let angle = 2 * Double.pi * random.unit()
        values[place] = Float(radius * cos(angle))
        if place + 1 < values.count { values[place + 1] = Float(radius * sin(angle)) }
      }
    }
  }
}
