public import Store

/// How the rows of a table are chosen and shared out: the recipe of S. Raschka's "Build a Large Language
/// Model", chapter 6, for any number of labels.
///
///     let split = LabelledSplit().rows(of: table)
///     split[.train]   // numbers of the table's rows, in the order in which they are written
///
/// Balancing keeps as many rows of each label as the rarest one has: of a label with more, those that pandas'
/// `sample(n, random_state: seed)` gives; the labels follow one another by number. Then all rows are put into
/// the order of `sample(frac: 1, random_state: seed)` and cut by the fractions, rounded down; test has the
/// rest.
public struct LabelledSplit: Sendable, Equatable {
  /// The seed of numpy's generator, for each draw anew.
  public var seed: UInt32 = 123
  /// The share of rows for training.
  public var train = 0.7
  /// The share of rows for validation.
  public var validation = 0.1
  /// Whether every label gets as many rows.
  public var isBalanced = true

  /// The book's choices.
  public init() {}

  /// Numbers of the table's rows for each split.
  public func rows(of table: LabelledTable) -> [Split: [Int]] {
    let kept = isBalanced ? balanced(table) : Array(table.rows.indices)
    var random = NumpyRandomState(seed: seed)
    let order = random.permutation(kept.count).map { kept[$0] }
    let trainEnd = min(order.count, Int(Double(order.count) * train))
    let validationEnd = min(order.count, trainEnd + Int(Double(order.count) * validation))
    return [
      .train: Array(order[..<trainEnd]), .val: Array(order[trainEnd..<validationEnd]),
      .test: Array(order[validationEnd...]),
    ]
  }

  private func balanced(_ table: LabelledTable) -> [Int] {
    let least = table.counts.min() ?? 0
    return table.labels.indices.flatMap { label -> [Int] in
      let rows = table.rows.indices.filter { table.rows[$0].label == label }
      guard rows.count > least else { return rows }
      var random = NumpyRandomState(seed: seed)
      return random.permutation(rows.count).prefix(least).map { rows[$0] }
    }
  }
}
