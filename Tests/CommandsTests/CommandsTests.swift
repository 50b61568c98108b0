import Basics
import Commands
import TestSupport
import Testing

enum Split: String, CaseIterable, OptionValue { case auto, hash, tail }

struct Encode: Command {
  static let name = "encode"
  static let summary = "Turn text into shards"
  static let example = "prep encode books/ --out shards/"
  static var options: [Option<Self>] {
    [
      .argument("TARGET", \.target, "Where to"),
      .arguments("CORPUS...", \.corpora, "What to read"),
      .option("--size", \.size, "N", "Tokens to learn"),
      .option("--share", \.share, "F", "Share to keep apart"),
      .option("--out", \.out, "DIR", "Folder to write"),
      .option("--split", \.split, "RULE", "How to split"),
      .option("--names", \.names, "NAME,...", "Names to allow"),
      .flag("--replace", \.replace, "Start again"),
    ]
  }
  var target = ""
  var corpora = ["corpora/"]
  var size = 50_257
  var share = 0.01
  var out: String?
  var split = Split.auto
  var names: [String] = []
  var replace = false
  func run() throws {}
}

@Suite struct `Command lines` {
  @Test func `fill in the properties and leave the defaults of the rest`() throws {
    let command = try Encode.parse([
      "a", "b", "c", "--size", "1_000", "--replace", "--split=tail", "--names", "x,y",
    ])
    #expect(command.target == "a")
    #expect(command.corpora == ["b", "c"])
    #expect(command.size == 1000)
    #expect(command.replace)
    #expect(command.split == .tail)
    #expect(command.names == ["x", "y"])
    #expect(command.share == 0.01)
    #expect(command.out == nil)
  }

  @Test func `arguments that are not given keep their default`() throws {
    #expect(try Encode.parse(["a"]).corpora == ["corpora/"])
  }

  @Test func `after two dashes everything is an argument`() throws {
    #expect(try Encode.parse(["--", "--size", "-"]).corpora == ["-"])
    #expect(try Encode.parse(["--", "--size"]).target == "--size")
  }

  @Test func `an option takes the next word whatever it looks like`() throws {
    #expect(try Encode.parse(["a", "--out", "--strange"]).out == "--strange")
  }

  @Test(arguments: [
    (["a", "--size", "ten"], "--size wants a whole number, not 'ten'"),
    (["a", "--sise", "10"], "unknown option '--sise'; did you mean '--size'?"),
    (["a", "--quite-different"], "unknown option '--quite-different'"),
    ([], "missing argument TARGET"),
    (["a", "--size"], "--size wants N"),
    (["a", "--replace=yes"], "--replace takes no value"),
    (["a", "--split", "half"], "--split wants auto, hash or tail, not 'half'"),
    (["a", "--share", "nan"], "--share wants a number, not 'nan'"),
  ])
  func `errors name the word at fault`(words: [String], message: String) {
    #expect(throws: UsageError(message)) { try Encode.parse(words) }
  }

  @Test func `a configuration file comes first and the line overrides it`() throws {
    let folder = try TemporaryFolder()
    let text = #"{"size": 5, "replace": true, "split": "hash", "names": ["p", "q"], "share": 0.5}"#
    let file = try folder.write(text, to: "options.json")
    let command = try Encode.parse(["a", "--size", "7", "--config", file])
    #expect(command.size == 7)
    #expect(command.replace && command.split == .hash && command.names == ["p", "q"] && command.share == 0.5)
  }

  @Test func `arguments on the line replace those of a configuration file`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(#"{"CORPUS...": ["b", "c"]}"#, to: "options.json")
    #expect(try Encode.parse(["a", "--config", file]).corpora == ["b", "c"])
    #expect(try Encode.parse(["a", "x", "y", "--config", file]).corpora == ["x", "y"])
  }

  @Test func `a configuration file with an unknown option is refused`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(#"{"sise": 5}"#, to: "options.json")
    #expect(throws: UsageError("--config \(file): unknown option 'sise'; did you mean '--size'?")) {
      try Encode.parse(["a", "--config", file])
    }
  }

  @Test func `the whole configuration can be stored`() throws {
    let json = Configuration.json(of: try Encode.parse(["a", "--out", "o"]))
    #expect(json["size"]?.string == "50257")
    #expect(json["out"]?.string == "o")
  }
}

@Suite struct `Progress of work` {
  @Test func `is shown from the first word of what is done`() {
    let progress = Progress("encoding", total: 200, unit: "B")
    progress.note("5 tokens")
    #expect(progress.line == nil)
    progress.reach(50)
    #expect(progress.line == "encoding: 50 B of 200 B (25 %), 5 tokens")
    progress.reach(150)
    let line = progress.line!
    #expect(line.hasPrefix("encoding: 150 B of 200 B (75 %), ") && line.contains(" left"), "\(line)")
  }

  @Test func `counts what was done before the clock started as done, not as speed`() {
    let progress = Progress("encoding", total: nil, unit: "B")
    progress.reach(1_000_000_000)
    progress.reach(1_000_000_000)
    #expect(progress.line == "encoding: 1.00 GB")
  }
}

@Suite struct `Quantities` {
  @Test(arguments: [
    (0.0, "tokens", "0 tokens"), (999, "tokens", "999 tokens"), (12_345, "tokens", "12.3 k tokens"),
    (1.5e6, "B", "1.50 MB"), (0.25, "B", "0.25 B"), (1, "tokens", "1 token"), (1, "B", "1 B"),
  ])
  func `read like a person writes them`(value: Double, unit: String, text: String) {
    #expect(Quantity.text(value, unit) == text)
  }

  @Test func `times grow from seconds to hours`() {
    #expect(Quantity.time(42.4) == "42 s")
    #expect(Quantity.time(200) == "3 min 20 s")
    #expect(Quantity.time(7500) == "2 h 05 min")
  }

  @Test(arguments: [
    (1.005, 2, "1.00"), (-0.001, 2, "0.00"), (3.14159, 4, "3.1416"), (2.5, 0, "3"), (0.999, 1, "1.0"),
  ])
  func `fixed digits round`(value: Double, digits: Int, text: String) {
    #expect(Quantity.fixed(value, digits) == text)
  }
}

@Suite("Numbers of bytes") struct ByteSizeTests {
  @Test(arguments: [
    ("0", 0), ("500_000", 500_000), ("12B", 12), ("64MiB", 64 << 20), ("2GB", 2_000_000_000),
    ("1.5G", 1_500_000_000),
    ("3k", 3_000), ("3KiB", 3_072), ("2 tib", 2 << 40), ("0.5Ki", 512),
  ])
  func `are read with their units`(text: String, bytes: Int) {
    #expect(ByteSize(optionText: text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "GB", "-1", "1XB", "1e3", "1.2.3", "iB", "5i", "_1", "1000000TB", "nan", "1 M B", "٣",
  ])
  func `are nothing else`(text: String) {
    #expect(ByteSize(optionText: text) == nil)
  }

  @Test(arguments: ["2GiB", "3GB", "512MiB", "7MB", "1234", "0"])
  func `are shown as they are read`(text: String) {
    #expect(ByteSize(optionText: text)?.optionText == text)
  }
}
