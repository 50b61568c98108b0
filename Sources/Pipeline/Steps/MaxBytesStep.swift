/// Leaves out texts of more bytes than asked for.
struct MaxBytesStep: DocumentStep {
  let name = "max-bytes"
  private let most: Int

  init(_ most: Int) { self.most = most }

  func apply(to text: inout StepText) -> StepOutcome {
    let count = text.bytes.count
    return count <= most ? .kept : .dropped("max-bytes: \(count) bytes, more than \(most)")
  }
}
