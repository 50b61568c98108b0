import Model
import Testing

extension Rig {
  /// The operation by its definition: its result, or its loss as a single number. The last argument says whether
  /// dropout is on.
  typealias Definition = (_ inputs: [Grid], _ parameters: [Grid], _ isTraining: Bool) -> Grid

  /// Expects the operation to do as its definition does, in both directions and for any number of threads.
  func check(
    forward: Double = 2e-6, backward: Double = 5e-6, at location: SourceLocation = #_sourceLocation,
    _ definition: Definition
  ) throws {
    let outcome = try run()
    checkForward(outcome, forward, location, definition)
    checkBackward(outcome, backward, location, definition)
    for threads in [2, 3] {
      #expect(
        try run(threads: threads).bits == outcome.bits, "\(threads) threads compute the same",
        sourceLocation: location)
    }
    let twice = try run(steps: 2)
    #expect(
      twice.inputGradients == outcome.inputGradients, "a step leaves nothing behind",
      sourceLocation: location)
    for (sum, gradient) in zip(twice.parameterGradients, outcome.parameterGradients) {
      expectClose(
        sum, gradient.map { 2 * Double($0) }, within: backward, "gradients of parameters add up",
        at: location)
    }
  }

  private func checkForward(
    _ outcome: Outcome, _ bound: Double, _ location: SourceLocation, _ definition: Definition
  ) {
    let evaluated = definition(inputs, parameters, false)
    if outcome.result.isEmpty {
      expectClose([Float(outcome.loss.sum)], evaluated.values, within: bound, "loss", at: location)
    } else {
      let trained = definition(inputs, parameters, true)
      expectClose(outcome.result, trained.values, within: bound, "result", at: location)
      expectClose(outcome.evaluated, evaluated.values, within: bound, "without dropout", at: location)
    }
  }

  private func checkBackward(
    _ outcome: Outcome, _ bound: Double, _ location: SourceLocation, _ definition: Definition
  ) {
    /// What the gradients are those of.
    func objective(_ inputs: [Grid], _ parameters: [Grid]) -> Double {
      let result = definition(inputs, parameters, true)
      var sum =
        outcome.result.isEmpty
        ? result.values[0] * Double(lossScale) : result.dot(upstream(width: result.columns))
      if isShared { for index in inputs.indices { sum += inputs[index].dot(others(index)) } }
      return sum
    }
    for index in inputs.indices {
      func replacing(_ grid: Grid) -> Double {
        var changed = inputs
        changed[index] = grid
        return objective(changed, parameters)
      }
      Differences.expect(
        outcome.inputGradients[index], of: replacing, at: inputs[index], within: bound,
        "gradient of input \(index)", at: location)
    }
    for index in parameters.indices {
      func replacing(_ grid: Grid) -> Double {
        var changed = parameters
        changed[index] = grid
        return objective(inputs, changed)
      }
      Differences.expect(
        outcome.parameterGradients[index], of: replacing, at: parameters[index], within: bound,
        "gradient of parameter \(index)", at: location)
    }
  }
}
