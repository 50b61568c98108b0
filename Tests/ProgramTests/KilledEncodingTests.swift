import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite struct `An encoding that is stopped` {
  private let place: Workplace
  private let arguments = ["encode", "corpora/", "--segment-megabytes", "0.004", "--json", "--out"]
  /// What a run that nobody stopped makes.
  private let rootHash: String
  private let shards: [String: [UInt8]]

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 400_000)
    rootHash = try JSON.parse(succeed(place.start("prep", arguments + ["whole"]).wait()).text)["root-hash"]!
      .string!
    shards = try place.files("whole", ending: ".shard")
  }

  /// Starts the work on `folder` and sends `signal` once that many shards have their names and, where that is asked for,
  /// another one is being written.
  private func encode(into folder: String, until count: Int, writing: Bool = false, then signal: Int32) throws
    -> Outcome
  {
    let program = try place.start("prep", arguments + [folder])
    while program.isRunning, try self.count(folder) < count { usleep(100) }
    while writing, program.isRunning, try !hasUnfinished(folder) { usleep(20) }
    program.send(signal)
    return try program.wait()
  }

  private func hasUnfinished(_ folder: String) throws -> Bool {
    try Folder.names(place(folder)).contains { $0.contains(".shard.tmp-") }
  }

  private func count(_ folder: String) throws -> Int {
    guard Folder.kind(place(folder)) == .folder else { return -1 }
    return try Folder.names(place(folder)).count { $0.hasSuffix(".shard") }
  }

  private func expectWhole(_ folder: String, _ outcome: Outcome) throws {
    #expect(try JSON.parse(succeed(outcome).text)["root-hash"]?.string == rootHash)
    #expect(try place.files(folder, ending: ".shard") == shards)
    #expect(try verify(place(folder)).strangers == [])
    succeed(try place.prep("verify", folder))
  }

  @Test func `goes on after SIGKILL at any moment and ends with the same bytes`() throws {
    #expect(shards.count > 80)
    var resumed = 0
    for moment in [0, 1, 2, 3, 11, 30, 47, 70] {
      let folder = "killed-\(moment)"
      let killed = try encode(into: folder, until: moment, writing: moment % 2 == 1, then: SIGKILL)
      #expect(killed.code == -SIGKILL || killed.code == 0)
      if killed.code != 0, moment > 0 {
        // Killed in the middle of a change of the manifest, it says that instead.
        let inspected = try place.prep("inspect", folder)
        let isUnfinished = !inspected.errors.contains("its last change was broken off")
        refuse(inspected, isUnfinished ? "is not finished" : "run the command that makes the dataset again")
      }
      let rerun = try place.start("prep", arguments + [folder]).wait()
      if rerun.errors.contains(" segments were there from an earlier run") { resumed += 1 }
      try expectWhole(folder, rerun)
    }
    // Were the machine so slow that each signal came after the end, nothing would have been tested.
    #expect(resumed >= 3)
  }

  @Test func `goes on after being killed again and again`() throws {
    for moment in stride(from: 5, to: 60, by: 9) {
      _ = try encode(into: "often", until: moment, writing: true, then: SIGKILL)
    }
    try expectWhole("often", place.start("prep", arguments + ["often"]).wait())
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `stops when it is asked to, keeps what it has and goes on`(signal: Int32) throws {
    let (folder, stopped) = try inTime {
      try ($0, encode(into: $0, until: 10, then: signal))
    } until: {
      $0.1.code != 0
    }
    refuse(stopped, "stopped before the end", "the same command again goes on")
    #expect(stopped.output.isEmpty)
    #expect(try !hasUnfinished(folder))
    let rerun = try place.start("prep", arguments + [folder]).wait()
    #expect(rerun.errors.contains(" segments were there from an earlier run"))
    try expectWhole(folder, rerun)
  }

  @Test func `does not go on with other options`() throws {
    _ = try encode(into: "other", until: 10, then: SIGKILL)
    let other = try place.start("prep", arguments + ["other", "--split", "hash"]).wait()
    refuse(other, "'other' holds another dataset", "its split is \"tail\", not \"hash\"")
  }

  @Test func `is not disturbed by another one into the same folder`() throws {
    let (folder, first, second) = try inTime { folder in
      let first = try place.start("prep", arguments + [folder])
      while first.isRunning, try count(folder) < 5 { usleep(100) }
      first.send(SIGSTOP)
      defer { first.send(SIGCONT) }
      return (folder, first, try place.start("prep", arguments + [folder]).wait())
    } until: {
      $0.2.code != 0
    }
    refuse(second, "another process is writing the dataset in '\(folder)'")
    try expectWhole(folder, first.wait())
  }

  /// Tries in one folder after another: on a busy machine a signal may come after the end of the work.
  private func inTime<Result>(_ attempt: (String) throws -> Result, until isInTime: (Result) -> Bool) throws
    -> Result
  {
    for number in 0..<10 {
      let result = try attempt("attempt-\(number)")
      if isInTime(result) { return result }
    }
    return try attempt("last-attempt")
  }
}
