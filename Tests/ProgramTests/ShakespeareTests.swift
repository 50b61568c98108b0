import Basics
import Glibc
import TestSupport
import Testing

/// The whole path on real text: Karpathy's tinyshakespeare in GPT-2's tokens.
@Suite(.enabled(if: Shared.path("data/english/tinyshakespeare.txt") != nil, "needs ../shared"))
struct `Shakespeare in GPT-2's tokens` {
  private let place: Workplace
  private let recipe = "\(Shared.package)/manifests/tinyshakespeare.json"
  private let training = """
    --shards shards --layers 1 --heads 2 --width 16 --context 32 --batch-size 4 --steps 40 --eval-interval 20 \
    --eval-batches 4 --checkpoint-interval 10 --learning-rate 0.01 --out
    """

  init() throws {
    place = try Workplace()
    succeed(try place.prep("fetch", "gpt2", "--from", Shared.path("data/gpt2")!))
    succeed(
      try place.prep("fetch", "tinyshakespeare", "--from", Shared.path("data/english/tinyshakespeare.txt")!))
  }

  /// The recipe has the root hash, and the program compares.
  @Test func `has the promised root hash, also after SIGKILL`() throws {
    succeed(try place.prep("encode", "--recipe", recipe, "--threads", "1"))
    for moment in 0..<2 {
      let folder = "killed-\(moment)"
      let program = try place.start("prep", ["encode", "--recipe", recipe, "--out", folder])
      while program.isRunning, try !isWriting(folder) { usleep(200) }
      usleep(UInt32(moment) * 5_000)
      program.send(SIGKILL)
      _ = try program.wait()
      succeed(try place.prep("encode", "--recipe", recipe, "--out", folder))
      #expect(try place.files(folder, ending: "shard") == place.files("shards", ending: "shard"))
    }
  }

  private func isWriting(_ folder: String) throws -> Bool {
    guard Folder.kind(place(folder)) == .folder else { return false }
    return try Folder.names(place(folder)).contains { $0.contains(".shard") }
  }

  @Test func `is learned, with one curve whether or not the training was killed`() throws {
    succeed(try place.prep("encode", "--recipe", recipe))
    succeed(try place.shell("train \(training) whole"))
    let losses = try place.lines("whole/metrics.jsonl").compactMap { $0["val_loss"]?.number }
    #expect(losses.count == 3 && losses == losses.sorted(by: >) && losses[2] < losses[0] - 1)
    let program = try RunningProgram(shell: "exec train \(training) killed", in: place.folder.path)
    while program.isRunning, ((try? place.bytes("killed/metrics.jsonl"))?.count { $0 == 10 } ?? 0) < 15 {
      usleep(1_000)
    }
    program.send(SIGKILL)
    _ = try program.wait()
    succeed(try place.train("--resume", "killed"))
    #expect(try curve(place, "killed") == curve(place, "whole"))
  }
}
