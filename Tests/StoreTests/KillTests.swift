import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite("Killed while writing")
struct KillTests {
  /// Where the process ends. The documents are long enough for some of a shard to be written before it is finished.
  enum Step: Int, CaseIterable, Codable {
    case nothing, writer, segment, documents, published, committed, secondPublished, allCommitted, finished
  }

  static let sample = Sample(documents: [900, 0, 200], longest: 1_200)

  /// Writes up to `step`.
  static func write(to path: String, upTo step: Step) throws {
    guard step != .nothing else { return }
    let writer = try DatasetWriter(folder: path, plan: sample.plan)
    guard step != .writer else { return kill() }
    var first = try writer.beginSegment(0)
    guard step != .segment else { return kill() }
    try sample.write(0, to: &first)
    guard step != .documents else { return kill() }
    if step == .published {
      try first.publishOnly()
      return kill()
    }
    try first.commit()
    guard step != .committed else { return kill() }
    try sample.write(1, writer)
    var last = try writer.beginSegment(2)
    try sample.write(2, to: &last)
    if step == .secondPublished {
      try last.publishOnly()
      return kill()
    }
    try last.commit()
    guard step != .allCommitted else { return kill() }
    _ = try writer.finish()
    kill()
  }

  private static func kill() { raise(SIGKILL) }

  @Test(arguments: Step.allCases.dropFirst())
  func `a process killed after any step loses nothing that was committed`(step: Step) async throws {
    let folder = try TemporaryFolder()
    let path = folder("shards")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, step] in
      try Self.write(to: path, upTo: step)
    }
    let committed = [.committed, .secondPublished, .allCommitted, .finished].contains(step)
    #expect(
      try DatasetWriter(folder: path, plan: Self.sample.plan).committedSegments.contains(0) == committed)
    try Self.finish(path)
  }

  /// What a run never killed writes.
  private static let expected = Result<OrderOfWorkTests.Contents, any Error> {
    let whole = try dataset(sample)
    return try OrderOfWorkTests.Contents(whole.path)
  }

  /// Goes on, and compares.
  static func finish(_ path: String) throws {
    try sample.write(to: path)
    #expect(try OrderOfWorkTests.Contents(path) == expected.get())
    let report = try verify(path)
    #expect(report.faults == [])
    #expect(report.strangers == [])
  }

  /// Sizes of a file at which the process is killed: in the head of the manifest, its tables and its last page, in the
  /// first block of a shard and in the last.
  @Test(arguments: [0, 100, 512, 4_096, 8_192, 20_480, 40_000, 45_056, 65_536, 150_000, 262_144, 290_000])
  func `a process killed in the middle of writing a file loses nothing that was committed`(size: Int)
    async throws
  {
    let folder = try TemporaryFolder()
    let path = folder("shards")
    await #expect(processExitsWith: .signal(SIGXFSZ)) { [path = path as String, size] in
      try Limits.fileSize(size, kills: true)
      try Self.sample.write(to: path)
    }
    try Self.finish(path)
  }
}
