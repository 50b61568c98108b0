/// The values and gradients of a model's parameters, all values in one arena and all gradients in another, with the
/// same places in both.
package final class ParameterStore {
  let parameters: [Parameter]
  /// Numbers in an arena: the parameters and the gaps that let each start at a cache line.
  let size: Int
  let values: Arena
  private(set) var gradients: Arena?
  /// The parameters, by index, whose gradients are zero though their memory is not: the first to add writes instead.
  private var isZero: [Bool]
  /// The parameters cut into pieces for work on all numbers: what a thread takes at a time.
  let chunks: [Chunk]

  struct Chunk {
    let parameter: Parameter
    /// Of the arenas.
    let range: Range<Int>
  }

  package init(_ parameters: [Parameter]) throws(ModelError) {
    self.parameters = parameters
    size = parameters.last.map { Self.end(of: $0) } ?? 0
    values = try Arena(floats: size, for: "the parameters")
    isZero = parameters.map { _ in true }
    chunks = parameters.flatMap { parameter in
      stride(from: parameter.offset, to: parameter.range.upperBound, by: 1 << 16).map { start in
        Chunk(parameter: parameter, range: start..<min(start + (1 << 16), parameter.range.upperBound))
      }
    }
  }

  /// Where the parameter after `parameter` starts.
  package static func end(of parameter: Parameter) -> Int { (parameter.offset + parameter.count + 15) & ~15 }

  /// Gets the memory for gradients, where there is none yet.
  package func reserveGradients() throws(ModelError) {
    if gradients == nil { gradients = try Arena(floats: size, for: "the gradients") }
  }

  package func value(_ parameter: Parameter) -> Floats { values.values[parameter.range] }

  package func zeroGradients() { for index in isZero.indices { isZero[index] = true } }

  func hasZeroGradient(_ parameter: Parameter) -> Bool { isZero[parameter.index] }

  /// The memory of a gradient and whether it has to be added to, which is asked once before each use of it.
  func gradientToAddTo(_ parameter: Parameter) -> (memory: Floats, isAdding: Bool) {
    guard let gradients else { preconditionFailure("gradients are added up before there is memory for them") }
    defer { isZero[parameter.index] = false }
    return (gradients.values[parameter.range], !isZero[parameter.index])
  }

  /// All gradients as they are, with zeros written where they were only promised.
  package func settledGradients() -> Floats {
    guard let gradients else { preconditionFailure("gradients are used before there is memory for them") }
    for (index, parameter) in parameters.enumerated() where isZero[index] {
      gradients.values[parameter.range].fill(0)
      isZero[index] = false
    }
    return gradients.values
  }
}

extension Parameter {
  /// Its place in the arenas.
  var range: Range<Int> { offset..<offset + count }
}
