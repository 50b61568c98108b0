internal import Basics
internal import Commands
internal import Pipeline

/// What `prep bpe-report` shows: a table with a column for each tokenizer, and examples of tokens.
struct VocabularyPage {
  private let documents, bytes, characters: Int
  private let reports: [VocabularyReport]
  private let examples: Int

  init(_ text: borrowing MeasuredText, _ reports: [VocabularyReport], examples: Int) {
    (documents, bytes, characters) = (text.documents, text.bytes, text.characters)
    self.reports = reports
    self.examples = examples
  }

  /// A figure of one tokenizer on the text.
  private struct Figure {
    let name: String
    let digits: Int
    let isPercentage: Bool
    let value: (VocabularyReport) -> Double

    init(
      _ name: String, digits: Int = 0, percent: Bool = false, _ value: @escaping (VocabularyReport) -> Double
    ) {
      self.name = name
      self.digits = digits
      isPercentage = percent
      self.value = value
    }

    func text(_ report: VocabularyReport) -> String {
      isPercentage
        ? "\(Quantity.fixed(100 * value(report), digits)) %" : Quantity.fixed(value(report), digits)
    }
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }

  private var figures: [Figure] {
    [
      Figure("vocabulary") { Double($0.counts.count) },
      Figure("pretokens") { Double($0.pretokens) },
      Figure("different pretokens") { Double($0.distinctPretokens) },
      Figure("tokens") { Double($0.tokens) },
      Figure("bytes per token", digits: 3) { Self.share(bytes, of: $0.tokens) },
      Figure("characters per token", digits: 3) { Self.share(characters, of: $0.tokens) },
      Figure("tokens per pretoken", digits: 3) { Self.share($0.tokens, of: $0.pretokens) },
      Figure("pretokens that are one token", digits: 2, percent: true) {
        Self.share($0.wholePretokens, of: $0.pretokens)
      },
      Figure("unused tokens") { Double($0.entries.count { $0.count == 0 }) },
      Figure("share of unused tokens", digits: 2, percent: true) {
        Self.share($0.entries.count { $0.count == 0 }, of: $0.entries.count)
      },
    ]
  }

  var lines: [String] {
    var rows = [[""] + reports.map(\.folder.name) + (reports.count > 1 ? ["ratio"] : [])]
    for figure in figures { rows.append([figure.name] + reports.map(figure.text) + ratio(figure)) }
    for range in [1...1, 2...2, 3...4, 5...8, 9...16, 17...Int.max] { rows.append(row(range)) }
    return [
      """
      \(counted(documents, "document")), \(counted(bytes, "byte")), \(counted(characters, "character"))
      """, "",
    ] + Self.table(rows) + reports.flatMap(exampleLines)
  }

  private func ratio(_ figure: Figure) -> [String] {
    guard reports.count > 1 else { return [] }
    let second = figure.value(reports[1])
    return [second == 0 ? "-" : Quantity.fixed(figure.value(reports[0]) / second, 3)]
  }

  /// The share of the text's tokens that have so many bytes.
  private func row(_ range: ClosedRange<Int>) -> [String] {
    let figure = Figure("", digits: 2, percent: true) { report in
      let lengths = report.lengths.filter { range.contains($0.bytes) }
      return Self.share(lengths.reduce(0) { $0 + $1.occurrences }, of: report.tokens)
    }
    let name =
      range.count == 1
      ? "\(range.lowerBound)"
      : range.upperBound == .max
        ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
    return ["tokens of \(name) byte\(range == 1...1 ? "" : "s")"] + reports.map(figure.text) + ratio(figure)
  }

  /// Columns of one width each, numbers to the right.
  private static func table(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + blanks : blanks + row[column]
      }.joined(separator: "  ")
    }
  }

  private func exampleLines(_ report: VocabularyReport) -> [String] {
    guard examples > 0 else { return [] }
    func line(_ name: String, _ entries: [VocabularyReport.Entry], _ show: (VocabularyReport.Entry) -> String)
      -> String
    {
      "\(name)  \(entries.isEmpty ? "none" : entries.map(show).joined(separator: "  "))"
    }
    return [
      "", "\(report.folder.name):",
      line("  commonest      ", report.commonest(examples)) { "\($0.text) \($0.count)" },
      line("  longest used   ", report.longest(examples, used: true)) { "\($0.text) \($0.count)" },
      line("  longest unused ", report.longest(examples, used: false), \.text),
    ]
  }
}

extension VocabularyPage {
  var json: JSON {
    [
      "documents": .integer(documents), "bytes": .integer(bytes), "characters": .integer(characters),
      "tokenizers": .array(reports.map(object)),
    ]
  }

  private func object(_ report: VocabularyReport) -> JSON {
    var members = [JSON.Member("tokenizer", .string(report.folder.path))]
    for figure in figures {
      let value = figure.value(report)
      let name = figure.name.replacing(" ", with: "-")
      members.append(JSON.Member(name, figure.digits == 0 ? .integer(Int(value)) : .number(value)))
    }
    members.append(
      JSON.Member(
        "lengths",
        .array(
          report.lengths.map {
            [
              "bytes": .integer($0.bytes), "tokens": .integer($0.tokens), "used": .integer($0.used),
              "occurrences": .integer($0.occurrences),
            ]
          })))
    for (name, entries) in [
      ("commonest", report.commonest(examples)), ("longest-used", report.longest(examples, used: true)),
      ("longest-unused", report.longest(examples, used: false)),
    ] {
      let list = entries.map { entry -> JSON in
        ["id": .integer(Int(entry.id)), "text": .string(entry.text), "count": .integer(entry.count)]
      }
      members.append(JSON.Member(name, .array(list)))
    }
    return .object(members)
  }
}

extension VocabularyReport.Entry {
  /// The token in quotes, as a string is written in many languages; what is no character is `\x` and two digits.
  fileprivate var text: String {
    var text = "\""
    var place = 0
    while place < bytes.count {
      let length = UTF8Check.scalarLength(bytes.span, at: place)
      if let name = [9: "\\t", 10: "\\n", 13: "\\r", 0x22: "\\\"", 0x5c: "\\\\"][bytes[place]] {
        text += name
      } else if let length, bytes[place] >= 0x20, bytes[place] != 0x7f {
        text += String(decoding: bytes[place..<place + length], as: UTF8.self)
      } else {
        let digits = String(bytes[place], radix: 16)
        text += "\\x\(digits.count == 1 ? "0" : "")\(digits)"
      }
      place += length ?? 1
    }
    return text + "\""
  }
}
