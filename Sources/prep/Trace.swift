internal import Basics
internal import Commands
internal import Pipeline
internal import Store

extension Split: OptionValue {}

/// From a token back to the bytes of its source.
struct Trace: Command {
  static let name = "trace"
  static let summary = "Show which document and which bytes of a source a token came from"
  static let example =
    "prep trace shards/ --split train --token 123456\nprep trace shards/ --split val --token 0 --json"
  static var options: [Option<Self>] {
    [
      .argument("SHARDS", \.shards, "Folder of a finished dataset"),
      .option("--split", \.split, "SPLIT", "The split that the token is in"),
      .option("--token", \.token, "N", "The token's place in the split, counted from 0"),
      .option("--context", \.context, "N", "How many tokens of text to show before and after it"),
      .option(
        "--sources", \.sources, "DIR,...",
        "Folders to look for the source in [default: its recorded path from here, and the cache]"),
      .flag("--json", \.json, "Print all of it as one JSON object"),
    ]
  }

  var shards = ""
  var split = Split.train
  var token: Int?
  var context = 24
  var sources: [String] = []
  var json = false

  func run() throws {
    guard let token else { throw UsageError("--token is missing: name the token's place in the split") }
    guard 0...100_000 ~= context else {
      throw UsageError("--context wants a number from 0 to 100000, not \(context)")
    }
    let dataset = try Dataset.open(shards)
    let trace = try running { () throws(PipelineError) in
      try TokenTrace(dataset, split, token: token, sources: sources, context: context)
    }
    if json { Console.out(object(trace, token).text) } else { show(trace, token) }
  }

  private func show(_ trace: TokenTrace, _ token: Int) {
    let text = String(decoding: trace.bytes, as: UTF8.self)
    let document = trace.document
    Console.out("token      \(token) of \(split): id \(trace.id), \(JSON.string(text).text)")
    Console.out(
      """
      document   number \(trace.documentNumber) of '\(trace.shard)', \(counted(document.tokenCount, "token")); \
      this is its token \(trace.place)
      """)
    let member = trace.member.map { ", its file '\($0)'" } ?? ""
    Console.out("source     '\(trace.source)'\(member), document at bytes \(Self.range(document))")
    if let bytes = trace.sourceBytes {
      Console.out("bytes      \(bytes.lowerBound)..<\(bytes.upperBound) of the source\(verdict(trace))")
    } else {
      let line = trace.line.map { ", line \($0) of the \(trace.member == nil ? "source" : "file")" } ?? ""
      Console.out(
        "bytes      \(trace.textBytes.lowerBound)..<\(trace.textBytes.upperBound) of the document's text\(line)"
      )
    }
    Console.out(
      "text       \(JSON.string(trace.before).text) >>> \(JSON.string(text).text) <<< \(JSON.string(trace.after).text)"
    )
  }

  private static func range(_ document: DocumentEntry) -> String {
    "\(document.byteOffset)..<\(document.byteOffset + document.byteCount)"
  }

  private func verdict(_ trace: TokenTrace) -> String {
    switch trace.isInSource {
    case true?: ", which has these bytes there"
    case false?: ", which has OTHER bytes there now: it changed"
    case nil: ", which is not here to be looked at"
    }
  }

  private func object(_ trace: TokenTrace, _ token: Int) -> JSON {
    let document = trace.document
    func pair(_ range: Range<Int>) -> JSON { [.integer(range.lowerBound), .integer(range.upperBound)] }
    return [
      "split": .string(split.rawValue), "token": .integer(token), "id": .integer(Int(trace.id)),
      "text": .string(String(decoding: trace.bytes, as: UTF8.self)), "shard": .string(trace.shard),
      "document": .integer(trace.documentNumber), "document-tokens": .integer(document.tokenCount),
      "place": .integer(trace.place), "source": .string(trace.source),
      "member": trace.member.map { .string($0) } ?? .null,
      "document-bytes": pair(document.byteOffset..<document.byteOffset + document.byteCount),
      "text-bytes": pair(trace.textBytes), "source-bytes": trace.sourceBytes.map(pair) ?? .null,
      "line": trace.line.map { .integer($0) } ?? .null,
      "in-source": trace.isInSource.map { .bool($0) } ?? .null,
      "label": document.label.map { .integer($0) } ?? .null,
      "before": .string(trace.before), "after": .string(trace.after),
    ]
  }
}
