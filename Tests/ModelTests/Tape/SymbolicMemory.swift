import Model

/// Goes through a plan action by action, noting for every line of memory what lies there, and so finds what is read
/// after something else was written over it. Knows nothing of how plans are made.
///
/// Lines are 16 numbers; for a capacity of 16 tokens a tensor fills as many as its width.
struct SymbolicMemory {
  /// What can lie in memory. Several gradients lie in one place where a sum passes its own on to both of its terms.
  enum Content: Hashable {
    case value(Tensor)
    case gradient(Tensor)
    case scratch(Int)
  }

  static let tokens = 16

  private let tape: Tape
  private let plan: Plan
  private let capacity: Capacity
  private var lines: [Set<Content>]
  private(set) var faults: [String] = []

  init(_ tape: Tape, isTraining: Bool) {
    self.tape = tape
    capacity = Capacity(tokens: Self.tokens, time: Self.tokens, threads: 2)
    plan = Plan(tape, capacity, isTraining: isTraining)
    lines = [Set<Content>](repeating: [], count: plan.size / 16)
  }

  var size: Int { plan.size }
  var recomputed: Int {
    plan.actions.count { if case .again = $0 { true } else { false } }
  }

  /// Runs a training step, or a forward pass where the plan is for nothing more.
  mutating func run(isTraining: Bool) {
    let actions = isTraining ? plan.actions : tape.operations.indices.map { .forward($0) }
    for action in actions {
      switch action {
      case .forward(let index): forward(index, plan.forwardValues, "\(action)")
      case .again(let index): forward(index, plan.backwardValues, "\(action)")
      case .backward(let index): backward(index, "\(action)")
      }
    }
  }

  private mutating func forward(_ index: Int, _ places: [Int], _ action: String) {
    let operation = tape.operations[index]
    expect(operation.inputs.map(Content.value), places, action)
    write(.scratch(index), plan.forwardScratch[index], operation.scratch(capacity).forward / 16, action)
    for output in operation.outputs { write(.value(output), places[output.id], output.width, action) }
    // Nothing that is written may lie where the operation still reads.
    expect((operation.inputs + operation.outputs).map(Content.value), places, action)
  }

  private mutating func backward(_ index: Int, _ action: String) {
    let operation = tape.operations[index]
    let modes = plan.modes[index]
    expectReads(ofBackward: operation, action)
    write(.scratch(index), plan.backwardScratch[index], operation.scratch(capacity).backward / 16, action)
    for (input, mode) in zip(operation.inputs, modes) where mode != .inPlace {
      if mode == .add { expect([.gradient(input)], plan.gradients, action) }
      write(.gradient(input), plan.gradients[input.id], input.width, action)
    }
    expectReads(ofBackward: operation, action)
    let moved = zip(operation.inputs, modes).filter { $0.1 == .inPlace }.map(\.0)
    for input in moved where plan.gradients[input.id] != plan.gradients[operation.outputs[0].id] {
      faults.append("\(action): the gradient of \(input) is not where the result's was")
    }
    guard let place = moved.first.map({ plan.gradients[$0.id] }) else { return }
    for line in 0..<moved[0].width { lines[place / 16 + line] = Set(moved.map(Content.gradient)) }
  }

  private mutating func expectReads(ofBackward operation: any Operation, _ action: String) {
    expect(operation.kept.map(Content.value), plan.backwardValues, action)
    expect(operation.outputs.prefix(1).map(Content.gradient), plan.gradients, action)
  }

  private mutating func write(_ content: Content, _ place: Int, _ count: Int, _ action: String) {
    guard count > 0 else { return }
    guard place >= 0, place % 16 == 0, place / 16 + count <= lines.count else {
      return faults.append("\(action): \(content) has no place")
    }
    for line in 0..<count { lines[place / 16 + line] = [content] }
  }

  private mutating func expect(_ contents: [Content], _ places: [Int], _ action: String) {
    for content in contents {
      guard case .value(let tensor) = content else {
        if case .gradient(let tensor) = content { expect(content, places[tensor.id], tensor.width, action) }
        continue
      }
      expect(content, places[tensor.id], tensor.width, action)
    }
  }

  private mutating func expect(_ content: Content, _ place: Int, _ count: Int, _ action: String) {
    let isThere = place >= 0 && (0..<count).allSatisfy { lines[place / 16 + $0].contains(content) }
    if !isThere { faults.append("\(action) reads \(content), which is not at \(place)") }
  }
}
