/// How a matrix is cut into parts of about the same size that are computed apart.
///
///     Tiles(rows: 1024, columns: 3072).count   // 8, of 512 rows and 768 columns each
///
/// The number is a power of two where the matrix is large enough, so that 2, 4 or 8 threads get equal shares.
package struct Tiles {
  package let count: Int
  private let across: Int
  private let height: Int
  private let width: Int
  private let rows: Int
  private let columns: Int

  package init(rows: Int, columns: Int) {
    var down = Self.parts(of: rows, size: 512)
    var across = Self.parts(of: columns, size: 512)
    // Below four tiles some cores would have nothing to do.
    while down * across < 4, max(rows / down, columns / across) >= 128 {
      if rows / down > columns / across { down *= 2 } else { across *= 2 }
    }
    height = Self.size(of: rows, parts: down)
    width = Self.size(of: columns, parts: across)
    self.rows = rows
    self.columns = columns
    self.across = (columns + width - 1) / width
    count = (rows + height - 1) / height * self.across
  }

  package func rows(of tile: Int) -> Range<Int> {
    let start = tile / across * height
    return start..<min(start + height, rows)
  }

  package func columns(of tile: Int) -> Range<Int> {
    let start = tile % across * width
    return start..<min(start + width, columns)
  }

  /// The power of two that cuts `length` into pieces nearest to `size`.
  private static func parts(of length: Int, size: Int) -> Int {
    var parts = 1
    while length > parts * size * 3 / 2 { parts *= 2 }
    return parts
  }

  /// Whole cache lines, except where there is less.
  private static func size(of length: Int, parts: Int) -> Int {
    max(((length + parts - 1) / parts + 15) & ~15, 1)
  }
}
