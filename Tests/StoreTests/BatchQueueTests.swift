import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite("Batches read beforehand")
struct BatchQueueTests {
  private let data: PlacedSample

  init() throws { data = try PlacedSample(documents: [60, 25], longest: 90) }

  private func loader(batchSize: Int = 3) throws -> BatchLoader {
    try BatchLoader(
      DatasetMixture(data.dataset), split: .train, LoaderOptions(contextLength: 16, batchSize: batchSize))
  }

  @Test(arguments: [true, false])
  func `are the loader's, with its states, with a thread and without`(hasThread: Bool) throws {
    var loader = try loader()
    let queue = try BatchQueue(self.loader(), start: { hasThread && Thread.start($0) })
    #expect(queue.state == loader.state)
    #expect(queue.windowCount == loader.windowCount && queue.tokenCount == loader.tokenCount)
    var expected = TokenBatch(), batch = TokenBatch()
    for _ in 0..<300 {
      try loader.next(&expected)
      try queue.next(&batch)
      #expect(batch == expected)
      #expect(queue.state == loader.state && queue.passes == loader.passes)
    }
  }

  private static func failure(_ loader: inout BatchLoader, _ batch: inout TokenBatch) -> StoreError? {
    do { try loader.next(&batch) } catch { return error }
    return nil
  }

  @Test(arguments: [true, false])
  func `an error comes after all batches before it, and again until its cause is gone`(hasThread: Bool) throws
  {
    let path = data.folder("train-00001.shard")
    let bytes = try File.contents(path)
    var broken = bytes
    broken[200] ^= 1
    try data.folder.write(broken, to: "train-00001.shard")
    var loader = try loader()
    let queue = try BatchQueue(self.loader(), start: { hasThread && Thread.start($0) })
    var expected = TokenBatch(), batch = TokenBatch()
    var failure: StoreError?
    while failure == nil {
      failure = Self.failure(&loader, &expected)
      if failure != nil { break }
      try queue.next(&batch)
      #expect(batch == expected)
    }
    for _ in 0..<3 {
      let state = queue.state
      #expect(throws: failure!) { try queue.next(&batch) }
      #expect(queue.state == state && queue.state == loader.state)
    }
    // A reader that keeps the file open sees what is written into it.
    try data.folder.write(bytes, to: "train-00001.shard")
    // One more failure may have been read before the file was mended.
    if (try? queue.next(&batch)) == nil { try queue.next(&batch) }
    for _ in 0..<50 {
      try loader.next(&expected)
      #expect(batch == expected)
      try queue.next(&batch)
    }
  }

  /// A batch that would be read too early would be read before its shard is damaged.
  @Test func `no more batches are read ahead than stated`() throws {
    let first = data.sample.documents(.train).prefix(60).reduce(0) { $0 + $1.tokens.count }
    var options = LoaderOptions(contextLength: first / BatchQueue.ahead, batchSize: 1)
    options.shuffle = .none
    let mixture = DatasetMixture(data.dataset)
    var loader = try BatchLoader(mixture, split: .train, options)
    let queue = try BatchQueue(BatchLoader(mixture, split: .train, options))
    // Time enough for a thread that does not wait; one that has read nothing yet changes nothing.
    usleep(100_000)
    var broken = try File.contents(data.folder("train-00001.shard"))
    broken[200] ^= 1
    try data.folder.write(broken, to: "train-00001.shard")
    var expected = TokenBatch(), batch = TokenBatch()
    for _ in 0..<BatchQueue.ahead {
      try queue.next(&batch)
      try loader.next(&expected)
      #expect(batch == expected)
    }
    #expect(throws: StoreError.self) { try queue.next(&batch) }
  }

  @Test func `reading ends with the queue`() throws {
    func openFiles() throws -> Int { try StoreTests.openFiles(in: data.folder.path) }
    var queue: BatchQueue? = try BatchQueue(loader())
    var batch = TokenBatch()
    try queue!.next(&batch)
    #expect(try openFiles() > 0)
    queue = nil
    // The thread ends on its own time.
    for _ in 0..<2_000 where try openFiles() > 0 { usleep(5_000) }
    #expect(try openFiles() == 0)
  }
}
