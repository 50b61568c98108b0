/// Leaves out texts of fewer bytes than asked for.
struct MinBytesStep: DocumentStep {
  let name = "min-bytes"
  private let least: Int

  init(_ least: Int) { self.least = least }

  func apply(to text: inout StepText) -> StepOutcome {
    let count = text.bytes.count
    return count >= least ? .kept : .dropped("min-bytes: \(count) bytes, fewer than \(least)")
  }
}
