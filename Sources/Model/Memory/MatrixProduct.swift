internal import Basics
internal import COneDNN
internal import Glibc

/// Products of matrices by oneDNN, whose only user is this file.
///
/// oneDNN keeps the code that it generates for a processor; a call costs a third of a microsecond. Each call runs on
/// the thread that makes it: on one core it reaches 90 % of the processor's peak for the shapes of a GPT.
package enum MatrixProduct {
  /// A factor, as it lies in memory or transposed.
  struct Factor {
    let matrix: Matrix
    let isTransposed: Bool
    var rows: Int { isTransposed ? matrix.columns : matrix.rows }
    var columns: Int { isTransposed ? matrix.rows : matrix.columns }

    /// Some rows of the factor as it is multiplied.
    func rows(_ range: Range<Int>) -> Factor {
      Factor(matrix: isTransposed ? matrix.columns(range) : matrix.rows(range), isTransposed: isTransposed)
    }

    func columns(_ range: Range<Int>) -> Factor {
      Factor(matrix: isTransposed ? matrix.rows(range) : matrix.columns(range), isTransposed: isTransposed)
    }
  }

  /// Keeps oneDNN from starting threads of its own. Every thread that multiplies calls it once.
  ///
  /// oneDNN brings an OpenMP library along, whose header needs a compiler's package: its symbol is looked up instead.
  package static func useOneThread() {
    typealias SetThreads = @convention(c) (Int32) -> Void
    guard let symbol = unsafe dlsym(nil, "omp_set_num_threads") else { return }
    unsafe unsafeBitCast(symbol, to: SetThreads.self)(1)
  }

  /// `product = a * b`, or `product += a * b`, on the calling thread.
  static func compute(_ a: Factor, _ b: Factor, into product: Matrix, adding: Bool = false) {
    precondition(
      a.rows == product.rows && b.columns == product.columns && a.columns == b.rows, "factors that do not fit"
    )
    guard product.rows > 0, product.columns > 0 else { return }
    let status = unsafe dnnl_sgemm(
      code(a), code(b), Int64(product.rows), Int64(product.columns), Int64(a.columns), 1,
      a.matrix.values.pointer,
      Int64(a.matrix.stride), b.matrix.values.pointer, Int64(b.matrix.stride), adding ? 1 : 0,
      product.values.pointer, Int64(product.stride))
    precondition(status == dnnl_success, "oneDNN refuses a product (status \(status.rawValue))")
  }

  private static func code(_ factor: Factor) -> CChar {
    CChar(UInt8(ascii: factor.isTransposed ? "T" : "N"))
  }
}

extension Matrix {
  var factor: MatrixProduct.Factor { MatrixProduct.Factor(matrix: self, isTransposed: false) }
  var transposed: MatrixProduct.Factor { MatrixProduct.Factor(matrix: self, isTransposed: true) }
}

extension ThreadPool {
  /// `product = a * b`, or `product += a * b`, tile by tile on all threads.
  ///
  /// The tiles depend on the shapes alone, so that the result does not depend on the number of threads.
  ///
  /// - Parameter finish: what is to be done with a tile while it is in the cache: its rows and columns.
  func multiply(
    _ a: MatrixProduct.Factor, _ b: MatrixProduct.Factor, into product: Matrix, adding: Bool = false,
    finish: (Range<Int>, Range<Int>) -> Void = { _, _ in }
  ) {
    let tiles = Tiles(rows: product.rows, columns: product.columns)
    run(parts: tiles.count) { tile in
      let rows = tiles.rows(of: tile)
      let columns = tiles.columns(of: tile)
      MatrixProduct.compute(
        a.rows(rows), b.columns(columns), into: product.block(rows: rows, columns: columns), adding: adding)
      finish(rows, columns)
    }
  }
}
