import Basics
import Foundation
import TestSupport
import Testing

/// Parquet is read by DuckDB's program: here by stand-ins, and by itself where it is on the PATH.
@Suite struct ParquetTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.folder.write("[\"the cab the cab\"]", to: "words.json")
    try succeed(place.prep("bpe-train", "words.json", "--vocab-size", "260"))
    try place.folder.write("the file's bytes", to: "a.parquet")
  }

  /// The texts that come of `a.parquet` where `bin/duckdb` is this script, and what is said.
  private func encode(by script: String, _ options: String = "") throws -> (texts: [String], Outcome) {
    try place.folder.write("#!/bin/sh\n\(script)\n", to: "bin/duckdb")
    return try encode(with: options)
  }

  private func encode(with options: String) throws -> (texts: [String], Outcome) {
    let outcome = try place.shell(
      """
      chmod +x bin/duckdb; PATH="$PWD/bin:$PATH"
      prep encode a.parquet --out s --split hash --val-fraction 0 \(options) && prep export s --to jsonl
      """)
    let texts = try outcome.text.split(separator: "\n").map {
      try JSON.parse(String($0)).members?.last { $0.name == "text" }?.value.string ?? "?"
    }
    return (texts, outcome)
  }

  @Test func `the program is given the file and asked for the column`() throws {
    let script = """
      echo "$@" > asked; cat > input
      i=0; while [ $i -lt 3000 ]; do echo "{\\"a\\\\\\"b\\":\\"text $i\\"}"; i=$((i+1)); done
      """
    let (texts, outcome) = try encode(by: script, "--text-field 'a\"b'")
    #expect(texts == (0..<3_000).map { "text \($0)" }, "\(outcome.errors)")
    #expect(try place.text("input") == "the file's bytes")
    #expect(try place.text("asked").contains("COPY (SELECT \"a\"\"b\" FROM read_parquet('/dev/stdin',"))
  }

  @Test(arguments: [
    ("echo 'Binder Error: no such column' >&2; exit 1", "Binder Error: no such column"),
    ("echo '{\"text\":\"a\"}'; exit 3", "its exit code is 3"), ("kill -9 $$", "its exit code is 137"),
  ])
  func `a failure is an error with what the program said, also after some text`(script: String, said: String)
    throws
  {
    let (_, outcome) = try encode(by: script)
    #expect(outcome.code == 1 && outcome.errors.contains("'a.parquet': duckdb: \(said)"), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: place("s/train-00000.shard")))
  }

  @Test func `a program that says much on standard error does not stand still`() throws {
    let script = "head -c 300000 /dev/zero >&2; echo '{\"text\":\"a\"}'; head -c 300000 /dev/zero >&2"
    #expect(try encode(by: script).texts == ["a"])
  }

  @Test func `a program that goes on writing is ended where reading ends`() throws {
    let (_, outcome) = try encode(by: "while :; do echo '{\"text\":1}'; done")
    #expect(outcome.code == 1 && outcome.errors.contains("field 'text' holds a number"), "\(outcome.errors)")
  }

  @Test func `where there is no such program, the error says how to get it`() throws {
    let outcome = try place.shell("PATH=\"$(dirname \"$(command -v prep)\")\" prep encode a.parquet --out s")
    #expect(outcome.code == 1 && outcome.errors.contains("the program duckdb is needed"), "\(outcome.errors)")
  }

  @Test func `a real file is read by the real program`() throws {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let places = (folders + ["/tmp/duckvenv/bin"]).map { "\($0)/duckdb" }
    guard let program = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
      print("skipped: this machine has no duckdb")
      return
    }
    try place.folder.write("#!/bin/sh\nexec '\(program)' \"$@\"\n", to: "bin/duckdb")
    let query = """
      COPY (SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE 'text ' || i || chr(10) || '"é"' END AS body, i FROM range(10000) t(i)) \
      TO '\(place("a.parquet"))' (FORMAT parquet)
      """
    _ = try output(program, ["-init", "/dev/null", "-c", query])
    let (texts, outcome) = try encode(with: "--text-field body")
    #expect(texts == (0..<10_000).filter { $0 % 3 != 0 }.map { "text \($0)\n\"é\"" }, "\(outcome.errors)")
    #expect(try encode(with: "--replace --text-field nothing").1.errors.contains("'a.parquet': duckdb: "))
    try place.folder.write("no parquet", to: "a.parquet")
    #expect(try encode(with: "--replace").1.errors.contains("'a.parquet': duckdb: "))
  }
}
