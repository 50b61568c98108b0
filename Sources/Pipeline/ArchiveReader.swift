internal import Basics

/// Reads an archive whose members are files of text: what a folder would give that it was unpacked into.
///
/// Members are read one after another and never written anywhere, so neither what they unpack to nor how they are called can
/// do harm. A member that ends like text and cannot be taken is noted among the rejects.
final class ArchiveReader: DocumentReader {
  private let place: ReadingPlace
  private let rules: ReadingRules
  private let texts: ArchiveTexts
  private var member: Batch.Member?
  private var reader: (any DocumentReader)?

  init(_ place: ReadingPlace, _ rules: ReadingRules, _ members: any ArchiveMembers) {
    self.place = place
    self.rules = rules
    texts = ArchiveTexts(members, file: place.file, rules.options)
  }

  func next(into batch: inout Batch) throws(PipelineError) -> Bool {
    let (progress, position) = (batch.progress, texts.position)
    // What members' readers see of it are parts of this.
    defer { batch.progress = progress + texts.position - position }
    if let reader {
      do throws(PipelineError) {
        if try reader.next(into: &batch) { return true }
      } catch .noPlaceToCut(let file, let offset, let limit) {
        throw .noPlaceToCut(file: file, offset: offset - (member?.base ?? 0), limit: limit)
      }
      self.reader = nil
    }
    switch try texts.next() {
    case .text(let text): reader = try open(text)
    case .leftOut(let offset, let reason):
      batch.rejects.append(Batch.Reject(source: place.number, offset: offset, reason: reason))
    case .passedOver: break
    case nil: return false
    }
    return true
  }

  private func open(_ text: ArchiveTexts.Text) throws(PipelineError) -> any DocumentReader {
    var own = place
    let member = Batch.Member(file: text.file, base: text.offset)
    (own.file, own.stream, own.offset, own.member) = (text.file, text.stream, text.offset, member)
    own.endsFile = true
    own.again = { [texts] () throws(PipelineError) in try texts.again() }
    self.member = member
    return try text.format.layout.reader(own, rules)
  }
}
