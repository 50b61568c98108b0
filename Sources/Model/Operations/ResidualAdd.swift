internal import Basics

/// The residual stream plus what a part of a block has computed, with dropout on the latter.
///
/// Shapes: all (tokens, C).
struct ResidualAdd: Operation {
  let stream: Tensor
  let branch: Tensor
  let dropout: Dropout?
  let output: Tensor

  var inputs: [Tensor] { [stream, branch] }
  var outputs: [Tensor] { [output] }
  var kept: [Tensor] { [] }
  // With dropout the branch's gradient is another than the sum's.
  var inPlace: [Tensor] { dropout == nil ? inputs : [stream] }

  func forward(_ step: Step) {
    let width = output.width
    let (stream, branch, output) = (step.values(stream), step.values(branch), step.values(output))
    let masks = step.isTraining ? dropout?.masks(seed: step.dropoutSeed) : nil
    step.forEachRange(of: step.tokens, grain: 32) { rows in
      let range = rows.lowerBound * width..<rows.upperBound * width
      guard let masks else { return output[range].set(from: stream[range], branch[range]) { $0 + $1 } }
      masks.copy(branch[range], to: output[range], from: range.lowerBound)
      output[range].add(stream[range])
    }
  }

  func backward(_ step: Step) {
    pass(step.gradient(output), to: stream, step.mode(ofInput: 0), masks: nil, step)
    pass(
      step.gradient(output), to: branch, step.mode(ofInput: 1), masks: dropout?.masks(seed: step.dropoutSeed),
      step)
  }

  private func pass(
    _ gradient: Floats, to input: Tensor, _ mode: Plan.GradientMode, masks: Dropout.Masks?, _ step: Step
  ) {
    if mode == .inPlace { return }
    let width = input.width
    let result = step.gradient(input)
    step.forEachRange(of: step.tokens, grain: 32) { rows in
      let range = rows.lowerBound * width..<rows.upperBound * width
      switch (masks, mode) {
      case (nil, .add): result[range].add(gradient[range])
      case (nil, _): result[range].copy(from: gradient[range])
      case (let masks?, .add): masks.add(gradient[range], to: result[range], from: range.lowerBound)
      case (let masks?, _): masks.copy(gradient[range], to: result[range], from: range.lowerBound)
      }
    }
  }
}

extension Tape {
  package func add(_ stream: Tensor, _ branch: Tensor, dropout: Dropout?) -> Tensor {
    precondition(stream.width == branch.width, "a branch that does not fit the stream")
    let output = tensor(width: stream.width)
    append(ResidualAdd(stream: stream, branch: branch, dropout: dropout, output: output))
    return output
  }
}
