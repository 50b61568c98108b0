internal import Basics

/// Causal attention of several heads: each token's query looks at the keys of itself and the tokens before it, and
/// takes the mean of their values, weighted by softmax(query * key / sqrt(D)): https://arxiv.org/abs/1706.03762
///
/// The weights are computed a block of queries at a time and never kept: backward computes them again from the
/// logarithm of their sum, as in https://arxiv.org/abs/2205.14135
///
/// Shapes: input (tokens, 3C): queries, keys, values, each H heads of D channels; output (tokens, C); sums (tokens, H).
struct Attention: Operation {
  let input: Tensor
  let heads: Int
  let dropout: Dropout?
  let output: Tensor
  let sums: Tensor

  var inputs: [Tensor] { [input] }
  var outputs: [Tensor] { [output, sums] }
  var kept: [Tensor] { [input, output, sums] }

  /// Channels of a head, D.
  private var size: Int { output.width / heads }

  /// For each thread the weights of a block of queries; backward needs their gradients too.
  func scratch(_ capacity: Capacity) -> (forward: Int, backward: Int) {
    let block = CausalHead.scratchSize(queries: capacity.time, keys: capacity.time)
    return (capacity.threads * block, 2 * capacity.threads * block)
  }

  func forward(_ step: Step) {
    let masks = step.isTraining ? dropout?.masks(seed: step.dropoutSeed) : nil
    forEachHead(step, blocks: 1) { row, head, scratch in
      self.head(step, row, head, masks).forward(sums: sums(step, row, head), scratch: scratch)
    }
  }

  func backward(_ step: Step) {
    precondition(step.mode(ofInput: 0) == .write, "attention has to be the only reader of its input")
    let masks = dropout?.masks(seed: step.dropoutSeed)
    forEachHead(step, blocks: 2) { row, head, scratch in
      let gradients = CausalHead.Gradients(
        queries: part(step.gradient(input), input, step, row, head),
        keys: part(step.gradient(input), input, step, row, heads + head),
        values: part(step.gradient(input), input, step, row, 2 * heads + head),
        output: part(step.gradient(output), output, step, row, head))
      self.head(step, row, head, masks).backward(gradients, sums: sums(step, row, head), scratch: scratch)
    }
  }

  /// Runs `body` for every row and head, with memory for the weights of so many blocks.
  private func forEachHead(_ step: Step, blocks: Int, _ body: (Int, Int, Floats) -> Void) {
    let room = blocks * CausalHead.scratchSize(queries: step.time, keys: step.time)
    let scratch = step.scratch(step.pool.threads * room)
    step.pool.run(parts: step.batch * heads) { part in
      body(part / heads, part % heads, scratch.row(part % step.pool.threads, width: room))
    }
  }

  private func head(_ step: Step, _ row: Int, _ head: Int, _ masks: Dropout.Masks?) -> CausalHead {
    CausalHead(
      queries: part(step.values(input), input, step, row, head),
      keys: part(step.values(input), input, step, row, heads + head),
      values: part(step.values(input), input, step, row, 2 * heads + head),
      output: part(step.values(output), output, step, row, head),
      masks: masks, firstElement: (row * heads + head) * step.time * step.time)
  }

  /// Group `index` of D channels, in the tokens of one row.
  private func part(_ memory: Floats, _ tensor: Tensor, _ step: Step, _ row: Int, _ index: Int) -> Matrix {
    Matrix(memory, rows: step.tokens, columns: tensor.width)
      .block(rows: row * step.time..<(row + 1) * step.time, columns: index * size..<(index + 1) * size)
  }

  private func sums(_ step: Step, _ row: Int, _ head: Int) -> Matrix {
    Matrix(step.values(sums), rows: step.tokens, columns: heads)
      .block(rows: row * step.time..<(row + 1) * step.time, columns: head..<head + 1)
  }
}

extension Tape {
  package func attention(_ input: Tensor, heads: Int, dropout: Dropout?) -> Tensor {
    precondition(input.width % (3 * heads) == 0, "heads of different sizes")
    let output = tensor(width: input.width / 3)
    append(
      Attention(input: input, heads: heads, dropout: dropout, output: output, sums: tensor(width: heads)))
    return output
  }
}
