internal import Basics
public import Store
internal import Tokenizer

/// Instructions with answers, made into texts and a dataset: the recipe of S. Raschka's "Build a Large Language Model",
/// chapter 7.
///
///     let dataset = try InstructionDataset("instruction-data.json")
///     dataset.split.rows(dataset.entries.count)[.train]   // 0..<935
///     let summary = try dataset.write(to: "instructions", tokenizer: try .resolve(nil))
///
/// The file is a JSON array (or, as `.jsonl`, lines) of objects with the texts `instruction`, `output` and, where there is one, `input`. Each
/// becomes one document: Alpaca's prompt (https://github.com/tatsu-lab/stanford_alpaca), the answer, `<|endoftext|>`.
public struct InstructionDataset: Sendable {
  /// An entry, as a model is to see it.
  public struct Entry: Sendable, Equatable {
    /// The prompt and the answer.
    public let text: [UInt8]
    /// Where the entry is in the file.
    public let place: Range<Int>
  }

  /// How entries are shared out: in the file's order training, then test, then validation, each rounded down; validation has the rest.
  public struct Shares: Sendable, Equatable {
    /// For training.
    public var train = 0.85
    /// For test.
    public var test = 0.1

    /// The book's choices.
    public init() {}

    /// The numbers of `count` entries for each split.
    public func rows(_ count: Int) -> [(split: Split, rows: Range<Int>)] {
      let trainEnd = min(count, Int(Double(count) * train))
      let testEnd = min(count, trainEnd + Int(Double(count) * test))
      return [(.train, 0..<trainEnd), (.val, testEnd..<count), (.test, trainEnd..<testEnd)]
    }
  }

  /// What the file is called, without folders.
  public let name: String
  /// All entries, in the file's order.
  public let entries: [Entry]
  /// How they are shared out.
  public var shares = Shares()
  private let source: SourceRecord

  /// A file is held in memory; it may have so many bytes.
  public static let limit = 1 << 28

  /// Reads the entries of the file at `path`.
  ///
  /// - Throws: ``DatasetsError/line(_:file:reason:)`` where something is no such entry;
  ///   ``DatasetsError/notEntries(file:)`` where the file is packed or of another kind.
  public init(_ path: String) throws(DatasetsError) {
    let bytes = try HeldFile.contents(path, limit: Self.limit)
    name = Path.name(path)
    source = SourceRecord(path: name, byteCount: bytes.count, digest: SHA256.hash(bytes))
    var entries: [Entry] = []
    for place in try Self.places(path, bytes) {
      do {
        entries.append(Entry(text: try Self.text(bytes.span.extracting(place)), place: place))
      } catch {
        let line = 1 + ByteSearch.count(ASCII.newline, in: bytes.span, 0..<place.lowerBound)
        throw .line(line, file: path, reason: error.reason)
      }
    }
    guard !entries.isEmpty else { throw .tooFewRows(file: path, reason: "there is no entry in it") }
    self.entries = entries
  }

  /// Where the entries are in `bytes`, which were read before: the file may be another one by now.
  private static func places(_ path: String, _ bytes: [UInt8]) throws(DatasetsError) -> [Range<Int>] {
    let format = SourceFormat(named: path)
    guard format.compression == .none, [.jsonArray, .jsonLines].contains(format.layout) else {
      throw .notEntries(file: path)
    }
    do {
      var places: [Range<Int>] = []
      try DocumentScan.forEach(in: try Corpus([path]).sources[0], holding: bytes, TextOptions()) {
        places.append($0)
        return true
      }
      return places
    } catch {
      throw .pipeline(error)
    }
  }

  private struct Fault: Error { let reason: String }

  /// The document that an entry becomes.
  private static func text(_ bytes: Span<UInt8>) throws(Fault) -> [UInt8] {
    let entry: JSON
    do throws(JSONError) { entry = try JSON.parse(bytes) } catch { throw Fault(reason: "\(error)") }
    guard entry.members != nil else { throw Fault(reason: "an entry is an object; mend or remove it") }
    func field(_ name: String) throws(Fault) -> String? {
      guard let value = entry[name] else { return nil }
      guard let text = value.string else {
        throw Fault(reason: "'\(name)' is not text; mend or remove the entry")
      }
      return text
    }
    guard let instruction = try field("instruction"), let output = try field("output") else {
      throw Fault(reason: "the entry lacks 'instruction' or 'output'; mend or remove it")
    }
    let input = try field("input") ?? ""
    return Array(
      """
      Below is an instruction that describes a task. Write a response that appropriately completes the request.

      ### Instruction:
      \(instruction)\(input.isEmpty ? "" : "\n\n### Input:\n\(input)")

      ### Response:
      \(output)
      """.utf8)
  }

  /// The options that decide the content, as the dataset records them.
  static func configuration(_ shares: Shares) -> JSON {
    [
      "builder": "instructions", "template": "alpaca",
      "fractions": .array([.number(shares.train), .number(shares.test)]),
    ]
  }

  /// The documents in the order in which they are written.
  var documents: some Sequence<BuiltDocument> {
    shares.rows(entries.count).lazy.flatMap { split, rows in
      rows.lazy.map { BuiltDocument(text: entries[$0].text, place: entries[$0].place, split: split) }
    }
  }

  /// Writes the dataset. One that is there and the same stays.
  ///
  /// - Throws: ``StoreError/otherDataset(folder:differences:)`` where there is another and `replacing` is false.
  /// - Returns: what it holds, and whether it was there.
  public func write(
    to folder: String, tokenizer: TokenizerFolder, replacing: Bool = false,
    isCancelled: () -> Bool = { false }
  ) throws(DatasetsError) -> (dataset: DatasetSummary, wasThere: Bool) {
    return try DatasetsError.gathering {
      let shards = try BuiltShards(
        source, Self.configuration(shares), tokenizer, folder: folder, replacing: replacing,
        isCancelled: isCancelled)
      return (try shards.write(documents, isCancelled: isCancelled), shards.wasComplete)
    }
  }
}
