internal import Basics
internal import Commands
internal import Pipeline

/// `prep generate-stories`: a corpus of any size that the project makes itself.
struct GenerateStories: Command {
  static let name = "generate-stories"
  static let summary = "Write short stories made from a grammar, a corpus of any size that needs no download"
  static let example = """
    prep generate-stories --megabytes 20 --seed 1 --out stories.jsonl
    prep generate-stories --megabytes 0.01 --format txt
    """
  static var options: [Option<Self>] {
    [
      .option("--megabytes", \.megabytes, "N", "How much to write, in millions of bytes, fractions allowed"),
      .option(
        "--seed", \.seed, "N", "Chooses the stories; more megabytes of a seed begin with the same ones"),
      .option("--out", \.out, "FILE", "Where to write them, - for standard output"),
      .option("--format", \.format, "F", "jsonl by default, txt where FILE ends in .txt"),
    ]
  }

  var megabytes = 20.0
  var seed = 1
  var out = "-"
  var format: StoryFormat?

  mutating func run() throws {
    guard megabytes > 0, megabytes <= 1e9 else {
      throw UsageError("--megabytes wants more than 0 and at most 1_000_000_000")
    }
    guard !out.isEmpty else { throw UsageError("--out wants a file's name, or - for standard output") }
    let byteCount = Int((megabytes * 1e6).rounded())
    let format = format ?? (out.hasSuffix(".txt") ? .txt : .jsonl)
    let stories = Stories(seed: UInt64(bitPattern: Int64(seed)))
    if out == "-" {
      try stories.write(upTo: byteCount, as: format) { try Console.write($0) }
      return
    }
    let progress = Progress("writing stories", total: byteCount, unit: "B")
    let file = try AtomicFile(out)
    let total = try stories.write(upTo: byteCount, as: format) { bytes in
      try file.write(bytes)
      progress.advance(by: bytes.count)
    }
    try file.commit()
    progress.finish("wrote \(total.stories) stories, \(total.bytes) bytes, to \(out)")
  }
}

extension StoryFormat: OptionValue {}
