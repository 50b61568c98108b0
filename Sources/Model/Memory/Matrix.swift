/// A matrix that lies in an arena, row by row, `stride` numbers from one row to the next.
struct Matrix {
  let values: Floats
  let rows: Int
  let columns: Int
  let stride: Int

  init(_ values: Floats, rows: Int, columns: Int, stride: Int? = nil) {
    self.values = values
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
    precondition(
      rows == 0 || (rows - 1) * self.stride + columns <= values.count, "a matrix reaches beyond its memory")
  }

  /// The block of these rows and columns.
  func block(rows: Range<Int>, columns: Range<Int>) -> Matrix {
    Matrix(
      values[rows.lowerBound * stride + columns.lowerBound..<values.count], rows: rows.count,
      columns: columns.count, stride: stride)
  }

  func rows(_ range: Range<Int>) -> Matrix { block(rows: range, columns: 0..<columns) }

  func columns(_ range: Range<Int>) -> Matrix { block(rows: 0..<rows, columns: range) }

  @inline(__always)
  func row(_ index: Int) -> Floats { values[index * stride..<index * stride + columns] }
}
