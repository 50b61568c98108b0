internal import Basics

/// Of files that are one text each a sample of bytes does not tell how many documents come.
extension DatasetEncoder {
  /// How many files of a kind are looked at for whether they are cut in two.
  private static let lookedAt = 128

  /// How many documents come of the files that are one text each: two of each that is cut, and none of those that steps leave out.
  ///
  /// - Parameter judged: files that steps were tried on, and how many of them stayed
  func documentsOfTexts(
    _ judged: (all: Int, kept: Int), _ isCancelled: () -> Bool
  ) throws(PipelineError) -> DatasetForecast.Amount {
    let texts = corpus.sources.filter { $0.format.layout == .text }
    guard !texts.isEmpty else { return .counted(0) }
    let rule = try SplitRule(split, for: corpus.sources, text, isCancelled: isCancelled)
    let parts = try shareCut(texts, rule, isCancelled)
    guard text.steps.judges || text.invalid == .skip else { return parts.documents(of: texts.count, .all) }
    let large = texts.count { $0.byteCount > CorpusSample.pieceBytes(sampleBytes) }
    let kept = Share(judged.kept, of: judged.all)
    return parts.documents(of: texts.count - large, kept) + parts.documents(of: large, .unknown)
  }

  /// How many of `texts` are cut, told from some at equal distances. To cut a packed one means to read all of it, so that it is taken to be.
  private func shareCut(
    _ texts: [Source], _ rule: SplitRule, _ isCancelled: () -> Bool
  ) throws(PipelineError) -> Share {
    if case .hash = rule { return Share.none }
    let count = min(texts.count, Self.lookedAt)
    var cut = 0
    for number in 0..<count {
      if isCancelled() { throw .cancelled }
      let source = texts[number * texts.count / count]
      switch rule {
      case _ where !source.isSeekable: cut += rule.fraction > 0 ? 1 : 0
      case .hash: break
      case .tail(let fraction):
        cut +=
          try TailCut.place(in: source, fraction: fraction, text, isCancelled: isCancelled) == nil ? 0 : 1
      case .exact(let fraction):
        cut +=
          try ExactCut.place(in: source, fraction: fraction, text, isCancelled: isCancelled) == nil ? 0 : 1
      }
    }
    return Share(cut, of: count, in: texts.count)
  }
}

/// A share of files that was counted in some of them.
private struct Share {
  let value: Double
  /// 1.96 standard errors of a share; 1 where nothing was counted.
  let error: Double

  static let none = Share(value: 0, error: 0)
  static let all = Share(value: 1, error: 0)
  static let unknown = Share(value: 1, error: 1)

  private init(value: Double, error: Double) { (self.value, self.error) = (value, error) }

  /// - Parameter total: how many there are; nil where they are many more
  init(_ count: Int, of all: Int, in total: Int? = nil) {
    guard all > 0 else {
      self = .unknown
      return
    }
    let unseen = total.map { 1 - Double(all) / Double($0) } ?? 1
    // Agresti and Coull's: of those that are all alike in a sample, too, a few may be otherwise.
    let middle = (Double(count) + 2) / (Double(all) + 4)
    let variance = middle * (1 - middle) / (Double(all) + 4) * unseen
    self.init(value: Double(count) / Double(all), error: 1.96 * variance.squareRoot())
  }

  /// How many documents come of `texts`, this share of which is cut, and `kept` of which stay.
  func documents(of texts: Int, _ kept: Share) -> DatasetForecast.Amount {
    // Of a product: the relative errors' squares add up.
    let errors = [error / (1 + value), kept.value > 0 ? kept.error / kept.value : 1]
    return DatasetForecast.Amount(
      value: Int((Double(texts) * (1 + value) * kept.value).rounded()),
      error: errors.reduce(0) { $0 + $1 * $1 }.squareRoot())
  }
}

extension DatasetForecast.Amount {
  /// The sum of two amounts that err apart from each other.
  static func + (a: Self, b: Self) -> Self {
    let value = a.value + b.value
    let error = [a, b].reduce(0) { sum, amount in
      let error = amount.error * Double(amount.value)
      return sum + error * error
    }
    return Self(value: value, error: value > 0 ? error.squareRoot() / Double(value) : max(a.error, b.error))
  }
}
