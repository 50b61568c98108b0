internal import Store

/// Text for a thread to work on: some documents, or a piece of one.
struct Batch: Sendable {
  var bytes: [UInt8] = []
  var items: [Item] = []
  /// Documents that the reader left out.
  var rejects: [Reject] = []
  /// Bytes of the files read for it, packed ones as they lie on the disk.
  var progress = 0

  /// The number of the segment.
  var segment = 0
  /// Whether the segment has no more text.
  var endsSegment = false

  /// A document that is left out, and why.
  struct Reject: Sendable {
    /// The number of the source.
    let source: Int
    /// Where it begins in the source's text.
    let offset: Int
    let reason: String
  }

  /// A file inside a source.
  struct Member: Sendable {
    /// What errors call it.
    let file: String
    /// Where it begins in the source's text.
    let base: Int
  }

  struct Item: Sendable {
    /// The number of the source.
    let source: Int
    /// Where the item's bytes are in the batch.
    let range: Range<Int>
    /// Where they are in the source's text.
    let offset: Int
    let content: Content
    /// Nil where the source is the file itself.
    var member: Member?
  }

  enum Content: Sendable {
    /// A whole document.
    case document(Split)
    /// A piece of a document; the last one has the document's entry.
    case piece(Split, last: DocumentEntry?)
    /// Whole lines of JSON. Those that begin at `tail` or behind it in the source are for validation.
    case lines(Lines)
  }

  struct Lines: Sendable {
    /// The number of the first line, counted in the part of the source that the segment reads.
    let first: Int
    /// Where that part begins.
    let start: Int
    let tail: Int?
  }
}
