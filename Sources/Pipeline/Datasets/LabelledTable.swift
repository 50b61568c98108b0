public import Basics

/// Texts and their labels, as a file has them.
public struct LabelledTable: Sendable, Equatable {
  /// A text and its label.
  public struct Row: Sendable, Equatable {
    /// The text, quotation marks removed.
    public let text: [UInt8]
    /// The place of its label in ``LabelledTable/labels``.
    public let label: Int
    /// Where the text is in the file, quotation marks included.
    public let place: Range<Int>
  }

  /// What the file is called, without folders.
  public let name: String
  /// SHA-256 of the file.
  public let digest: Digest
  /// Its size.
  public let byteCount: Int
  /// What the labels are called. A label's number is its place here: whole numbers by value, other labels by
  /// their bytes, so that ham is 0 and spam is 1.
  public let labels: [String]
  /// The columns that were named.
  public let columns: Columns
  /// All rows, in the file's order.
  public let rows: [Row]

  /// How many rows there are of each label.
  public var counts: [Int] {
    var counts = [Int](repeating: 0, count: labels.count)
    for row in rows { counts[row.label] += 1 }
    return counts
  }
}

extension LabelledTable {
  /// Which columns hold what; nil finds out.
  public struct Columns: Sendable, Equatable {
    /// The name of the column with the labels.
    public var label: String?
    /// The name of the column with the texts.
    public var text: String?

    /// Columns of these names.
    public init(label: String? = nil, text: String? = nil) {
      self.label = label
      self.text = text
    }
  }

  /// A table is held in memory, and its texts beside it; it may have so many bytes.
  public static let limit = 1 << 28

  /// Reads a table from a file, or from the one table in a zip archive.
  ///
  /// A file whose name ends in `.csv` has commas between its fields; another has tabs where its first line
  /// has one, else commas. The first row is a header where columns are named, or where its fields are usual
  /// names for a label and a text. Without a header there must be two columns, the label first.
  public init(_ path: String, columns: Columns = Columns()) throws(DatasetsError) {
    let (name, bytes) = try Self.contents(path)
    var reader = DelimitedText(bytes, delimiter: Self.delimiter(name, bytes), file: name)
    guard let first = try reader.nextRow() else {
      throw .tooFewRows(file: name, reason: "the table is empty")
    }
    let layout = try Layout(first, columns, file: name)
    var found: [(label: String, text: DelimitedText.Field)] = []
    var row: DelimitedText.Row? = layout.hasHeader ? try reader.nextRow() : first
    while let current = row {
      found.append(try layout.read(current, file: name))
      row = try reader.nextRow()
    }
    labels = Self.sorted(Set(found.map(\.label)))
    guard labels.count >= 2 else {
      let only =
        labels.first.map { "every row has the label '\($0)'" } ?? "the table has a header and no rows"
      throw .tooFewRows(file: name, reason: "\(only); to tell labels apart, there must be at least two")
    }
    let numbers = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
    rows = found.map { Row(text: $0.text.text, label: numbers[$0.label]!, place: $0.text.place) }
    self.name = name
    self.columns = columns
    digest = SHA256.hash(bytes)
    byteCount = bytes.count
  }

  private static func sorted(_ labels: Set<String>) -> [String] {
    let numbers = labels.compactMap { Int($0) }
    if numbers.count == labels.count {
      return labels.sorted { (Int($0)!, $0) < (Int($1)!, $1) }
    }
    return labels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func delimiter(_ name: String, _ bytes: [UInt8]) -> UInt8 {
    let firstLine = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let hasTab = firstLine.contains(UInt8(ascii: "\t"))
    return !name.hasSuffix(".csv") && hasTab ? UInt8(ascii: "\t") : UInt8(ascii: ",")
  }

  private static func contents(_ path: String) throws(DatasetsError) -> (name: String, [UInt8]) {
    guard Folder.kind(path) == .file, ZipArchive.isZip(path) else {
      return (Path.name(path), try HeldFile.contents(path, limit: limit))
    }
    let archive = try ZipArchive(path)
    let tables = archive.members.filter { $0.name.hasSuffix(".tsv") || $0.name.hasSuffix(".csv") }
    let spam = archive.members.first { $0.baseName == "SMSSpamCollection" }
    guard let member = spam ?? (tables.count == 1 ? tables[0] : nil) else {
      throw .noTableInZip(file: path, members: archive.members.map(\.name))
    }
    guard member.byteCount <= limit else { throw .tooLarge(file: member.name, limit: limit) }
    return (member.baseName, try archive.contents(of: member))
  }
}

/// Where a table's labels and texts are.
private struct Layout {
  let label: Int
  let text: Int
  let columnCount: Int
  let hasHeader: Bool

  static let labelNames = ["label", "labels", "class", "category", "target", "sentiment", "v1"]
  static let textNames = ["text", "texts", "message", "sms", "content", "review", "sentence", "body", "v2"]

  init(_ first: DelimitedText.Row, _ columns: LabelledTable.Columns, file: String) throws(DatasetsError) {
    let names = first.fields.map { String(decoding: $0.text, as: UTF8.self) }
    columnCount = names.count
    let label = Self.find(columns.label, Self.labelNames, names)
    let text = Self.find(columns.text, Self.textNames, names)
    hasHeader = columns != LabelledTable.Columns() || label != nil && text != nil
    if hasHeader {
      guard let label else {
        throw .noColumn(columns.label ?? Self.labelNames[0], file: file, columns: names)
      }
      guard let text else { throw .noColumn(columns.text ?? Self.textNames[0], file: file, columns: names) }
      guard label != text else {
        throw .line(first.line, file: file, reason: "label and text are one column")
      }
      (self.label, self.text) = (label, text)
    } else {
      guard names.count == 2 else {
        throw .line(
          first.line, file: file,
          reason:
            "\(names.count) columns and no header; name columns with --label-column and --text-column"
        )
      }
      (self.label, self.text) = (0, 1)
    }
  }

  private static func find(_ name: String?, _ usual: [String], _ names: [String]) -> Int? {
    if let name { return names.firstIndex(of: name) }
    return names.firstIndex { usual.contains($0.lowercased()) }
  }

  func read(
    _ row: DelimitedText.Row, file: String
  ) throws(DatasetsError) -> (label: String, text: DelimitedText.Field) {
    guard row.fields.count == columnCount else {
      throw .line(
        row.line, file: file, reason: "\(row.fields.count) fields, where the first row has \(columnCount)")
    }
    for field in [row.fields[label], row.fields[text]] where UTF8Check.firstInvalid(field.text.span) != nil {
      throw .line(row.line, file: file, reason: "not UTF-8; convert the file (`iconv -t UTF-8`)")
    }
    guard !row.fields[label].text.isEmpty else {
      throw .line(row.line, file: file, reason: "the label is empty")
    }
    return (String(decoding: row.fields[label].text, as: UTF8.self), row.fields[text])
  }
}
