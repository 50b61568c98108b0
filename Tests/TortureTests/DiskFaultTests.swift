import Basics
import Store
import TestSupport
import Testing

@Suite struct `A disk that fails at each call in turn` {
  /// A command that writes a folder `out`.
  struct Work: Sendable, CustomTestStringConvertible {
    let name: String
    /// What makes the folder that it begins with.
    var before = "true"
    let line: String
    /// How many calls the short slice lets fail, of each kind of fault.
    var short = 1
    var testDescription: String { name }
  }

  private static let works = [
    Work(
      name: "encode", line: "prep \(setup.map { $0.encode.joined(separator: " ") } ?? "") out", short: 4),
    Work(
      name: "grow", before: "cp -r whole out && mkdir -p corpora/a && cp more/other.jsonl corpora/a/",
      line: "prep \(setup.map { $0.encode.joined(separator: " ") } ?? "") out"),
    Work(name: "merge", line: "prep merge whole other --out out"),
    Work(
      name: "repair", before: "cp -r whole out && rm out/\(shards.first!) && echo x >> out/\(shards.last!)",
      line: "prep repair out"),
    Work(name: "repair of the table", before: "cp -r whole out && rm out/*.table", line: "prep repair out"),
    Work(name: "export", line: "prep export whole --to bin --out out"),
    Work(name: "bpe-train", line: "prep bpe-train corpora --vocab-size 400 --out out"),
  ]

  private static let shards = setup?.files.keys.filter { $0.hasSuffix(".shard") }.sorted() ?? [""]

  private static let setup: Place? = {
    guard let place = try? Place(bytes: 50_000, segmentMegabytes: 0.02) else { return nil }
    let other = try? place.shell(
      """
      mkdir more && prep generate-stories --megabytes 0.03 --seed 5 --out more/other.jsonl &&
      prep encode more --split hash --val-fraction 0.1 --segment-megabytes 0.02 --out other
      """)
    return other?.code == 0 ? place : nil
  }()

  private func prepare(_ place: Place, _ work: Work) throws {
    try Folder.remove(place("out"))
    let outcome = try place.shell(work.before)
    try #require(outcome.code == 0, "\(outcome.errors)")
  }

  @Test(
    .enabled(if: DiskFault.library != nil, "needs a C compiler (cc or clang)"), arguments: works,
    DiskFault.allCases)
  func `is an error with a name, nothing half-written has a final name, and a rerun completes`(
    work: Work, fault: DiskFault
  ) throws {
    let place = try Place(copying: #require(Self.setup))
    let library = try #require(DiskFault.library).path
    func run(_ call: Int) throws -> Outcome {
      let prefix = fault.prefix(library, folder: place("out"), call: call, log: place("log"))
      return try place.shell("\(prefix) exec \(work.line)")
    }
    try prepare(place, work)
    let before = try Place.finished(place("out"))
    let undisturbed = try run(0)
    try #require(undisturbed.code == 0, "\(undisturbed.errors)")
    let after = try Place.finished(place("out"))
    let rootHash = try? Dataset.open(place("out")).rootHash
    let calls = try #require(Int(place.text("log").dropLast()))
    let kind = DiskFault.allCases.firstIndex(of: fault)!
    var failed = 0
    for call in Torture.places(upTo: calls, short: work.short, phase: kind) {
      try prepare(place, work)
      let outcome = try run(call)
      let failing = place.text("log").split(separator: "\n").first.map(String.init) ?? "none"
      let comment: Comment = "\(fault) at call \(call) of \(calls), \(failing): \(outcome.errors)"
      if outcome.code != 0 { failed += 1 }
      expectNamed(outcome, fault, comment)
      if outcome.code == 0 { #expect(try Place.finished(place("out")) == after, comment) }
      for (name, bytes) in try Place.finished(place("out")) {
        #expect(bytes == after[name] || bytes == before[name], "\(name) is half-written: \(comment)")
      }
      if !fault.isForGood, !failing.hasPrefix("remove"), Folder.kind(place("out")) == .folder {
        #expect(try !Folder.names(place("out")).contains(where: Place.isUnfinished), comment)
      }
      let rerun = try place.shell(work.line)
      #expect(rerun.code == 0, "\(comment)\nand again: \(rerun.errors)")
      #expect(try Place.finished(place("out")) == after, comment)
      if let rootHash {
        let report = try verify(place("out"))
        #expect(report.rootHash == rootHash && report.faults == [] && report.strangers == [], comment)
      }
    }
    Torture.report("\(work.name), \(fault): \(failed) of \(calls) calls ended the run, all were made good")
    // A single call may be one that fails without harm.
    if Torture.isWhole { #expect(failed > 0) }
  }

  @Test(
    .enabled(if: DiskFault.library != nil, "needs a C compiler (cc or clang)"),
    arguments: ["corpora", "tokenizer"])
  func `is an error that names what cannot be read, and nothing is made of the rest`(folder: String) throws {
    let place = try Place(copying: #require(Self.setup))
    let library = try #require(DiskFault.library).path
    let line = "prep \(place.encode.joined(separator: " ")) out"
    func run(_ call: Int) throws -> Outcome {
      let prefix = DiskFault.unreadable.prefix(
        library, folder: place(folder), call: call, log: place("log"))
      return try place.shell("\(prefix) exec \(line)")
    }
    try #require(run(0).code == 0)
    let calls = try #require(Int(place.text("log").dropLast()))
    for call in Torture.places(upTo: calls, short: 4, phase: 0) {
      try Folder.remove(place("out"))
      let outcome = try run(call)
      let comment: Comment = "call \(call) of \(calls), \(place.text("log")): \(outcome.errors)"
      #expect(outcome.code == 1 && outcome.errors.contains("Input/output error"), comment)
      #expect(outcome.errors.contains("'\(folder)"), comment)
      #expect(try place.shell(line).code == 0, comment)
      try place.expectWhole("out", comment)
    }
    Torture.report("reading \(folder): all \(calls) calls")
  }

  /// Failure is told in a sentence that has the system's reason. Some calls may fail without harm, as when SQLite
  /// synchronises a folder.
  private func expectNamed(_ outcome: Outcome, _ fault: DiskFault, _ comment: Comment) {
    if fault == .killed {
      #expect(outcome.code == -9 || outcome.code == 0, comment)
      return
    }
    #expect(outcome.code == 0 || outcome.code == 1, comment)
    if outcome.code == 1 {
      #expect(outcome.errors.contains("prep: "), comment)
      // SQLite does not always keep what the system said.
      let general = "the disk is full, cannot be written, or fails"
      #expect(outcome.errors.contains(fault.reason) || outcome.errors.contains(general), comment)
      #expect(outcome.errors.contains("out"), comment)
    }
  }
}
