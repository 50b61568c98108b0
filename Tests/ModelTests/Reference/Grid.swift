import Basics

/// A matrix of doubles, or a vector, for versions of the model's operations that are slow and obvious.
struct Grid: Equatable {
  let rows: Int
  let columns: Int
  var isVector = false
  var values: [Double]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    values = [Double](repeating: 0, count: rows * columns)
  }

  /// Random numbers from `center - 1` to `center + 1` that floats hold exactly, so that both versions start alike.
  init(rows: Int, columns: Int, seed: UInt64, around center: Double = 0, times scale: Double = 1) {
    self.init(rows: rows, columns: columns)
    var random = SplitMix64(seed: seed)
    for place in values.indices { values[place] = Double(Float(center + scale * (2 * random.unit() - 1))) }
  }

  static func vector(_ count: Int, seed: UInt64, around center: Double = 0) -> Grid {
    var grid = Grid(rows: 1, columns: count, seed: seed, around: center)
    grid.isVector = true
    return grid
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  func row(_ index: Int) -> ArraySlice<Double> { values[index * columns..<(index + 1) * columns] }

  var shape: [Int] { isVector ? [columns] : [rows, columns] }
  var floats: [Float] { values.map(Float.init) }

  /// The sum of the products of numbers at the same places.
  func dot(_ other: Grid) -> Double { zip(values, other.values).reduce(0) { $0 + $1.0 * $1.1 } }

  func map(_ body: (Double) -> Double) -> Grid {
    var result = self
    result.values = values.map(body)
    return result
  }
}
