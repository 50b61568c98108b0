internal import Basics

/// A matrix product and a bias: y = x W + b.
///
/// Shapes: input (tokens, K), weight (K, N), bias (N), output (tokens, N).
struct Linear: Operation {
  let input: Tensor
  let weight: Parameter
  let bias: Parameter
  let output: Tensor

  var inputs: [Tensor] { [input] }
  var outputs: [Tensor] { [output] }
  var kept: [Tensor] { [input] }

  func forward(_ step: Step) {
    let product = matrix(step.values(output), output, step)
    let bias = step.parameters.value(bias)
    step.pool.multiply(
      matrix(step.values(input), input, step).factor, weights(step.parameters.value(weight)).factor,
      into: product
    ) { rows, columns in
      for row in rows { product.row(row)[columns].add(bias[columns]) }
    }
  }

  private func matrix(_ values: Floats, _ tensor: Tensor, _ step: Step) -> Matrix {
    Matrix(values, rows: step.tokens, columns: tensor.width)
  }

  private func weights(_ values: Floats) -> Matrix {
    Matrix(values, rows: input.width, columns: output.width)
  }

  // MARK: Backward

  /// Tokens whose share of the bias's gradient is added up together.
  private static let group = 128

  func scratch(_ capacity: Capacity) -> (forward: Int, backward: Int) {
    (0, (capacity.tokens + Self.group - 1) / Self.group * output.width)
  }

  func backward(_ step: Step) {
    let upstream = matrix(step.gradient(output), output, step)
    addBias(upstream, step)
    let (gradient, isAdding) = step.parameters.gradientToAddTo(weight)
    step.pool.multiply(
      matrix(step.values(input), input, step).transposed, upstream.factor, into: weights(gradient),
      adding: isAdding)
    step.pool.multiply(
      upstream.factor, weights(step.parameters.value(weight)).transposed,
      into: matrix(step.gradient(input), input, step), adding: step.mode(ofInput: 0) == .add)
  }

  /// Adds the sum over all tokens to the bias's gradient.
  private func addBias(_ upstream: Matrix, _ step: Step) {
    let width = output.width
    let groups = (step.tokens + Self.group - 1) / Self.group
    let parts = step.scratch(groups * width)
    step.forEachRange(of: step.tokens, grain: Self.group) { rows in
      let part = parts.row(rows.lowerBound / Self.group, width: width)
      part.copy(from: upstream.row(rows.lowerBound))
      for row in rows.dropFirst() { part.add(upstream.row(row)) }
    }
    let (gradient, isAdding) = step.parameters.gradientToAddTo(bias)
    if !isAdding { gradient.fill(0) }
    for group in 0..<groups { gradient.add(parts.row(group, width: width)) }
  }
}

/// The matrix and bias of one linear layer.
package struct LinearParameters {
  let weight: Parameter
  let bias: Parameter

  package init(weight: Parameter, bias: Parameter) {
    self.weight = weight
    self.bias = bias
  }
}

extension Tape {
  package func linear(_ input: Tensor, _ parameters: LinearParameters) -> Tensor {
    let shape = parameters.weight.shape
    precondition(shape[0] == input.width && parameters.bias.shape == [shape[1]], "a layer that does not fit")
    let output = tensor(width: shape[1])
    append(Linear(input: input, weight: parameters.weight, bias: parameters.bias, output: output))
    return output
  }
}
