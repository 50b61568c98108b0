/// A number of channels for each token of a batch: (tokens, width). Where it lies is the plan's decision.
package struct Tensor: Hashable {
  package let id: Int
  package let width: Int
}

/// The operations of a network in the order they are computed, which is how a network is written down:
///
///     let tape = Tape()
///     let hidden = tape.linear(tape.layerNorm(x, norm), up)
///     let y = tape.linear(tape.gelu(hidden), down)
///
/// Parameters and tensors that do not fit each other trap where the operation is written.
package final class Tape {
  package private(set) var operations: [any Operation] = []
  package private(set) var tensorCount = 0

  package init() {}

  /// A tensor that some operation will write.
  package func tensor(width: Int) -> Tensor {
    defer { tensorCount += 1 }
    return Tensor(id: tensorCount, width: width)
  }

  package func append(_ operation: any Operation) { operations.append(operation) }

  /// The operation that writes `tensor`.
  func producer(of tensor: Tensor) -> Int {
    operations.firstIndex { $0.outputs.contains(tensor) }!
  }

  /// The operations that read `tensor` in forward.
  func consumers(of tensor: Tensor) -> [Int] {
    operations.indices.filter { operations[$0].inputs.contains(tensor) }
  }
}
