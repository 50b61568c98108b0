internal import Basics

/// Each token's channels moved to mean 0 and variance 1, then scaled and shifted: https://arxiv.org/abs/1607.06450
///
/// Shapes: input and output (tokens, C), weight and bias (C), statistics (tokens, 2): mean and 1 / deviation.
struct LayerNorm: Operation {
  let input: Tensor
  let weight: Parameter
  let bias: Parameter
  let epsilon: Float
  let output: Tensor
  let statistics: Tensor

  var inputs: [Tensor] { [input] }
  var outputs: [Tensor] { [output, statistics] }
  var kept: [Tensor] { [input, statistics] }
  var isCheap: Bool { true }

  func forward(_ step: Step) {
    let width = input.width
    let (input, output, statistics) = (step.values(input), step.values(output), step.values(statistics))
    let (weight, bias) = (step.parameters.value(weight), step.parameters.value(bias))
    step.forEachRange(of: step.tokens, grain: 16) { rows in
      for row in rows {
        let x = input.row(row, width: width)
        let (mean, inverse) = Self.statistics(x, epsilon: epsilon)
        statistics[2 * row] = mean
        statistics[2 * row + 1] = inverse
        output.row(row, width: width).set(from: x, weight, bias) { x, weight, bias in
          bias.adding((x - mean) * inverse, times: weight)
        }
      }
    }
  }

  /// Mean and 1 / deviation.
  @inline(__always)
  private static func statistics(_ x: Floats, epsilon: Float) -> (Float, Float) {
    let mean = x.sum / Float(x.count)
    // Behind the end stands the mean, which adds nothing.
    let squares = x.reduce(.zero, filler: mean) { $0.adding($1 - mean, times: $1 - mean) }.total
    return (mean, 1 / (squares / Float(x.count) + epsilon).squareRoot())
  }

  // MARK: Backward

  /// Tokens whose share of the parameters' gradients is added up together.
  private static let group = 64

  func scratch(_ capacity: Capacity) -> (forward: Int, backward: Int) {
    (0, (capacity.tokens + Self.group - 1) / Self.group * 2 * input.width)
  }

  func backward(_ step: Step) {
    let width = input.width
    let groups = (step.tokens + Self.group - 1) / Self.group
    let parts = step.scratch(groups * 2 * width)
    step.forEachRange(of: step.tokens, grain: Self.group) { rows in
      let part = parts.row(rows.lowerBound / Self.group, width: 2 * width)
      part.fill(0)
      for row in rows { backward(row, step, weight: part[0..<width], bias: part[width..<2 * width]) }
    }
    add(parts, column: 0, groups, to: weight, step)
    add(parts, column: width, groups, to: bias, step)
  }

  private func backward(_ row: Int, _ step: Step, weight: Floats, bias: Floats) {
    let width = input.width
    let x = step.values(input).row(row, width: width)
    let (mean, inverse) = (step.values(statistics)[2 * row], step.values(statistics)[2 * row + 1])
    let upstream = step.gradient(output).row(row, width: width)
    let scales = step.parameters.value(self.weight)
    let result = step.gradient(input).row(row, width: width)
    bias.add(upstream)
    weight.set(from: weight, x, upstream) { $0.adding(($1 - mean) * inverse, times: $2) }
    let sum = upstream.dot(scales) / Float(width)
    let product =
      x.reduce(.zero, with: upstream, scales) { $0.adding(($1 - mean) * inverse, times: $2 * $3) }.total
      / Float(width)
    let isAdding = step.mode(ofInput: 0) == .add
    result.set(from: x, upstream, scales, adding: isAdding) { x, upstream, scale in
      inverse * (upstream * scale - sum - (x - mean) * inverse * product)
    }
  }

  /// Adds one half of each group's part to a parameter's gradient, the groups in their order.
  private func add(_ parts: Floats, column: Int, _ groups: Int, to parameter: Parameter, _ step: Step) {
    let width = input.width
    let (gradient, isAdding) = step.parameters.gradientToAddTo(parameter)
    if !isAdding { gradient.fill(0) }
    for group in 0..<groups { gradient.add(parts.row(group, width: 2 * width)[column..<column + width]) }
  }
}

/// The scale and shift of one norm.
package struct NormParameters {
  let weight: Parameter
  let bias: Parameter

  package init(weight: Parameter, bias: Parameter) {
    self.weight = weight
    self.bias = bias
  }
}

extension Tape {
  package func layerNorm(_ input: Tensor, _ parameters: NormParameters, epsilon: Double) -> Tensor {
    let shapes = [parameters.weight.shape, parameters.bias.shape]
    precondition(shapes == [[input.width], [input.width]], "a norm that does not fit")
    let output = tensor(width: input.width)
    append(
      LayerNorm(
        input: input, weight: parameters.weight, bias: parameters.bias, epsilon: Float(epsilon),
        output: output,
        statistics: tensor(width: 2)))
    return output
  }
}
