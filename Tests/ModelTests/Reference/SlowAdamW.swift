import Model

/// AdamW number by number, as https://arxiv.org/abs/1711.05101 has it, in double precision.
struct SlowAdamW {
  let beta1, beta2, epsilon, weightDecay: Double
  var stepCount = 0
  var first: [Double]
  var second: [Double]

  /// The settings are floats, whose distance from 1 counts.
  init(
    count: Int, beta1: Float = 0.9, beta2: Float = 0.95, epsilon: Float = 1e-8, weightDecay: Float = 0.1
  ) {
    (self.beta1, self.beta2) = (Double(beta1), Double(beta2))
    (self.epsilon, self.weightDecay) = (Double(epsilon), Double(weightDecay))
    first = [Double](repeating: 0, count: count)
    second = first
  }

  mutating func step(_ values: inout [Double], _ gradients: [Double], rate: Double, decays: Bool) {
    stepCount += 1
    for place in values.indices {
      let gradient = gradients[place]
      if decays { values[place] -= rate * weightDecay * values[place] }
      first[place] = beta1 * first[place] + (1 - beta1) * gradient
      second[place] = beta2 * second[place] + (1 - beta2) * gradient * gradient
      let mean = first[place] / (1 - power(beta1))
      let square = second[place] / (1 - power(beta2))
      values[place] -= rate * mean / (square.squareRoot() + epsilon)
    }
  }

  private func power(_ beta: Double) -> Double { (0..<stepCount).reduce(1) { power, _ in power * beta } }
}
