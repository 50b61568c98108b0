/// Leaves out texts that share words in a row with an evaluation's texts.
struct DecontaminateStep: DocumentStep {
  let name = "decontaminate"
  private let evaluation: EvaluationTexts
  private let words = WordHashes()

  init(_ evaluation: EvaluationTexts) { self.evaluation = evaluation }

  func apply(to text: inout StepText) -> StepOutcome {
    var found: (place: Int, other: EvaluationTexts.Place)?
    words.forEachGram(of: evaluation.length, in: text.bytes.span) { hash, place in
      if found == nil, let other = evaluation.place(of: hash) { found = (place, other) }
    }
    guard let found else { return .kept }
    // The dataset's identity covers the reason: so it must not depend on where the evaluation lies, nor on what it is called.
    let file = evaluation.files == 1 ? "the evaluation" : "file \(found.other.file + 1) of the evaluation"
    return .dropped(
      """
      decontaminate: the \(evaluation.length) words at byte \(found.place) of the text are at byte \(found.other.byte) of the text \
      at byte \(found.other.offset) of \(file)
      """)
  }
}
