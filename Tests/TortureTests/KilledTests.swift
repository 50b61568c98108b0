import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite struct `An encoding killed at random moments` {
  @Test func `ends with the same root hash and no stray file when it is run again`() throws {
    let place = try Place(bytes: 300_000, segmentMegabytes: 0.01)
    let clock = ContinuousClock()
    let durations = try (0..<3).map { number in
      try clock.measure { _ = try place.run(place.encode + ["undisturbed-\(number)"]) }
    }
    let duration = durations.sorted()[1] / .microseconds(1)
    var random = SplitMix64(seed: 1)
    var killed = 0
    var resumed = 0
    let wanted = Torture.count(8, whole: 200)
    var trials = 0
    while killed < wanted, trials < 4 * wanted {
      trials += 1
      let moment = UInt32(random.unit() * duration)
      let comment: Comment = "killed after \(moment) of \(Int(duration)) microseconds"
      let program = try RunningProgram("prep", place.encode + ["shards"], in: place.folder.path)
      usleep(moment)
      program.send(SIGKILL)
      let outcome = try program.wait()
      #expect(outcome.code == -SIGKILL || outcome.code == 0, comment)
      if outcome.code != 0 { killed += 1 }
      // Every second time it is killed once more before it may end.
      if trials % 2 == 0, outcome.code != 0, killed < wanted { continue }
      let rerun = try place.run(place.encode + ["shards"])
      #expect(rerun.code == 0, "\(comment): \(rerun.errors)")
      if rerun.errors.contains("from an earlier run") { resumed += 1 }
      try place.expectWhole("shards", comment)
      try Folder.remove(place("shards"))
    }
    Torture.report("\(killed) killed of \(trials), \(resumed) runs went on with what there was")
    // Were all signals too late or too early, nothing would have been tested.
    #expect(killed == wanted)
    #expect(resumed >= 1)
  }
}
