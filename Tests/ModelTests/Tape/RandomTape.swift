import Basics
import Model

/// An operation that says what it needs and does nothing.
struct Idle: Operation {
  var inputs: [Tensor]
  var outputs: [Tensor]
  var kept: [Tensor] = []
  var isCheap = false
  var inPlace: [Tensor] = []
  var working = (forward: 0, backward: 0)

  func scratch(_ capacity: Capacity) -> (forward: Int, backward: Int) { working }
  func forward(_ step: Step) {}
  func backward(_ step: Step) {}
}

/// Networks of any shape: each operation reads some of the tensors before it, and the last one reads what is left over.
struct RandomTape {
  private var random: SplitMix64
  private var unread: [Tensor] = []
  private var readable: [Tensor] = []
  let tape = Tape()

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    append(inputs: [])
    for _ in 0..<Int.random(in: 1...25, using: &random) {
      let count = Int.random(in: 1...3, using: &random)
      append(inputs: Array(Set((0..<count).map { _ in pick() })).sorted { $0.id < $1.id })
    }
    tape.append(Idle(inputs: unread, outputs: [], kept: unread.filter { _ in coin() }))
  }

  private mutating func coin() -> Bool { Bool.random(using: &random) }

  /// Mostly one of the latest tensors.
  private mutating func pick() -> Tensor {
    coin() ? readable.suffix(2).randomElement(using: &random)! : readable.randomElement(using: &random)!
  }

  private mutating func append(inputs: [Tensor]) {
    // What shares its gradient's memory is as wide as the result.
    let width = inputs.first?.width ?? Int.random(in: 1...4, using: &random)
    let isSum = inputs.count == 2 && inputs[0].width == inputs[1].width && coin()
    let result = tape.tensor(width: !isSum && coin() ? Int.random(in: 1...4, using: &random) : width)
    var operation = Idle(inputs: inputs, outputs: [result])
    if coin() { operation.outputs.append(tape.tensor(width: 1)) }
    operation.kept = (inputs + operation.outputs).filter { _ in coin() }
    operation.isCheap = !inputs.isEmpty && coin()
    operation.working.backward = 16 * Int.random(in: 0...3, using: &random)
    if !operation.isCheap { operation.working.forward = 16 * Int.random(in: 0...3, using: &random) }
    if isSum {
      operation.inPlace = inputs
      operation.kept = []
    } else if inputs.count == 1, inputs[0].width == result.width, coin() {
      operation.inPlace = inputs
    }
    tape.append(operation)
    unread.removeAll { inputs.contains($0) }
    unread.append(result)
    readable.append(result)
  }
}
