/// Work on whole runs, vector by vector with a shorter one at the end. The closures are inlined.
extension Floats {
  /// Replaces each number by `value` of it.
  @inline(__always)
  func update(_ value: (Vector) -> Vector) { set(from: self, value) }

  /// Sets each number to `value` of the one in `a`.
  @inline(__always)
  func set(from a: Floats, _ value: (Vector) -> Vector) {
    precondition(a.count == count, "runs of different lengths")
    let whole = count & ~15
    for index in stride(from: 0, to: whole, by: 16) { store(value(a.vector(at: index)), at: index) }
    if whole < count { storeTail(value(a.tail(at: whole)), at: whole) }
  }

  /// Sets each number to `value` of those in `a` and `b`.
  @inline(__always)
  func set(from a: Floats, _ b: Floats, _ value: (Vector, Vector) -> Vector) {
    precondition(a.count == count && b.count == count, "runs of different lengths")
    let whole = count & ~15
    for index in stride(from: 0, to: whole, by: 16) {
      store(value(a.vector(at: index), b.vector(at: index)), at: index)
    }
    if whole < count { storeTail(value(a.tail(at: whole), b.tail(at: whole)), at: whole) }
  }

  /// Sets each number to `value` of those in `a`, `b` and `c`, or adds it.
  @inline(__always)
  func set(
    from a: Floats, _ b: Floats, _ c: Floats, adding isAdding: Bool = false,
    _ value: (Vector, Vector, Vector) -> Vector
  ) {
    precondition(a.count == count && b.count == count && c.count == count, "runs of different lengths")
    let whole = count & ~15
    for index in stride(from: 0, to: whole, by: 16) {
      let new = value(a.vector(at: index), b.vector(at: index), c.vector(at: index))
      store(isAdding ? vector(at: index) + new : new, at: index)
    }
    guard whole < count else { return }
    let new = value(a.tail(at: whole), b.tail(at: whole), c.tail(at: whole))
    storeTail(isAdding ? tail(at: whole) + new : new, at: whole)
  }

  /// Adds `other` to these numbers.
  @inline(__always)
  func add(_ other: Floats) { set(from: self, other) { $0 + $1 } }

  /// Folds all numbers into `start`, lane by lane; `filler` stands behind the last ones.
  @inline(__always)
  func reduce(_ start: Vector, filler: Float = 0, _ combine: (Vector, Vector) -> Vector) -> Vector {
    var result = start
    let whole = count & ~15
    for index in stride(from: 0, to: whole, by: 16) { result = combine(result, vector(at: index)) }
    return whole < count ? combine(result, tail(at: whole, filler: filler)) : result
  }

  /// Folds the pairs of these numbers and those of `other` into `start`, with 0 behind the last ones.
  @inline(__always)
  func reduce(_ start: Vector, with other: Floats, _ combine: (Vector, Vector, Vector) -> Vector) -> Vector {
    precondition(other.count == count, "runs of different lengths")
    var result = start
    let whole = count & ~15
    for index in stride(from: 0, to: whole, by: 16) {
      result = combine(result, vector(at: index), other.vector(at: index))
    }
    return whole < count ? combine(result, tail(at: whole), other.tail(at: whole)) : result
  }

  /// Folds the triples of these numbers and those of two others into `start`, with 0 behind the last ones.
  @inline(__always)
  func reduce(
    _ start: Vector, with b: Floats, _ c: Floats, _ combine: (Vector, Vector, Vector, Vector) -> Vector
  ) -> Vector {
    precondition(b.count == count && c.count == count, "runs of different lengths")
    var result = start
    let whole = count & ~15
    for index in stride(from: 0, to: whole, by: 16) {
      result = combine(result, vector(at: index), b.vector(at: index), c.vector(at: index))
    }
    return whole < count ? combine(result, tail(at: whole), b.tail(at: whole), c.tail(at: whole)) : result
  }

  var sum: Float { reduce(.zero) { $0 + $1 }.total }

  func dot(_ other: Floats) -> Float { reduce(.zero, with: other) { $0.adding($1, times: $2) }.total }

  var largest: Float {
    let vector = reduce(Vector(repeating: -.infinity), filler: -.infinity) { $0.largest($1) }
    return vector.max()
  }

  var sumOfSquares: Float { reduce(.zero) { $0.adding($1, times: $1) }.total }
}
