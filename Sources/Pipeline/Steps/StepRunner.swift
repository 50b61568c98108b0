/// Puts texts through the steps that were asked for, and counts. One for each thread.
///
/// The first of ``counts`` is for documents that are too long, then comes one for each step, then those of the steps that compare documents.
struct StepRunner {
  /// The text as the last run left it.
  private(set) var text = StepText()
  private(set) var counts: [StepCount]
  private var steps: [any DocumentStep] = []
  private let pieceSteps: Int

  init(_ options: StepOptions, _ evaluation: EvaluationTexts? = nil) {
    if options.newlines { steps.append(NewlinesStep()) }
    if let form = options.normalize { steps.append(NormalizeStep(form)) }
    pieceSteps = steps.count
    if options.stripGutenberg { steps.append(GutenbergStep()) }
    if let least = options.minBytes { steps.append(MinBytesStep(least)) }
    if let most = options.maxBytes { steps.append(MaxBytesStep(most)) }
    if let most = options.maxLine { steps.append(MaxLineStep(most)) }
    if options.quality { steps.append(QualityStep()) }
    if let evaluation { steps.append(DecontaminateStep(evaluation)) }
    counts = [StepCount(name: "too-long")] + steps.map { StepCount(name: $0.name) }
    for kind in DuplicateKind.allCases where kind.isAsked(options) {
      counts.append(StepCount(name: kind.name))
    }
  }

  /// Forgets what was counted, and returns it.
  mutating func takeCounts() -> [StepCount] {
    let taken = counts
    counts = counts.map { StepCount(name: $0.name) }
    return taken
  }

  /// Puts a whole text through all steps. What remains is in ``text``.
  ///
  /// - Returns: dropped, with the reason of the first step that wants so; else whether anything changed
  mutating func run(_ bytes: Span<UInt8>) -> StepOutcome {
    take(bytes)
    var result = StepOutcome.kept
    for place in steps.indices {
      let count = text.bytes.count
      let outcome = steps[place].apply(to: &text)
      counts[1 + place].add(outcome, bytes: count)
      switch outcome {
      case .kept: break
      case .changed: result = .changed
      case .dropped: return outcome
      }
    }
    return result
  }

  /// Puts a piece of a text through the steps that take pieces; what remains is in ``text``. Nothing is counted.
  mutating func run(piece bytes: Span<UInt8>) -> PieceOutcome {
    take(bytes)
    var result = PieceOutcome()
    for place in 0..<pieceSteps {
      result.byteCounts.append(text.bytes.count)
      result.isChanged.append(steps[place].apply(to: &text) == .changed)
    }
    return result
  }

  /// Counts a document that is too long to be judged.
  mutating func dropTooLong(bytes: Int) -> String {
    let reason = "longer than \(StepOptions.longestDocument) bytes, the longest document that the steps take"
    counts[0].add(.dropped(reason), bytes: bytes)
    return reason
  }

  /// Counts what comparing with all other documents said about ``text``.
  mutating func count(_ kind: DuplicateKind, _ outcome: StepOutcome) {
    guard let place = counts.lastIndex(where: { $0.name == kind.name }) else { return }
    counts[place].add(outcome, bytes: text.bytes.count)
  }

  private mutating func take(_ bytes: Span<UInt8>) {
    text.bytes.removeAll(keepingCapacity: true)
    unsafe bytes.withUnsafeBufferPointer { unsafe text.bytes.append(contentsOf: $0) }
  }
}

/// What the steps that take pieces made of one.
struct PieceOutcome: Sendable {
  /// How many bytes came to each step.
  var byteCounts: [Int] = []
  var isChanged: [Bool] = []
}
