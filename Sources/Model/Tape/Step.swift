package import Basics
internal import Glibc

/// A tape with memory: runs its operations, and is what they see while they run.
package final class Step {
  let pool: ThreadPool
  let parameters: ParameterStore
  let capacity: Capacity
  private let tape: Tape
  private let plan: Plan
  private let arena: Arena

  /// Rows and their length, of the batch that is being computed.
  private(set) var batch = 0
  private(set) var time = 0
  /// Tokens, and what follows each of them; -100 where nothing is to be foretold. (batch * time)
  private(set) var inputs: [UInt32] = []
  private(set) var targets: [Int32] = []
  /// Position of the first token of each row.
  private(set) var position = 0
  private(set) var isTraining = false
  private(set) var dropoutSeed: UInt64 = 0
  private(set) var lossScale: Float = 1
  /// The loss, once it is computed.
  package internal(set) var loss = LossSum()

  private var isGoingBack = false
  private var current = 0
  /// Seconds that the last step has spent in each operation, forward and backward.
  private var forwardSeconds: [Double]
  private var backwardSeconds: [Double]

  package init(
    _ tape: Tape, _ capacity: Capacity, parameters: ParameterStore, pool: ThreadPool, isTraining: Bool
  ) throws(ModelError) {
    self.tape = tape
    self.capacity = capacity
    self.parameters = parameters
    self.pool = pool
    plan = Plan(tape, capacity, isTraining: isTraining)
    arena = try Arena(floats: plan.size, for: "the activations")
    forwardSeconds = tape.operations.map { _ in 0 }
    backwardSeconds = forwardSeconds
  }

  // MARK: Running

  /// Computes the loss, without dropout.
  package func forward(inputs: [UInt32], targets: [Int32], time: Int) {
    begin(inputs, targets, time, 0)
    isTraining = false
    for index in tape.operations.indices { run(index, back: false) { $0.forward(self) } }
  }

  /// Computes what the last operation, which is the head, reads.
  ///
  /// - Parameter position: of the first token of each row
  package func hidden(inputs: [UInt32], time: Int, position: Int = 0) {
    begin(inputs, [], time, position)
    isTraining = false
    for index in tape.operations.indices.dropLast() { run(index, back: false) { $0.forward(self) } }
  }

  /// Computes values and adds to the parameters' gradients.
  package func train(inputs: [UInt32], targets: [Int32], time: Int, dropoutSeed: UInt64, lossScale: Float) {
    begin(inputs, targets, time, 0)
    isTraining = true
    self.dropoutSeed = dropoutSeed
    self.lossScale = lossScale
    for action in plan.actions {
      switch action {
      case .forward(let index): run(index, back: false) { $0.forward(self) }
      case .again(let index): run(index, back: true) { $0.forward(self) }
      case .backward(let index): run(index, back: true) { $0.backward(self) }
      }
    }
  }

  private func begin(_ inputs: [UInt32], _ targets: [Int32], _ time: Int, _ position: Int) {
    precondition(inputs.count <= capacity.tokens && time <= capacity.time, "a batch larger than planned")
    precondition(inputs.count % time == 0, "a batch of rows of different lengths")
    self.inputs = inputs
    self.targets = targets
    self.time = time
    self.position = position
    batch = inputs.count / time
    loss = LossSum()
    for index in tape.operations.indices { (forwardSeconds[index], backwardSeconds[index]) = (0, 0) }
  }

  private func run(_ index: Int, back: Bool, _ body: (any Operation) -> Void) {
    current = index
    isGoingBack = back
    let start = Self.now()
    body(tape.operations[index])
    if back {
      backwardSeconds[index] += Self.now() - start
    } else {
      forwardSeconds[index] += Self.now() - start
    }
  }

  private static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Seconds of the last step by kind of operation; backward holds what was computed again for it.
  var profile: [StepProfile] {
    var parts: [StepProfile] = []
    for (index, operation) in tape.operations.enumerated() {
      let name = "\(type(of: operation))"
      let part = parts.firstIndex { $0.operation == name } ?? parts.count
      if part == parts.count { parts.append(StepProfile(operation: name, forward: 0, backward: 0)) }
      parts[part].forward += forwardSeconds[index]
      parts[part].backward += backwardSeconds[index]
    }
    return parts
  }

  // MARK: What operations see

  /// Tokens of the batch that is being computed.
  package var tokens: Int { batch * time }

  package func values(_ tensor: Tensor) -> Floats {
    place((isGoingBack ? plan.backwardValues : plan.forwardValues)[tensor.id], tokens * tensor.width)
  }

  package func gradient(_ tensor: Tensor) -> Floats {
    place(plan.gradients[tensor.id], tokens * tensor.width)
  }

  /// What to do with the gradient of the operation's input at `place`.
  package func mode(ofInput place: Int) -> Plan.GradientMode { plan.modes[current][place] }

  /// The working memory that the operation asked for.
  package func scratch(_ count: Int) -> Floats {
    place((isGoingBack ? plan.backwardScratch : plan.forwardScratch)[current], count)
  }

  private func place(_ start: Int, _ count: Int) -> Floats {
    precondition(start != Plan.nowhere, "an operation uses memory that it did not declare")
    return arena.values[start..<start + count]
  }

  /// Runs `body` for ranges of about `grain` of the numbers below `count`, on all threads.
  func forEachRange(of count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    pool.run(parts: (count + grain - 1) / grain) { part in
      body(part * grain..<min((part + 1) * grain, count))
    }
  }
}

/// Where the time of a step went.
package struct StepProfile: Sendable {
  /// The kind: `Linear`.
  package let operation: String
  package fileprivate(set) var forward: Double
  package fileprivate(set) var backward: Double
}
