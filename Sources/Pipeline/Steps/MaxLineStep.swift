/// Leaves out texts with a line of more bytes than asked for. A line ends before its LF.
struct MaxLineStep: DocumentStep {
  let name = "max-line"
  private let most: Int

  init(_ most: Int) { self.most = most }

  func apply(to text: inout StepText) -> StepOutcome {
    let count = text.bytes.count
    var start = 0
    // Most lines are short: a line end within reach is looked for backwards, so that most bytes are passed over.
    while count - start > most {
      let end = start + most + 1
      guard let newline = ByteSearch.last(ASCII.newline, in: text.bytes.span, start..<end) else {
        let length = (ByteSearch.first(ASCII.newline, in: text.bytes.span, end..<count) ?? count) - start
        return .dropped("max-line: a line of \(length) bytes at byte \(start) of the text, more than \(most)")
      }
      start = newline + 1
    }
    return .kept
  }
}
