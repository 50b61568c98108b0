import Basics
import TestSupport
import Testing

/// Every command of the two programs.
private let commands = [
  ("prep", "bpe-train"), ("prep", "bpe-report"), ("prep", "encode"), ("prep", "tokenize"), ("prep", "decode"),
  ("prep", "count"), ("prep", "convert-tokenizer"),
  ("prep", "inspect"), ("prep", "stats"), ("prep", "trace"), ("prep", "verify"), ("prep", "repair"),
  ("prep", "merge"), ("prep", "export"), ("prep", "build-spam-dataset"),
  ("prep", "build-instruction-dataset"),
  ("prep", "fetch"), ("prep", "generate-stories"), ("train", "pretrain"), ("train", "generate"),
  ("train", "evaluate"),
]

@Suite struct `The command line` {
  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test(arguments: commands)
  func `every command explains itself with an example`(program: String, command: String) throws {
    let help = succeed(try place.shell("\(program) \(command) --help"))
    #expect(help.text.contains("Usage: \(program) \(command)"))
    let parts = help.text.split(separator: "\n\n")
    let example = try #require(parts.last { $0.hasPrefix("Example:\n") })
    #expect(example.contains("  \(program) "))
    #expect(help.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(help.errors.isEmpty)
  }

  @Test(arguments: ["prep", "train"])
  func `the list of commands is whole`(program: String) throws {
    let help = succeed(try place.shell("\(program) --help")).text
    let listed = help.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .map { String($0.split(separator: " ")[0]) }
    #expect(listed == commands.filter { $0.0 == program }.map(\.1))
    refuse(try place.shell(program), code: 2, "Usage: \(program) COMMAND", "a command is missing")
  }

  @Test(arguments: [
    ("prep enode corpora/", "unknown command 'enode'; did you mean 'encode'?", "prep"),
    ("prep encode corpora/ --outt x", "unknown option '--outt'; did you mean '--out'?", "prep encode"),
    ("prep encode --val-fraction 1", "--val-fraction wants a number from 0 to less than 1", "prep encode"),
    ("prep encode --split tale", "--split wants auto, hash, tail or exact, not 'tale'", "prep encode"),
    ("prep encode --threads 0", "--threads wants a number from 1 to 1024", "prep encode"),
    ("prep bpe-train --vocab-size 256", "has no room for the 256 bytes", "prep bpe-train"),
    ("prep tokenize a b", "unexpected argument 'b'", "prep tokenize"),
    ("prep tokenize --to u8", "--to wants ids, u16, u32 or json, not 'u8'", "prep tokenize"),
    ("prep inspect", "missing argument SHARDS", "prep inspect"),
    ("prep fetch", "missing argument NAME; --list shows the names", "prep fetch"),
    ("train --shard x", "unknown option '--shard'; did you mean '--shards'?", "train pretrain"),
    ("train", "a command is missing", "train"),
    ("train --steps 3", "--shards is missing", "train pretrain"),
    ("train --resume", "--resume wants the run's folder", "train pretrain"),
    ("train --shards x --steps 2 --minutes 3", "give one of them", "train pretrain"),
    ("train generate --prompt x", "missing argument MODEL", "train generate"),
    ("train generate x --temperature -1", "--temperature is 0 or more", "train generate"),
  ])
  func `a bad command line is named, and where to read on`(line: String, message: String, page: String)
    throws
  {
    if line.contains("bpe-train") { try place.writeStories("corpora/a.txt", bytes: 1_000) }
    let outcome = try place.shell(line)
    refuse(outcome, code: 2, message, "Try '\(page) --help'.")
    #expect(outcome.output.isEmpty)
  }

  /// Numbers that are whole but that nothing can be made of: none may overflow.
  @Test(arguments: [
    "--layers", "--heads", "--width", "--context", "--batch-size", "--accumulate", "--steps", "--threads",
  ])
  func `sizes out of all bounds are refused`(option: String) throws {
    for value in ["9223372036854775807", "-9223372036854775808", "0"] {
      refuse(try place.train("--shards", "none", option, value), code: 2, option, "not \(value)")
    }
  }

  @Test func `a vocabulary cannot have any size`() throws {
    try place.writeStories("corpora/a.txt", bytes: 1_000)
    refuse(try place.prep("bpe-train", "--vocab-size", "-9223372036854775808"), code: 2, "--vocab-size")
    refuse(try place.prep("bpe-train", "--vocab-size", "9223372036854775807"), "that are possible")
    #expect(Folder.kind(place("tokenizer")) == nil)
  }
}
