internal import Basics
internal import Glibc

/// The head and the loss: logits = x E^T, and -log softmax(logits)[target] for every token that has a target.
///
/// The logits exist for a few tokens at a time. Training turns each chunk of them into its gradient at once and
/// passes that on, so that they are computed a single time; tokens without a target cost nothing.
///
/// Shapes: input (tokens, C), weight (V, C).
package struct CrossEntropy: Operation {
  let input: Tensor
  let weight: Parameter

  package var inputs: [Tensor] { [input] }
  package var outputs: [Tensor] { [] }
  package var kept: [Tensor] { [input] }

  private var vocabularySize: Int { weight.shape[0] }
  private var width: Int { weight.shape[1] }
  /// Numbers from one row of logits to the next: whole cache lines.
  private var logitStride: Int { (vocabularySize + 15) & ~15 }

  /// Tokens whose logits exist at once: 64 MB, but enough that reading the matrix anew for each chunk costs little.
  private var chunkLimit: Int { max(256, (16 << 20) / vocabularySize) }

  /// Working memory for a chunk: logits, gathered inputs and their gradients, losses.
  private func size(tokens: Int) -> Int { min(tokens, chunkLimit) * (logitStride + 2 * width + 1) }

  package func scratch(_ capacity: Capacity) -> (forward: Int, backward: Int) {
    (size(tokens: capacity.tokens), size(tokens: capacity.tokens))
  }

  /// In training, backward computes the loss.
  package func forward(_ step: Step) {
    if step.isTraining { return }
    forEachChunk(step) { chunk in
      chunk.computeLogits(step)
      chunk.addLoss(step, isTraining: false)
    }
  }

  package func backward(_ step: Step) {
    precondition(step.mode(ofInput: 0) == .write, "the head has to be the only reader of its input")
    let result = step.gradient(input)
    step.forEachRange(of: result.count, grain: 1 << 16) { result[$0].fill(0) }
    var hasChunks = false
    forEachChunk(step) { chunk in
      chunk.computeLogits(step)
      chunk.addLoss(step, isTraining: true)
      chunk.passGradient(step, to: result)
      hasChunks = true
    }
    if !hasChunks {
      let (gradient, isAdding) = step.parameters.gradientToAddTo(weight)
      if !isAdding { gradient.fill(0) }
    }
  }

  /// Runs `body` for chunks, of about the same size, of the tokens that have a target.
  private func forEachChunk(_ step: Step, _ body: (Chunk) -> Void) {
    precondition(step.targets.count == step.tokens, "a loss needs targets")
    let tokens = step.targets.indices.filter { step.targets[$0] >= 0 }
    let chunks = (tokens.count + chunkLimit - 1) / chunkLimit
    let scratch = step.scratch(size(tokens: step.tokens))
    for chunk in 0..<chunks {
      let range = tokens.count * chunk / chunks..<tokens.count * (chunk + 1) / chunks
      body(Chunk(self, tokens: tokens[range], inputs: step.values(input), scratch))
    }
  }

  /// Logits of some tokens: (tokens, vocabulary).
  package func logits(_ tokens: Range<Int>, _ step: Step, into memory: Floats) {
    let input = Matrix(step.values(input), rows: step.tokens, columns: width).rows(tokens)
    step.pool.multiply(
      input.factor, Matrix(step.parameters.value(weight), rows: vocabularySize, columns: width).transposed,
      into: Matrix(memory, rows: tokens.count, columns: vocabularySize))
  }
}

extension CrossEntropy {
  /// Some tokens with targets, gathered.
  private struct Chunk {
    let weight: Parameter
    let tokens: ArraySlice<Int>
    /// (tokens of the chunk, C)
    let inputs: Matrix
    let inputGradients: Matrix
    /// (tokens of the chunk, V)
    let logits: Matrix
    let losses: Floats

    init(_ head: CrossEntropy, tokens: ArraySlice<Int>, inputs: Floats, _ scratch: Floats) {
      let (width, stride) = (head.width, head.logitStride)
      let count = tokens.count
      weight = head.weight
      self.tokens = tokens
      logits = Matrix(scratch[0..<count * stride], rows: count, columns: head.vocabularySize, stride: stride)
      let rest = scratch[(count * stride)...]
      self.inputs = Matrix(rest[0..<count * width], rows: count, columns: width)
      inputGradients = Matrix(rest[count * width..<2 * count * width], rows: count, columns: width)
      losses = rest[2 * count * width..<2 * count * width + count]
      for (row, token) in tokens.enumerated() {
        self.inputs.row(row).copy(from: inputs.row(token, width: width))
      }
    }

    private func matrix(_ values: Floats) -> Matrix {
      Matrix(values, rows: weight.shape[0], columns: weight.shape[1])
    }

    func computeLogits(_ step: Step) {
      step.pool.multiply(inputs.factor, matrix(step.parameters.value(weight)).transposed, into: logits)
    }

    /// Adds to the loss; in training, turns the logits into their gradients.
    func addLoss(_ step: Step, isTraining: Bool) {
      step.forEachRange(of: tokens.count, grain: 4) { rows in
        for row in rows {
          losses[row] = Self.loss(
            logits.row(row), target: Int(step.targets[tokens[tokens.startIndex + row]]),
            gradientScale: isTraining ? step.lossScale : nil)
        }
      }
      for row in 0..<tokens.count { step.loss.sum += Double(losses[row]) }
      step.loss.count += tokens.count
    }

    private static func loss(_ logits: Floats, target: Int, gradientScale: Float?) -> Float {
      let largest = logits.largest
      let logit = logits[target]
      guard let gradientScale else {
        let sum = logits.reduce(.zero, filler: -.infinity) { $0 + exponential($1 - largest) }.total
        return largest - logit + log(sum)
      }
      logits.update { exponential($0 - largest) }
      let sum = logits.sum
      let share = gradientScale / sum
      logits.update { $0 * share }
      logits[target] -= gradientScale
      return largest - logit + log(sum)
    }

    /// Passes the gradients in the logits' place on to the inputs and to the matrix.
    func passGradient(_ step: Step, to result: Floats) {
      step.pool.multiply(logits.factor, matrix(step.parameters.value(weight)).factor, into: inputGradients)
      for (row, token) in tokens.enumerated() {
        result.row(token, width: weight.shape[1]).copy(from: inputGradients.row(row))
      }
      let (gradient, isAdding) = step.parameters.gradientToAddTo(weight)
      step.pool.multiply(logits.transposed, inputs.factor, into: matrix(gradient), adding: isAdding)
    }
  }
}

extension Tape {
  package func crossEntropy(_ input: Tensor, weight: Parameter) -> CrossEntropy {
    precondition(weight.shape[1] == input.width, "a head that does not fit its input")
    let operation = CrossEntropy(input: input, weight: weight)
    append(operation)
    return operation
  }
}
