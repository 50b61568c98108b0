internal import Basics
internal import Tokenizer

/// Reads the documents of a file, or of a part of one, in order.
protocol DocumentReader: AnyObject {
  /// Adds what follows to `batch`, about a batch's length at most; false where there is nothing more.
  func next(into batch: inout Batch) throws(PipelineError) -> Bool
}

/// What readers go by, whatever they read.
struct ReadingRules {
  let split: SplitRule
  let options: TextOptions
  /// Names of special tokens that must not be cut through.
  let special: [[UInt8]]
  let pattern: Pretokenizer.Pattern
  /// About how many bytes of text a batch has.
  var length = 1 << 20

  /// About how many bytes of a text come in one: all of it where steps judge it as a whole.
  var pieceLength: Int { options.steps.judges ? max(length, StepOptions.longestDocument) : length }
}

/// Where a reader reads: a file, a part of one, or a member of an archive.
struct ReadingPlace {
  let source: Source
  /// Its number.
  let number: Int
  /// What errors call the file.
  var file: String
  var stream: any ByteStream
  /// What the stream's first byte is counted as in the source's text.
  var offset = 0
  /// Nil where the source is the file itself.
  var member: Batch.Member?
  /// Documents that begin there or behind are for validation; nil where their text decides.
  var tail: Int?
  /// Whether the file ends where the stream does.
  var endsFile = true
  /// Opens the file once more, at its start.
  var again: () throws(PipelineError) -> any ByteStream

  /// Where the file begins in the source's text.
  var base: Int { member?.base ?? 0 }

  /// How many lines of the file end before the stream: to number the lines of a part where one is at fault.
  func linesBefore() throws(PipelineError) -> Int {
    member == nil ? try source.lines(before: offset) : 0
  }
}

extension ReadingPlace {
  /// A file, or the part of it in `range`, as it lies on the disk or unpacked.
  init(_ source: Source, number: Int, _ range: Range<Int>?, tail: Int?) throws(PipelineError) {
    self.source = source
    self.number = number
    self.tail = tail
    file = source.file
    // Where members are is told by an archive's own bytes, whatever their texts are in.
    let isArchive = [.tar, .zip].contains(source.format.layout)
    stream = isArchive ? try source.openAsStored() : try source.open(range)
    offset = range?.lowerBound ?? 0
    endsFile = range.map { $0.upperBound == source.byteCount } ?? true
    again = { () throws(PipelineError) in try source.open() }
  }
}

extension SourceFormat.Layout {
  /// A reader of files that are laid out like this.
  func reader(_ place: ReadingPlace, _ rules: ReadingRules) throws(PipelineError) -> any DocumentReader {
    switch self {
    case .text: TextReader(place, rules)
    case .jsonLines, .parquet: LinesReader(place, rules)
    case .jsonArray: ElementsReader(place, rules)
    case .commas: try RowsReader(place, rules, delimiter: UInt8(ascii: ","))
    case .tabs: try RowsReader(place, rules, delimiter: UInt8(ascii: "\t"))
    case .zip, .tar: ArchiveReader(place, rules, try members(place.source, place.stream)!)
    }
  }

  /// The members of a source that is an archive; nil for other layouts.
  ///
  /// - Parameter stream: the source's bytes, unpacked, where they are open already
  func members(_ source: Source, _ stream: (any ByteStream)?) throws(PipelineError) -> (any ArchiveMembers)? {
    switch self {
    case .zip: return try ZipMembers(source)
    case .tar:
      if let stream { return TarMembers(source, stream) }
      return TarMembers(source, try source.openAsStored())
    case .text, .jsonLines, .jsonArray, .commas, .tabs, .parquet: return nil
    }
  }
}
