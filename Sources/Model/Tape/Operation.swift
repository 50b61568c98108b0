/// One operation of a network: how its result is computed, and how gradients pass back through it.
///
/// Operations hold what they work on and no numbers of their own. Each is one file, with the function on ``Tape``
/// that networks are written with.
package protocol Operation {
  /// What forward reads. Backward writes the gradients of all of them.
  var inputs: [Tensor] { get }

  /// What forward writes: the result, then statistics that only this operation's backward reads.
  var outputs: [Tensor] { get }

  /// Values that backward reads, of inputs and outputs.
  var kept: [Tensor] { get }

  /// Whether forward is rather run again than its outputs kept until backward.
  var isCheap: Bool { get }

  /// The inputs whose gradient may take the place of the result's: backward turns the one into the other there.
  var inPlace: [Tensor] { get }

  /// Numbers of working memory that forward and backward need.
  func scratch(_ capacity: Capacity) -> (forward: Int, backward: Int)

  func forward(_ step: Step)
  func backward(_ step: Step)
}

extension Operation {
  package var isCheap: Bool { false }
  package var inPlace: [Tensor] { [] }
  package func scratch(_ capacity: Capacity) -> (forward: Int, backward: Int) { (0, 0) }
}

/// The largest batch that a tape is planned for.
package struct Capacity: Equatable {
  /// Tokens of all rows together.
  package let tokens: Int
  /// Tokens of the longest row.
  package let time: Int
  package let threads: Int

  package init(tokens: Int, time: Int, threads: Int) {
    self.tokens = tokens
    self.time = time
    self.threads = threads
  }
}
