/// What a step does in which order, and where everything lies while it does: made once for a tape and a capacity.
///
/// Values that backward reads live until then; those of cheap operations are forgotten and computed again. Everything
/// else shares memory with what lives at other times.
package struct Plan {
  /// What is done at one moment. `again` is a forward that backward needs.
  package enum Action: Equatable {
    case forward(Int)
    case again(Int)
    case backward(Int)
  }

  /// What backward does with the memory of an input's gradient.
  package enum GradientMode {
    /// Nothing is there yet.
    case write
    /// Another reader of the input has been there: add.
    case add
    /// It is the memory of the result's gradient.
    case inPlace
  }

  package let actions: [Action]
  /// Places of the tensors' values, by tensor: while going forward, and while going back.
  package let forwardValues: [Int]
  package let backwardValues: [Int]
  /// Places of the tensors' gradients.
  package let gradients: [Int]
  /// Places of working memory, by operation.
  package let forwardScratch: [Int]
  package let backwardScratch: [Int]
  /// By operation and input.
  package let modes: [[GradientMode]]
  /// Numbers of memory in all.
  package let size: Int

  /// The place of what does not exist.
  package static let nowhere = -1

  package init(_ tape: Tape, _ capacity: Capacity, isTraining: Bool) {
    var planner = Planner(tape, capacity)
    planner.goForward()
    if isTraining { planner.goBack() }
    self = planner.plan()
  }

  init(
    actions: [Action], forwardValues: [Int], backwardValues: [Int], gradients: [Int], forwardScratch: [Int],
    backwardScratch: [Int], modes: [[GradientMode]], size: Int
  ) {
    self.actions = actions
    self.forwardValues = forwardValues
    self.backwardValues = backwardValues
    self.gradients = gradients
    self.forwardScratch = forwardScratch
    self.backwardScratch = backwardScratch
    self.modes = modes
    self.size = size
  }
}
