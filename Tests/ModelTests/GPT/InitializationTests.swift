import Model
import Testing

@Suite("Initialization")
struct InitializationTests {
  private let tiny = Tiny(vocabulary: 300, context: 64, layers: 3, heads: 4, width: 128, isTied: false)

  private func model(seed: UInt64, threads: Int = 1) throws -> GPT {
    let model = try tiny.model(threads: threads)
    model.initialize(seed: seed)
    return model
  }

  @Test func `matrices are normal, biases zero and norms one`() throws {
    let model = try model(seed: 1)
    for parameter in model.parameters {
      let values = model.values(of: parameter).map(Double.init)
      guard parameter.shape.count == 2 else {
        let isScale = parameter.name.contains("ln_") && parameter.name.hasSuffix(".weight")
        #expect(values.allSatisfy { $0 == (isScale ? 1 : 0) }, "\(parameter.name)")
        continue
      }
      let isResidual = parameter.name.hasSuffix("c_proj.weight")
      let deviation = isResidual ? 0.02 / (2 * 3.0).squareRoot() : 0.02
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + $1 * $1 } / count
      let fourth = values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count
      // Five deviations of mean and variance; a normal distribution's fourth moment is three squared variances.
      #expect(abs(mean) < 5 * deviation / count.squareRoot(), "\(parameter.name)")
      #expect(
        abs(variance / (deviation * deviation) - 1) < 5 * (2 / count).squareRoot(), "\(parameter.name)")
      #expect(
        abs(fourth / (variance * variance) - 3) < 5 * (24 / count).squareRoot(), "\(parameter.name)")
    }
  }

  @Test func `follows from the seed alone`() throws {
    let values = try model(seed: 1).allValues
    #expect(try model(seed: 1, threads: 3).allValues == values)
    let others = try model(seed: 2).allValues
    for (parameter, pair) in zip(try model(seed: 1).parameters, zip(values, others)) {
      #expect((pair.0 == pair.1) == (parameter.shape.count == 1), "\(parameter.name)")
    }
  }

  @Test func `no two matrices and no two of a matrix's pieces are alike`() throws {
    let model = try model(seed: 1)
    var starts: [[Float]] = []
    for parameter in model.parameters where parameter.shape.count == 2 {
      let values = model.values(of: parameter)
      // A thread draws 16,384 numbers at a time.
      for start in stride(from: 0, to: values.count, by: 1 << 14) {
        starts.append(Array(values[start..<start + 8]))
      }
    }
    #expect(Set(starts).count == starts.count)
  }

  @Test func `a fresh model is as unsure as chance`() throws {
    let model = try model(seed: 3)
    let (inputs, targets) = tiny.tokens()
    let loss = try model.evaluate(inputs: inputs, targets: targets).mean
    #expect(abs(loss - 5.70) < 0.05, "ln 300 is 5.70")
  }
}
