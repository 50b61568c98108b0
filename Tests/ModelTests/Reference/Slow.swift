import Basics
import Glibc

/// The operations by their definitions, number by number in double precision: the judges of the fast ones.
enum Slow {
  static func linear(_ input: Grid, _ weight: Grid, _ bias: Grid) -> Grid {
    var output = Grid(rows: input.rows, columns: weight.columns)
    for row in 0..<input.rows {
      for column in 0..<weight.columns {
        output[row, column] = bias.values[column]
        for inner in 0..<input.columns { output[row, column] += input[row, inner] * weight[inner, column] }
      }
    }
    return output
  }

  static func layerNorm(_ input: Grid, _ weight: Grid, _ bias: Grid, epsilon: Double) -> Grid {
    var output = input
    for row in 0..<input.rows {
      let mean = input.row(row).reduce(0, +) / Double(input.columns)
      let variance = input.row(row).reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(input.columns)
      for column in 0..<input.columns {
        let normal = (input[row, column] - mean) / (variance + epsilon).squareRoot()
        output[row, column] = normal * weight.values[column] + bias.values[column]
      }
    }
    return output
  }

  static func gelu(_ input: Grid) -> Grid { input.map(gelu) }

  static func gelu(_ x: Double) -> Double {
    0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  }

  static func add(_ a: Grid, _ b: Grid) -> Grid {
    var sum = a
    for place in sum.values.indices { sum.values[place] += b.values[place] }
    return sum
  }

  static func embedding(_ tokens: [UInt32], time: Int, _ table: Grid, _ positions: Grid) -> Grid {
    var output = Grid(rows: tokens.count, columns: table.columns)
    for (row, token) in tokens.enumerated() {
      for column in 0..<table.columns {
        output[row, column] = table[Int(token), column] + positions[row % time, column]
      }
    }
    return output
  }

  /// Logits: x E^T.
  static func logits(_ input: Grid, _ weight: Grid) -> Grid {
    var output = Grid(rows: input.rows, columns: weight.rows)
    for row in 0..<input.rows {
      for token in 0..<weight.rows {
        output[row, token] = zip(input.row(row), weight.row(token)).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return output
  }

  /// The sum of -log softmax(logits)[target] over tokens whose target is not negative.
  static func loss(_ logits: Grid, _ targets: [Int32]) -> Double {
    var sum = 0.0
    for (row, target) in targets.enumerated() where target >= 0 {
      let largest = logits.row(row).max()!
      sum += largest + log(logits.row(row).reduce(0) { $0 + exp($1 - largest) }) - logits[row, Int(target)]
    }
    return sum
  }

  /// Causal attention of `heads` heads in rows of `time` tokens.
  ///
  /// - Parameter factor: what dropout multiplies a weight with, by row, head, query and key
  static func attention(
    _ input: Grid, heads: Int, time: Int, factor: (Int, Int, Int, Int) -> Double = { _, _, _, _ in 1 }
  ) -> Grid {
    let width = input.columns / 3
    let size = width / heads
    var output = Grid(rows: input.rows, columns: width)
    for token in 0..<input.rows {
      let (row, query) = (token / time, token % time)
      for head in 0..<heads {
        let channels = head * size..<(head + 1) * size
        let scores = (0...query).map { key in
          channels.reduce(0) { $0 + input[token, $1] * input[row * time + key, width + $1] }
            / Double(size).squareRoot()
        }
        let powers = scores.map { exp($0 - scores.max()!) }
        let sum = powers.reduce(0, +)
        for key in 0...query {
          let weight = powers[key] / sum * factor(row, head, query, key)
          for channel in channels {
            output[token, channel] += weight * input[row * time + key, 2 * width + channel]
          }
        }
      }
    }
    return output
  }

  /// What dropout multiplies an element with: a function of seed, place in the network and element alone.
  static func dropoutFactor(rate: Double, place: UInt64, seed: UInt64, element: Int) -> Double {
    let key = SplitMix64.mix(SplitMix64.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ place)
    let draw = Double(SplitMix64.mix(key &+ UInt64(element)) >> 32) * 0x1p-32
    return draw >= Double(Float(rate)) ? 1 / (1 - Double(Float(rate))) : 0
  }
}
