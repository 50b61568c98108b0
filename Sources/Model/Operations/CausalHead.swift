internal import Glibc

/// One head of attention in one row: what its queries take from the tokens before them.
///
/// Shapes: queries and output (n, D), keys and values (m, D), of which query i sees the first m - n + i + 1.
struct CausalHead {
  let queries, keys, values, output: Matrix
  /// Dropout of the weights, with the element that stands for query 0 and key 0.
  let masks: Dropout.Masks?
  let firstElement: Int
  private let scale: Float

  /// Queries whose weights are computed together.
  static let blockSize = 64

  init(
    queries: Matrix, keys: Matrix, values: Matrix, output: Matrix, masks: Dropout.Masks?, firstElement: Int
  ) {
    self.queries = queries
    self.keys = keys
    self.values = values
    self.output = output
    self.masks = masks
    self.firstElement = firstElement
    scale = 1 / Float(queries.columns).squareRoot()
  }

  /// Numbers of memory for the weights of one block of up to `queries` queries.
  static func scratchSize(queries: Int, keys: Int) -> Int { min(blockSize, queries) * rounded(keys) }

  /// Whole vectors.
  private static func rounded(_ count: Int) -> Int { (count + 15) & ~15 }

  /// Keys that query `index` sees.
  private func visible(_ index: Int) -> Int { keys.rows - queries.rows + index + 1 }

  /// Products of a block of (queries, D) with the keys, or values, that the block's last query sees.
  private func products(of block: Matrix, with other: Matrix, before end: Int, _ memory: Floats) -> Matrix {
    let count = visible(end - 1)
    let products = Matrix(memory, rows: block.rows, columns: count, stride: Self.rounded(count))
    MatrixProduct.compute(block.factor, other.rows(0..<count).transposed, into: products)
    return products
  }

  // MARK: Forward

  /// - Parameter sums: the logarithm of each query's sum, (n, 1)
  func forward(sums: Matrix?, scratch: Floats) {
    for start in stride(from: 0, to: queries.rows, by: Self.blockSize) {
      let block = start..<min(start + Self.blockSize, queries.rows)
      let weights = products(of: queries.rows(block), with: keys, before: block.upperBound, scratch)
      for index in block {
        let logarithm = softmax(weights, index, index - start)
        sums?.row(index)[0] = logarithm
      }
      MatrixProduct.compute(weights.factor, values.rows(0..<weights.columns).factor, into: output.rows(block))
    }
  }

  /// Turns the scores of query `index`, in `row` of the block, into weights; returns the logarithm of their sum.
  private func softmax(_ block: Matrix, _ index: Int, _ row: Int) -> Float {
    let line = block.values[row * block.stride..<min((row + 1) * block.stride, block.values.count)]
    let count = visible(index)
    let scores = line[0..<Self.rounded(count)]
    scores[count...].fill(-.infinity)
    let largest = scores.largest
    scores.update { exponential(($0 - largest) * scale) }
    scores[count...].fill(0)
    let sum = scores.sum
    let share = 1 / sum
    scores.update { $0 * share }
    masks?.apply(to: scores[0..<count], from: firstElement + index * keys.rows)
    line[count...].fill(0)
    return largest * scale + log(sum)
  }

  // MARK: Backward

  /// Where the gradients are, with the shapes of what they belong to.
  struct Gradients {
    let queries, keys, values, output: Matrix
  }

  /// - Parameter scratch: twice the memory that forward needs
  func backward(_ gradients: Gradients, sums: Matrix, scratch: Floats) {
    let half = scratch.count / 2
    var isFirst = true
    // From the last block on, which reaches all keys and so writes what the others add to.
    for start in stride(
      from: (queries.rows - 1) / Self.blockSize * Self.blockSize, through: 0, by: -Self.blockSize)
    {
      let block = start..<min(start + Self.blockSize, queries.rows)
      let weights = products(of: queries.rows(block), with: keys, before: block.upperBound, scratch[0..<half])
      let upstream = gradients.output.rows(block)
      let slopes = products(of: upstream, with: values, before: block.upperBound, scratch[half...])
      for index in block {
        differentiate(weights, slopes, index, index - start, upstream, sum: sums.row(index)[0])
      }
      let seen = 0..<weights.columns
      MatrixProduct.compute(slopes.factor, keys.rows(seen).factor, into: gradients.queries.rows(block))
      MatrixProduct.compute(
        weights.transposed, upstream.factor, into: gradients.values.rows(seen), adding: !isFirst)
      MatrixProduct.compute(
        slopes.transposed, queries.rows(block).factor, into: gradients.keys.rows(seen), adding: !isFirst)
      isFirst = false
    }
  }

  /// Turns scores into weights, and the gradients of the weights into those of the scores.
  private func differentiate(
    _ block: Matrix, _ slopes: Matrix, _ index: Int, _ row: Int, _ upstream: Matrix, sum: Float
  ) {
    let count = visible(index)
    let (weights, gradients) = (block.row(row)[0..<count], slopes.row(row)[0..<count])
    let mean = upstream.row(row).dot(output.row(index))
    weights.update { exponential(Vector(repeating: -sum).adding(scale, times: $0)) }
    if let masks {
      // Before dropout the weight is needed once more.
      masks.apply(to: gradients, from: firstElement + index * keys.rows)
    }
    gradients.set(from: weights, gradients) { $0 * ($1 - mean) * scale }
    masks?.apply(to: weights, from: firstElement + index * keys.rows)
    block.row(row)[count...].fill(0)
    slopes.row(row)[count...].fill(0)
  }
}
