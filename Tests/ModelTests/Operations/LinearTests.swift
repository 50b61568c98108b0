import Model
import Testing

@Suite("Linear")
struct LinearTests {
  /// One of everything, sizes beside those of vectors and groups of tokens, and several tiles each way.
  @Test(
    arguments: [(1, 1, 1), (3, 5, 17), (7, 16, 33), (129, 3, 2), (70, 33, 130), (2, 18, 901), (270, 4, 140)],
    [false, true])
  func `is a product and a bias`(shape: (tokens: Int, width: Int, output: Int), isShared: Bool) throws {
    let rig = Rig(
      time: shape.tokens,
      inputs: [Grid(rows: shape.tokens, columns: shape.width, seed: 1)],
      parameters: [
        Grid(rows: shape.width, columns: shape.output, seed: 2), .vector(shape.output, seed: 3),
      ], isShared: isShared
    ) { $0.linear($1[0], LinearParameters(weight: $2[0], bias: $2[1])) }
    try rig.check { inputs, parameters, _ in Slow.linear(inputs[0], parameters[0], parameters[1]) }
  }

  /// All rows of the largest product of a step can lie beyond what one tile holds.
  @Test(arguments: [(1, 1), (64, 64), (127, 400), (768, 2304), (1024, 3072), (5, 50_257), (3000, 1)])
  func `every place of a product is in one tile`(rows: Int, columns: Int) {
    let tiles = Tiles(rows: rows, columns: columns)
    var covered = [Int](repeating: 0, count: rows * columns)
    for tile in 0..<tiles.count {
      for row in tiles.rows(of: tile) {
        for column in tiles.columns(of: tile) { covered[row * columns + column] += 1 }
      }
    }
    #expect(covered.allSatisfy { $0 == 1 })
  }

  @Test func `large products are cut into a power of two`() {
    let tiles = Tiles(rows: 1024, columns: 3072)
    #expect(tiles.count == 8)
    #expect(tiles.rows(of: 7) == 512..<1024)
    #expect(tiles.columns(of: 7) == 2304..<3072)
    for (rows, columns) in [(256, 256), (512, 512), (1024, 1024), (2048, 2048), (8192, 4096)] {
      let count = Tiles(rows: rows, columns: columns).count
      #expect(count >= 4 && count & (count - 1) == 0, "\(rows) x \(columns)")
    }
  }
}
