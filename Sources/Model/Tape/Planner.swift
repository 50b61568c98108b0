/// Makes a plan: walks through a step once, noting when each piece of memory is first and last used.
struct Planner {
  private let tape: Tape
  private let capacity: Capacity
  private var actions: [Plan.Action] = []
  private var blocks: [MemoryBlock] = []
  /// Indices into `blocks`, or `nowhere`.
  private var forwardValues: [Int]
  private var backwardValues: [Int]
  private var gradients: [Int]
  private var forwardScratch: [Int]
  private var backwardScratch: [Int]
  private var modes: [[Plan.GradientMode]]

  init(_ tape: Tape, _ capacity: Capacity) {
    self.tape = tape
    self.capacity = capacity
    let none = [Int](repeating: Plan.nowhere, count: tape.tensorCount)
    (forwardValues, backwardValues, gradients) = (none, none, none)
    let idle = tape.operations.map { _ in Plan.nowhere }
    (forwardScratch, backwardScratch) = (idle, idle)
    modes = tape.operations.map { $0.inputs.map { _ in .write } }
  }

  // MARK: Forward

  mutating func goForward() {
    for index in tape.operations.indices {
      let now = begin(.forward(index))
      for tensor in tape.operations[index].inputs { blocks[forwardValues[tensor.id]].extend(to: now) }
      for tensor in tape.operations[index].outputs { forwardValues[tensor.id] = allocate(tensor, at: now) }
      forwardScratch[index] = scratch(tape.operations[index].scratch(capacity).forward, at: now)
    }
  }

  // MARK: Backward

  mutating func goBack() {
    for index in tape.operations.indices.reversed() {
      let operation = tape.operations[index]
      for tensor in operation.kept { makeAvailable(tensor) }
      let now = begin(.backward(index))
      for tensor in operation.kept { blocks[backwardValues[tensor.id]].extend(to: now) }
      if let result = operation.outputs.first, gradients[result.id] != Plan.nowhere {
        blocks[gradients[result.id]].extend(to: now)
      }
      for (place, input) in operation.inputs.enumerated() { planGradient(of: input, place, index, at: now) }
      backwardScratch[index] = scratch(operation.scratch(capacity).backward, at: now)
    }
  }

  /// Sees to it that `tensor` can be read from here on: kept since forward, or computed again.
  private mutating func makeAvailable(_ tensor: Tensor) {
    guard backwardValues[tensor.id] == Plan.nowhere else { return }
    let producer = tape.producer(of: tensor)
    let operation = tape.operations[producer]
    // What the last action still used need not be computed again.
    guard operation.isCheap, blocks[forwardValues[tensor.id]].lifetime.upperBound < actions.count - 1 else {
      // All results of an operation are kept, or none: one place for each while going back.
      for output in operation.outputs { backwardValues[output.id] = forwardValues[output.id] }
      return
    }
    for input in operation.inputs { makeAvailable(input) }
    let now = begin(.again(producer))
    for input in operation.inputs { blocks[backwardValues[input.id]].extend(to: now) }
    for output in operation.outputs { backwardValues[output.id] = allocate(output, at: now) }
  }

  private mutating func planGradient(of input: Tensor, _ place: Int, _ index: Int, at now: Int) {
    if gradients[input.id] != Plan.nowhere {
      modes[index][place] = .add
      blocks[gradients[input.id]].extend(to: now)
    } else if mayTakePlace(input, of: index) {
      modes[index][place] = .inPlace
      gradients[input.id] = gradients[tape.operations[index].outputs[0].id]
    } else {
      gradients[input.id] = allocate(input, at: now)
    }
  }

  /// Whether the gradient of `input`, which has none yet, can use the memory of the result's of `index`.
  ///
  /// Where several inputs do, they share it: then one of them may go on being added to, after all others have been
  /// read, and nothing may be computed in their place.
  private func mayTakePlace(_ input: Tensor, of index: Int) -> Bool {
    let operation = tape.operations[index]
    guard operation.inPlace.contains(input) else { return false }
    let others = operation.inPlace.filter { $0 != input }
    if others.isEmpty { return true }
    guard tape.consumers(of: input) == [index] else {
      return others.allSatisfy { tape.consumers(of: $0) == [index] }
    }
    let producer = tape.producer(of: input)
    let isOverwritten = !tape.operations[producer].inPlace.isEmpty
    let isAddedToBefore = others.contains { other in
      tape.consumers(of: other).contains { $0 >= producer && $0 < index }
    }
    return !isOverwritten && !isAddedToBefore
  }

  // MARK: Memory

  private mutating func begin(_ action: Plan.Action) -> Int {
    actions.append(action)
    return actions.count - 1
  }

  private mutating func allocate(_ tensor: Tensor, at now: Int) -> Int {
    blocks.append(MemoryBlock(size: capacity.tokens * tensor.width, lifetime: now...now))
    return blocks.count - 1
  }

  private mutating func scratch(_ size: Int, at now: Int) -> Int {
    guard size > 0 else { return Plan.nowhere }
    blocks.append(MemoryBlock(size: size, lifetime: now...now))
    return blocks.count - 1
  }

  func plan() -> Plan {
    let (places, size) = MemoryBlock.place(blocks)
    func resolve(_ indices: [Int]) -> [Int] { indices.map { $0 == Plan.nowhere ? $0 : places[$0] } }
    return Plan(
      actions: actions, forwardValues: resolve(forwardValues), backwardValues: resolve(backwardValues),
      gradients: resolve(gradients), forwardScratch: resolve(forwardScratch),
      backwardScratch: resolve(backwardScratch), modes: modes, size: size)
  }
}
