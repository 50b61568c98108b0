internal import Basics

/// The vector of each token plus that of its position, with dropout.
///
/// Shapes: (tokens, C) from the embeddings of tokens, (vocabulary, C), and of positions, (context, C).
struct Embedding: Operation {
  let tokens: Parameter
  let positions: Parameter
  let dropout: Dropout?
  let output: Tensor

  var inputs: [Tensor] { [] }
  var outputs: [Tensor] { [output] }
  var kept: [Tensor] { [] }

  func forward(_ step: Step) {
    let width = output.width
    let (tokenTable, positionTable) = (step.parameters.value(tokens), step.parameters.value(positions))
    let output = step.values(output)
    let masks = step.isTraining ? dropout?.masks(seed: step.dropoutSeed) : nil
    step.forEachRange(of: step.tokens, grain: 32) { rows in
      for row in rows {
        let token = tokenTable.row(Int(step.inputs[row]), width: width)
        let position = positionTable.row(step.position + row % step.time, width: width)
        let sum = output.row(row, width: width)
        sum.set(from: token, position) { $0 + $1 }
        masks?.apply(to: sum, from: row * width)
      }
    }
  }

  /// A thread takes some channels of all tokens, so that tokens that occur twice are added up in their order.
  func backward(_ step: Step) {
    let width = output.width
    let gradient = step.gradient(output)
    if let masks = dropout?.masks(seed: step.dropoutSeed) {
      step.forEachRange(of: step.tokens, grain: 32) { rows in
        masks.apply(
          to: gradient[rows.lowerBound * width..<rows.upperBound * width], from: rows.lowerBound * width)
      }
    }
    let (tokenTable, positionTable) = (cleared(tokens, step), cleared(positions, step))
    step.forEachRange(of: width, grain: 64) { channels in
      for row in 0..<step.tokens {
        let part = gradient.row(row, width: width)[channels]
        tokenTable.row(Int(step.inputs[row]), width: width)[channels].add(part)
        positionTable.row(row % step.time, width: width)[channels].add(part)
      }
    }
  }

  /// A gradient that single rows can be added to.
  private func cleared(_ parameter: Parameter, _ step: Step) -> Floats {
    let (memory, isAdding) = step.parameters.gradientToAddTo(parameter)
    if !isAdding { step.forEachRange(of: memory.count, grain: 1 << 18) { memory[$0].fill(0) } }
    return memory
  }
}

extension Tape {
  package func embedding(tokens: Parameter, positions: Parameter, dropout: Dropout?) -> Tensor {
    precondition(tokens.shape[1] == positions.shape[1], "embeddings of different widths")
    let output = tensor(width: tokens.shape[1])
    append(Embedding(tokens: tokens, positions: positions, dropout: dropout, output: output))
    return output
  }
}
