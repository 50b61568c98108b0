internal import Basics
internal import Store

/// Which split a document belongs to, once ``SplitOptions/Method/auto`` is settled.
enum SplitRule: Sendable, Equatable {
  /// Documents whose ``number(_:)`` is below the fraction are for validation.
  case hash(Double)
  /// So is what lies behind each source's ``TailCut``.
  case tail(Double)
  /// So is what lies behind each source's ``ExactCut``.
  case exact(Double)

  /// - Parameter isCancelled: asked while documents are counted.
  init(
    _ options: SplitOptions, for sources: [Source], _ text: TextOptions, isCancelled: () -> Bool = { false }
  ) throws(PipelineError) {
    switch options.method {
    case .hash: self = .hash(options.fraction)
    case .tail: self = .tail(options.fraction)
    case .exact: self = .exact(options.fraction)
    case .auto:
      let isLarge = try DocumentCount.isAtLeast(
        SplitOptions.fewDocuments, in: sources, text, isCancelled: isCancelled)
      self = isLarge ? .hash(options.fraction) : .tail(options.fraction)
    }
  }

  var method: SplitOptions.Method {
    switch self {
    case .hash: .hash
    case .tail: .tail
    case .exact: .exact
    }
  }

  var fraction: Double {
    switch self {
    case .hash(let fraction), .tail(let fraction), .exact(let fraction): fraction
    }
  }

  /// How many bytes of a document's start decide where it goes.
  static let headLength = 1 << 16

  /// The split of a document, by the first ``headLength`` bytes of its text.
  func split(head: Span<UInt8>) -> Split {
    guard case .hash(let fraction) = self, fraction > 0 else { return .train }
    let hash = XXH64.hash(head.extracting(0..<min(head.count, Self.headLength)))
    // Mixed once more, so that the split tells nothing about the text hash that the dataset stores.
    return Double(SplitMix64.mix(hash ^ 0x7465_7373_6572_6121) >> 11) * 0x1p-53 < fraction ? .val : .train
  }
}
