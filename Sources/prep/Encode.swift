internal import Basics
internal import Commands
internal import Pipeline
internal import Store
internal import Tokenizer

/// A corpus to shards and their manifest.
struct Encode: ReadingCommand {
  static let name = "encode"
  static let summary = "Turn a corpus into token shards"
  static let example = """
    prep encode corpora/ --out shards/
    prep encode c4.jsonl.gz notes/ --tokenizer gpt2 --split hash --val-fraction 0.005 --out shards/
    prep encode --recipe manifests/tinyshakespeare.json
    """
  static var options: [Option<Self>] {
    corpusOptions + encodingOptions + textOptions + stepOptions + otherOptions
  }

  /// How text is encoded and stored.
  private static var encodingOptions: [Option<Self>] {
    [
      .option(
        "--tokenizer", \.tokenizer, "T",
        "Folder, file or cached name of a tokenizer [default: tokenizer, else gpt2]"),
      .option("--out", \.out, "SHARDS", "Folder for the shards and their manifest"),
      .option(
        "--split", \.split, "HOW",
        "What is for validation: whole documents by hash, the tail of every source, or exactly that share of every text"
      ),
      .option(
        "--val-fraction", \.fraction, "F", "Share of the text that is for validation, from 0 to less than 1"),
      .option(
        "--special", \.special, "HOW",
        "What names of special tokens in the text mean: ordinary, error, allow=NAME,..."),
      .option(
        "--segment-megabytes", \.segmentMegabytes, "N",
        "MiB of the sources that become one shard for each split"),
      .option(
        "--codec", \.codec, "HOW",
        "How shards write ids: as is smallest, or plain, which zstd -dc prints"),
      .option(
        "--codec-table", \.codecTable, "FILE",
        "Codec table to use, such as another dataset's, instead of one of its own"),
    ]
  }

  private static var otherOptions: [Option<Self>] {
    [
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
      .option(
        "--recipe", \.recipe, "FILE",
        "Take all that decides the content from a JSON file, and check its root-hash"),
      .flag(
        "--dry-run", \.dryRun,
        "Say what would be read and how large it would become, from a sample; write nothing"),
      .flag("--replace", \.replace, "Remove another dataset that is in --out"),
      .flag("--json", \.json, "Print the summary as JSON"),
    ]
  }

  var reading = Reading()
  var tokenizer: String?
  var out = "shards/"
  var split = SplitOptions().method
  var fraction = SplitOptions().fraction
  var special = SpecialTokenPolicy.ordinary
  var segmentMegabytes = 128.0
  var codec = CodecOption.auto
  var codecTable: String?
  var steps = StepOptions()
  var decontaminateWords: Int?
  var threadCount: Int?
  var recipe: String?
  var dryRun = false
  var replace = false
  var json = false
  /// What the recipe promises.
  var rootHash: String?
  /// Whether a recipe decides the content.
  var isRecipe = false

  mutating func run() throws {
    if let recipe {
      if var builder = try Recipe.builder(recipe, for: self) { return try builder.run() }
      self = try Recipe.load(recipe, for: self)
    }
    try check()
    try checkSteps()
    let threads = try threads(threadCount)
    Interrupt.install()
    if dryRun { return try showForecast(threads) }
    let start = ContinuousClock.now
    let summary = try finished { () throws(PipelineError) in try encode(threads) }
    let report = EncodingReport(
      summary, folder: out, seconds: (.now - start) / .seconds(1), dropsMark: reading.dropsMark)
    report.note()
    if json { Console.out(report.json.text) }
    if let rootHash, rootHash != summary.dataset.rootHash.description {
      throw PipelineError.otherRootHash(expected: rootHash, found: summary.dataset.rootHash)
    }
  }

  /// What `body` gives, unless somebody asked it to stop.
  private func finished(_ body: () throws(PipelineError) -> DatasetEncoder.Summary) throws
    -> DatasetEncoder.Summary
  {
    do {
      return try running(body)
    } catch PipelineError.cancelled {
      throw StoppedEncoding()
    }
  }

  private func check() throws(UsageError) {
    try reading.check()
    guard codec == .auto || codecTable == nil else {
      throw UsageError("--codec plain has no use for --codec-table; give one of them")
    }
    guard 0..<1 ~= fraction else {
      throw UsageError("--val-fraction wants a number from 0 to less than 1, not \(fraction)")
    }
    guard 1e-4...1e6 ~= segmentMegabytes else {
      throw UsageError("--segment-megabytes wants a number from 0.0001 to 1000000, not \(segmentMegabytes)")
    }
  }

  /// What is to be done. Says what is passed over.
  ///
  /// - Parameter folder: where standard input is kept
  func encoder(spoolIn folder: String) throws(PipelineError) -> DatasetEncoder {
    // The tokenizer first: what arrives at standard input arrives once.
    let tokenizer = try TokenizerFolder.resolve(tokenizer)
    let corpus = try corpus(spoolIn: folder)
    note(corpus)
    var encoder = DatasetEncoder(corpus, tokenizer)
    encoder.text = reading.text
    encoder.text.special = special
    encoder.text.steps = steps
    encoder.split.method = split
    encoder.split.fraction = fraction
    encoder.codec = codecTable.map(CodecChoice.table) ?? (codec == .plain ? .plain : .auto)
    encoder.segmentBytes = Int(segmentMegabytes * 1_048_576)
    // What a recipe names is made at once.
    encoder.isGrowing = !isRecipe
    return encoder
  }

  private func encode(_ threads: Int) throws(PipelineError) -> DatasetEncoder.Summary {
    let encoder = try encoder(spoolIn: out)
    let bytes = encoder.corpus.sources.reduce(0) { $0 + $1.byteCount }
    let hashing = Progress("reading", total: bytes, unit: "B")
    let planning = Progress("planning", total: bytes, unit: "B")
    let comparing = Progress("comparing", total: bytes, unit: "B")
    let encoding = Progress("encoding", total: bytes, unit: "B")
    let summary = try encoder.run(
      folder: out, threads: threads, replacing: replace,
      report: { progress in
        guard !progress.isHashing else { return hashing.reach(progress.bytes) }
        hashing.finish()
        guard !progress.isPlanning else { return planning.reach(progress.bytes) }
        planning.finish()
        guard !progress.isComparing else { return comparing.reach(progress.bytes) }
        comparing.finish()
        encoding.note("\(Quantity.text(Double(progress.tokens), "tokens"))")
        encoding.reach(progress.bytes)
      }, isCancelled: { Interrupt.isRequested })
    encoding.finish()
    return summary
  }
}

/// How shards write ids, as the command line says it.
enum CodecOption: String, CaseIterable, OptionValue {
  case auto, plain
}
