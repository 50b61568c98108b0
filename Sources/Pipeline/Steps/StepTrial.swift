/// Puts single texts through steps, and computes what they are compared by: to test and to measure.
package struct StepTrial {
  private let options: StepOptions
  private let hash = TextHash()
  private var runner: StepRunner
  private var minHash = MinHash()

  /// - Throws: ``PipelineError`` where the evaluation cannot be read that ``StepOptions/decontaminate`` names.
  package init(_ options: StepOptions) throws(PipelineError) {
    var text = TextOptions()
    text.steps = options
    self.options = options
    runner = StepRunner(options, try text.evaluation())
  }

  /// What becomes of one whole text, all other documents aside. ``text`` has what remains.
  package mutating func run(_ text: Span<UInt8>) -> StepOutcome {
    let outcome = runner.run(text)
    if case .dropped = outcome { return outcome }
    let bytes = runner.text.bytes
    if options.dropDuplicates { _ = hash.hash(bytes.span) }
    if options.dropNearDuplicates { _ = minHash.bands(bytes.span) }
    return outcome
  }

  package var text: [UInt8] { runner.text.bytes }
}

extension StepOptions {
  /// What becomes of one whole text, all other documents aside.
  package func apply(to text: [UInt8]) -> (outcome: StepOutcome, text: [UInt8]) {
    var runner = StepRunner(self)
    let outcome = runner.run(text.span)
    return (outcome, runner.text.bytes)
  }
}
