/// CR LF and CR become LF.
///
/// Pieces of a text may be done apart where no cut is between a CR and its LF: ``TextPieces`` cuts before white space only where something
/// else is before it.
struct NewlinesStep: DocumentStep {
  let name = "newlines"

  private static let carriageReturn = UInt8(ascii: "\r")

  func apply(to text: inout StepText) -> StepOutcome {
    let count = text.bytes.count
    guard var hit = ByteSearch.first(Self.carriageReturn, in: text.bytes.span, 0..<count) else {
      return .kept
    }
    text.spare.removeAll(keepingCapacity: true)
    text.spare.reserveCapacity(count)
    var start = 0
    while hit < count {
      text.spare += text.bytes[start..<hit]
      text.spare.append(ASCII.newline)
      start = hit + 1
      if start < count, text.bytes[start] == ASCII.newline { start += 1 }
      hit = ByteSearch.first(Self.carriageReturn, in: text.bytes.span, start..<count) ?? count
    }
    text.spare += text.bytes[start...]
    text.replace()
    return .changed
  }
}
