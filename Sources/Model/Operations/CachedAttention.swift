internal import Basics

/// Attention of new tokens of one row to themselves and to all tokens before, whose keys and values are kept.
///
/// Shapes: input (tokens, 3C), output (tokens, C), memory (2, H, context, D): keys, then values.
struct CachedAttention: Operation {
  let input: Tensor
  let heads: Int
  let contextLength: Int
  let memory: Floats
  let output: Tensor

  var inputs: [Tensor] { [input] }
  var outputs: [Tensor] { [output] }
  var kept: [Tensor] { [] }

  /// Channels of a head, D.
  private var size: Int { output.width / heads }

  /// Numbers of memory that one such operation needs.
  static func memorySize(_ configuration: GPTConfiguration) -> Int {
    2 * configuration.contextLength * configuration.width
  }

  func scratch(_ capacity: Capacity) -> (forward: Int, backward: Int) {
    (capacity.threads * CausalHead.scratchSize(queries: capacity.time, keys: contextLength), 0)
  }

  func forward(_ step: Step) {
    let end = step.position + step.time
    let room = CausalHead.scratchSize(queries: step.time, keys: end)
    let scratch = step.scratch(step.pool.threads * room)
    let input = Matrix(step.values(input), rows: step.time, columns: input.width)
    let output = Matrix(step.values(output), rows: step.time, columns: output.width)
    step.pool.run(parts: heads) { head in
      let (keys, values) = (remember(head, input, 1, step, end), remember(head, input, 2, step, end))
      let channels = head * size..<(head + 1) * size
      CausalHead(
        queries: input.columns(channels), keys: keys, values: values, output: output.columns(channels),
        masks: nil,
        firstElement: 0
      ).forward(sums: nil, scratch: scratch.row(head % step.pool.threads, width: room))
    }
  }

  /// Keeps the new keys (1) or values (2) of a head and returns all so far.
  private func remember(_ head: Int, _ input: Matrix, _ kind: Int, _ step: Step, _ end: Int) -> Matrix {
    let all = Matrix(
      memory.row((kind - 1) * heads + head, width: contextLength * size), rows: contextLength, columns: size)
    let start = (kind * heads + head) * size
    for row in 0..<step.time { all.row(step.position + row).copy(from: input.row(row)[start..<start + size]) }
    return all.rows(0..<end)
  }

  func backward(_ step: Step) { preconditionFailure("generation does not train") }
}

extension Tape {
  package func cachedAttention(_ input: Tensor, heads: Int, contextLength: Int, memory: Floats) -> Tensor {
    precondition(input.width % (3 * heads) == 0, "heads of different sizes")
    let output = tensor(width: input.width / 3)
    append(
      CachedAttention(
        input: input, heads: heads, contextLength: contextLength, memory: memory, output: output))
    return output
  }
}
