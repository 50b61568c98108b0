import Basics
import Testing

/// How a slow function changes with its arguments: central differences in double precision, whose own error is 1e-8.
enum Differences {
  private static let distance = 1e-4

  /// The slope along `direction`.
  static func slope(of body: (Grid) -> Double, at point: Grid, along direction: Grid) -> Double {
    func moved(_ distance: Double) -> Grid {
      var grid = point
      for place in grid.values.indices { grid.values[place] += distance * direction.values[place] }
      return grid
    }
    return (body(moved(distance)) - body(moved(-distance))) / (2 * distance)
  }

  /// The slope along the axis of one number.
  static func slope(of body: (Grid) -> Double, at point: Grid, place: Int) -> Double {
    var grid = point
    grid.values[place] = point.values[place] + distance
    let above = body(grid)
    grid.values[place] = point.values[place] - distance
    return (above - body(grid)) / (2 * distance)
  }

  /// Expects `gradient` to be that of `body`: at every place, or at `limit` places and along a direction of all.
  static func expect(
    _ gradient: [Float], of body: (Grid) -> Double, at point: Grid, within bound: Double, limit: Int = 200,
    _ what: String, at location: SourceLocation = #_sourceLocation
  ) {
    #expect(gradient.count == point.values.count, "\(what)", sourceLocation: location)
    let isSampled = gradient.count > limit
    var random = SplitMix64(seed: 11)
    let places =
      isSampled
      ? (0..<limit).map { _ in Int.random(in: gradient.indices, using: &random) } : Array(gradient.indices)
    expectClose(
      places.map { gradient[$0] }, places.map { slope(of: body, at: point, place: $0) }, within: bound, what,
      at: location)
    guard isSampled else { return }
    let direction = point.map { _ in Bool.random(using: &random) ? 1 : -1 }
    let along = zip(gradient, direction.values).reduce(0) { $0 + Double($1.0) * $1.1 }
    let length = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let difference = abs(along - slope(of: body, at: point, along: direction))
    #expect(difference <= 3 * bound * length, "\(what), along a direction", sourceLocation: location)
  }
}

/// Expects no difference above `bound` times the largest of the slow numbers.
func expectClose(
  _ fast: [Float], _ slow: [Double], within bound: Double, _ what: String,
  at location: SourceLocation = #_sourceLocation
) {
  #expect(fast.count == slow.count, "\(what)", sourceLocation: location)
  let largest = slow.reduce(0) { max($0, abs($1)) }
  let difference = zip(fast, slow).reduce(0.0) { largest, pair in
    let difference = abs(Double(pair.0) - pair.1)
    return difference <= largest ? largest : difference
  }
  #expect(difference <= bound * largest, "\(what)", sourceLocation: location)
}
