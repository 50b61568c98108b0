import Basics
import Glibc
import TestSupport
import Testing

@Suite struct `A training that is stopped` {
  private let place: Workplace
  private let arguments = [
    "--shards", "shards", "--layers", "1", "--heads", "2", "--width", "16", "--context", "32", "--batch-size",
    "4",
    "--dropout", "0.1", "--steps", "400", "--eval-interval", "20", "--checkpoint-interval", "20",
    "--eval-batches",
    "2", "--out",
  ]

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer()
    succeed(try place.prep("encode", "corpora/", "--val-fraction", "0.1"))
    succeed(try place.start("train", arguments + ["whole"]).wait())
  }

  /// Starts `words` and sends `signal` once the run has that many lines of metrics.
  private func train(_ words: [String], _ run: String, until lines: Int, then signal: Int32) throws -> Outcome
  {
    let program = try place.start("train", words)
    while program.isRunning, count(run) < lines { usleep(200) }
    program.send(signal)
    return try program.wait()
  }

  private func count(_ run: String) -> Int {
    (try? place.bytes("\(run)/metrics.jsonl"))?.count { $0 == 10 } ?? -1
  }

  private func expectWhole(_ run: String) throws {
    #expect(try curve(place, run) == curve(place, "whole"))
    for file in ["model.safetensors", "optimizer.safetensors"] {
      let path = "checkpoints/step-000400/\(file)"
      #expect(try place.bytes("\(run)/\(path)") == place.bytes("whole/\(path)"))
    }
    #expect(try Folder.names(place("\(run)/checkpoints")).allSatisfy { !$0.contains(".tmp-") })
  }

  @Test func `goes on after SIGKILL with the same curve and the same weights`() throws {
    var killed = 0
    for moment in [1, 15, 22, 130, 290] {
      let run = "killed-\(moment)"
      if try train(arguments + [run], run, until: moment, then: SIGKILL).code == -SIGKILL { killed += 1 }
      succeed(try place.train("--resume", run))
      try expectWhole(run)
    }
    #expect(killed >= 3)
  }

  @Test func `goes on after being killed again and again`() throws {
    _ = try train(arguments + ["often"], "often", until: 30, then: SIGKILL)
    for moment in stride(from: 50, to: 330, by: 70) {
      _ = try train(["--resume", "often"], "often", until: moment, then: SIGKILL)
    }
    succeed(try place.train("--resume", "often"))
    try expectWhole("often")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `saves when it is asked to stop`(signal: Int32) throws {
    var (run, outcome) = ("run", try train(arguments + ["run"], "run", until: 33, then: signal))
    // On a busy machine the signal may come after the end.
    for attempt in 0..<10 where outcome.code == 0 {
      run = "run-\(attempt)"
      outcome = try train(arguments + [run], run, until: 33, then: signal)
    }
    refuse(outcome, "which is saved; go on with `train --resume \(run)`")
    let step = try #require(curve(place, run).last?["step"]?.integer)
    #expect(outcome.errors.contains("stopped after step \(step)"))
    let newest = try #require(Folder.names(place("\(run)/checkpoints")).last)
    #expect(newest.hasSuffix("\(step)"))
    #expect(
      succeed(try place.train("generate", run, "--checkpoint", "latest", "--max-tokens", "3")).text.count > 0)
    let resumed = succeed(try place.train("--resume", run))
    #expect(resumed.errors.contains("going on after step \(step) of '\(run)'"))
    try expectWhole(run)
  }

  @Test func `keeps its folder to itself`() throws {
    let program = try place.start("train", arguments + ["busy"])
    while program.isRunning, count("busy") < 25 { usleep(200) }
    program.send(SIGSTOP)
    let second = try place.train("--resume", "busy")
    program.send(SIGCONT)
    if second.code != 0 { refuse(second, "another process is training into 'busy'") }
    succeed(try program.wait())
    try expectWhole("busy")
  }
}
