internal import Store

/// Text for a thread to work on: some documents, or a piece of one.
struct Batch: Sendable {
  var bytes: [UInt8] = []
  var items: [Item] = []
  /// Those of its documents that are duplicates of others, by their places.
  var duplicates: [Duplicate] = []
  /// Documents that the reader left out.
  var rejects: [Reject] = []
  /// Documents that the reader left out as steps cannot judge them.
  var tooLong: [TooLong] = []
  /// Files that begin with a byte order mark.
  var marks = 0
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

  /// A document that is longer than what is held in memory.
  struct TooLong: Sendable {
    /// The number of the source.
    let source: Int
    /// Where it begins in the source's text.
    let offset: Int
    let byteCount: Int
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
    /// Whole lines of JSON.
    case lines(Lines)
    /// Whole rows of delimited text.
    case rows(Records, Columns)
    /// Elements of a JSON array.
    case elements(Records)
  }

  struct Lines: Sendable {
    /// The number of the first line, counted in the part of the file that is read.
    let first: Int
    /// Where that part begins in the source's text.
    let start: Int
    /// Documents that begin there or behind it in the source are for validation.
    let tail: Int?
  }

  struct Records: Sendable {
    /// Where each record is in the item's bytes.
    let ranges: [Range<Int>]
    let lines: Lines
  }

  /// What is known of the columns of delimited text.
  struct Columns: Sendable {
    let delimiter: UInt8
    /// How many there are.
    let count: Int
    /// Which one holds the text.
    let text: Int
    /// Whether the item's first row has their names.
    let haveNames: Bool
  }
}
