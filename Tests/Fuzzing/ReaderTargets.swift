internal import Basics
internal import Pipeline
internal import Store
internal import Tokenizer

extension FuzzTarget {
  /// Readers of documents, by the names of the files that they read.
  static let readerTargets =
    [
      ("text", "a.txt", ["the cat\nand the dog\r\n", "caf\u{e9}\u{0301} 日本 \u{feff}<|endoftext|>", " \t\n"]),
      (
        "jsonl", "a.jsonl",
        [
          #"{"text": "one"}"# + "\n"
            + #"{"id": 7, "text": "two\n\u00e9\ud83d\ude09", "more": [1, {"x": null}]}"# + "\n\n",
          #"{"text": "\ud800 \u0000"}"#, "[]\n{}\n", #"{"text": 7}"#,
        ]
      ),
      (
        "json-array", "a.json",
        [
          #"["one", "two\n\u00e9", ""]"#, #"[{"text": "one", "n": -1.5e3}, {"text": "two", "x": [[], {}]}]"#,
          #"[ ]"#, #"{"text": "no array"}"#,
        ]
      ),
      (
        "csv", "a.csv",
        [
          "text,label\none,1\n\"two, \"\"quoted\"\"\nlines\",2\r\n", "a,text\n,\n\n1,x", "text\n\"",
          "\u{feff}text\n1\n",
        ]
      ),
      ("tsv", "a.tsv", ["label\ttext\nham\tone two\nspam\t\"x\ty\"\n", "text\n\n\n"]),
    ].map { name, file, seeds in
      FuzzTarget(name, seeds: { seeds.map { Array($0.utf8) } }) { try documents($0, in: file) }
    } + [FuzzTarget("encode", seeds: { encodeSeeds }, read: encode)]

  /// Reads all documents of a file, with the policy for bytes that are not UTF-8 and, now and then, the number of threads that the
  /// bytes themselves decide: whatever they are, the same comes of it.
  /// - Parameters:
  ///   - factor: how many times as many bytes the text may have
  ///   - change: sets more options
  static func documents(
    _ input: [UInt8], in file: String, factor: Int = 3, _ change: (inout TextOptions) -> Void = { _ in }
  ) throws {
    let path = try Scratch.write(input, to: file)
    let choice = Int(truncatingIfNeeded: XXH64.hash(input.span) & 63)
    let invalid = [TextOptions.Invalid.fail, .replace, .skip, .keep][choice & 3]
    func read(_ threads: Int) throws -> (error: String?, documents: Int, bytes: Int, pretokens: Int) {
      var found = (0, 0, 0)
      let error = try refusal {
        var learner = VocabularyLearner(try Corpus([path]), vocabularySize: 257)
        learner.text.invalid = invalid
        change(&learner.text)
        let result = try learner.run(threads: threads)
        found = (result.documents, result.textBytes, result.pretokens)
      }
      return (error, found.0, found.1, found.2)
    }
    let one = try read(1)
    try expect(one.error?.contains(file) ?? true, "an error without its file: \(one)")
    try expect(one.error?.utf8.count ?? 0 < 8_192, "a long error: \(one)")
    try expect(one.bytes <= factor * input.count, "\(one.bytes) bytes of text from \(input.count)")
    guard choice < 4 else { return }
    let three = try read(3)
    try expect(one == three, "\(invalid): \(one) with one thread, \(three) with three")
  }

  /// The readers' own, each with the number of its kind of file.
  private static let encodeSeeds: [[UInt8]] = [
    [0] + Array("the cat and the dog\nthe \u{e9}\n".utf8),
    [6] + Array("{\"text\": \"the cat\"}\n{\"text\": \"\"}\n".utf8),
    [12] + Array("[\"the cat\", \"the dog\"]".utf8), [133] + Array("text\n\"the\ncat\"\nthe dog\n".utf8),
    [134] + Array("a\ttext\n1\tthe cat\n".utf8), [5, 0x74, 0xff, 0x20, 0xc3, 0x28],
  ]

  /// Which kind of file, then its bytes: what is encoded is whole, and comes back.
  @Sendable private static func encode(_ input: [UInt8]) throws {
    try encode(input, as: ["a.txt", "a.jsonl", "a.json", "a.csv", "a.tsv"])
  }

  static func encode(_ input: [UInt8], as files: [String]) throws {
    guard let kind = input.first else { return }
    let file = files[Int(kind) % files.count]
    let path = try Scratch.write(Array(input.dropFirst()), to: file)
    let out = Path.join(Scratch.path, "out")
    try Folder.remove(out)
    var encoder = DatasetEncoder(try Corpus([path]), try TokenizerFixture.shared.get().folder)
    encoder.text.invalid = [TextOptions.Invalid.replace, .skip, .keep][Int(kind) / 5 % 3]
    encoder.split.method = kind < 128 ? .hash : .tail
    encoder.split.fraction = 0.5
    encoder.segmentBytes = 64
    let summary = try encoder.run(folder: out, threads: 1)
    let report = try verify(out)
    try expect(report.faults == [] && report.strangers == [], "\(report)")
    try expect(report.rootHash == summary.dataset.rootHash, "another root hash")
    let check = try DatasetCheck(Dataset.open(out), sources: [Scratch.path]).run(threads: 1)
    try expect(check.differences.isEmpty && check.sources.isEmpty, "\(check)")
    try checkPlaces(out, path)
    // Threads take longer to start than all of this.
    guard XXH64.hash(input.span) & 15 == 0 else { return }
    try Folder.remove(out)
    let again = try encoder.run(folder: out, threads: 3)
    try expect(again.dataset == summary.dataset, "three threads make another dataset than one")
  }

  /// The first documents are where the dataset says in its source.
  private static func checkPlaces(_ dataset: String, _ path: String) throws {
    let dataset = try Dataset.open(dataset)
    for split in dataset.splits {
      var reader = try dataset.reader(split.split)
      var cursor = SplitReader.DocumentCursor()
      for _ in 0..<8 {
        guard let (document, _) = try reader.next(&cursor) else { break }
        let range = document.byteOffset..<document.byteOffset + document.byteCount
        let stream = try Corpus([path]).sources[0].open(range)
        var bytes: [UInt8] = []
        while try stream.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
        try expect(bytes.count == range.count, "\(bytes.count) bytes of \(range)")
      }
    }
  }
}
