internal import Basics

/// The activation x * Phi(x), with GPT-2's approximation of the normal distribution by a tanh:
/// https://arxiv.org/abs/1606.08415
///
/// (1 + tanh u) / 2 is sigmoid(2u), which needs one exponential and cancels nothing.
///
/// Shapes: all (tokens, C).
struct GELU: Operation {
  let input: Tensor
  let output: Tensor

  var inputs: [Tensor] { [input] }
  var outputs: [Tensor] { [output] }
  var kept: [Tensor] { [input] }
  var isCheap: Bool { true }
  var inPlace: [Tensor] { inputs }

  func forward(_ step: Step) {
    let (input, output) = (step.values(input), step.values(output))
    step.forEachRange(of: input.count, grain: Self.grain) { range in
      output[range].set(from: input[range], Self.value)
    }
  }

  func backward(_ step: Step) {
    let (values, gradient, result) = (step.values(input), step.gradient(output), step.gradient(input))
    let isAdding = step.mode(ofInput: 0) == .add
    step.forEachRange(of: values.count, grain: Self.grain) { range in
      if isAdding {
        result[range].set(from: values[range], gradient[range], result[range]) {
          $2.adding(Self.slope($0), times: $1)
        }
      } else {
        result[range].set(from: values[range], gradient[range]) { Self.slope($0) * $1 }
      }
    }
  }

  private static let grain = 1 << 14

  @inline(__always)
  static func value(_ x: Vector) -> Vector { x * sigmoid(argument(x)) }

  /// The derivative.
  @inline(__always)
  static func slope(_ x: Vector) -> Vector {
    let phi = sigmoid(argument(x))
    let inner = Vector(repeating: twice).adding(3 * 0.044_715 * twice, times: x * x)
    return phi.adding(x * phi * (1 - phi), times: inner)
  }

  /// 2 * sqrt(2 / pi)
  private static let twice: Float = 1.595_769_1

  /// 2u = 2 * sqrt(2 / pi) * (x + 0.044715 x^3)
  @inline(__always)
  private static func argument(_ x: Vector) -> Vector {
    x * Vector(repeating: twice).adding(0.044_715 * twice, times: x * x)
  }
}

extension Tape {
  package func gelu(_ input: Tensor) -> Tensor {
    let output = tensor(width: input.width)
    append(GELU(input: input, output: output))
    return output
  }
}
