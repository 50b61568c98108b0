import Basics
import Model
import Testing

/// Promises of our own code: breaking one ends the program before a wrong number is computed.
@Suite("Broken promises")
struct TrapTests {
  @Test func `layers that do not fit their input trap where they are written`() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape()
      let layer = LinearParameters(weight: parameter(4, 8), bias: parameter(8))
      _ = tape.linear(tape.tensor(width: 5), layer)
    }
    await #expect(processExitsWith: .failure) {
      let tape = Tape()
      let layer = LinearParameters(weight: parameter(4, 8), bias: parameter(4))
      _ = tape.linear(tape.tensor(width: 4), layer)
    }
    await #expect(processExitsWith: .failure) {
      let tape = Tape()
      let norm = NormParameters(weight: parameter(4), bias: parameter(4))
      _ = tape.layerNorm(tape.tensor(width: 3), norm, epsilon: 1e-5)
    }
    await #expect(processExitsWith: .failure) {
      let tape = Tape()
      _ = tape.attention(tape.tensor(width: 20), heads: 3, dropout: nil)
    }
  }

  @Test func `terms and embeddings of different widths trap where they are written`() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape()
      _ = tape.add(tape.tensor(width: 3), tape.tensor(width: 4), dropout: nil)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tape().embedding(tokens: parameter(9, 4), positions: parameter(9, 5), dropout: nil)
    }
    await #expect(processExitsWith: .failure) {
      let tape = Tape()
      _ = tape.crossEntropy(tape.tensor(width: 3), weight: parameter(9, 4))
    }
  }

  @Test func `a batch larger than planned traps`() async {
    await #expect(processExitsWith: .success) { try run(tokens: 8, time: 4) }
    await #expect(processExitsWith: .failure) { try run(tokens: 12, time: 4) }
    await #expect(processExitsWith: .failure) { try run(tokens: 8, time: 8) }
    await #expect(processExitsWith: .failure) { try run(tokens: 7, time: 4) }
  }

  @Test func `memory that was not declared traps when it is used`() async {
    await #expect(processExitsWith: .success) { try run(tokens: 8, time: 4, declared: 16, used: 16) }
    await #expect(processExitsWith: .failure) { try run(tokens: 8, time: 4, declared: 0, used: 16) }
  }

  @Test func `values of another count than the parameter's trap`() async {
    await #expect(processExitsWith: .failure) {
      let store = try ParameterStore([parameter(3)])
      store.value(parameter(3)).set([1, 2])
    }
  }
}

private func parameter(_ shape: Int...) -> Parameter {
  Parameter(name: "", shape: shape, index: 0, offset: 0)
}

/// Runs a step that is planned for 8 tokens in rows of 4.
private func run(tokens: Int, time: Int, declared: Int = 0, used: Int = 0) throws {
  let tape = Tape()
  tape.append(Greedy(output: tape.tensor(width: 4), declared: declared, used: used))
  let step = try Step(
    tape, Capacity(tokens: 8, time: 4, threads: 1), parameters: ParameterStore([]),
    pool: ThreadPool(threads: 1), isTraining: false)
  step.forward(inputs: [UInt32](repeating: 0, count: tokens), targets: [], time: time)
}

/// Uses working memory, declared or not.
private struct Greedy: Operation {
  let output: Tensor
  let declared, used: Int
  var inputs: [Tensor] { [] }
  var outputs: [Tensor] { [output] }
  var kept: [Tensor] { [] }

  func scratch(_ capacity: Capacity) -> (forward: Int, backward: Int) { (declared, 0) }
  func forward(_ step: Step) { if used > 0 { _ = step.scratch(used) } }
  func backward(_ step: Step) {}
}
