import Basics
import Store
import TestSupport
import Testing

@Suite("What was lost in a damaged shard")
struct FaultLocationTests {
  /// Several frames in a shard, documents of two sources in turn.
  private static let sample = {
    var sample = Sample(documents: [120, 1], longest: 600, seed: 5)
    for index in sample.segments[0].indices { sample.segments[0][index].split = .train }
    for index in 60..<90 { sample.segments[0][index].entry.source = 1 }
    return sample
  }()

  /// Which documents have tokens in a frame, found by counting.
  private static func documents(inFrame frame: Int) -> Range<Int> {
    var place = 0
    var found: [Int] = []
    for (number, document) in sample.segments[0].enumerated() {
      let frames = place / 8_192...(place + document.tokens.count - 1) / 8_192
      if frames.contains(frame) { found.append(number) }
      place += document.tokens.count
    }
    return found.first!..<found.last! + 1
  }

  /// The bytes of the sources' documents that follow one another.
  private static func sources(_ documents: Range<Int>) -> [SourceBytes] {
    var sources: [SourceBytes] = []
    var last = -1
    for document in sample.segments[0][documents].map(\.entry) {
      let end = document.byteOffset + document.byteCount
      if document.source == last {
        let bytes = sources[sources.count - 1].bytes
        sources[sources.count - 1].bytes = bytes.lowerBound..<max(bytes.upperBound, end)
      } else {
        sources.append(SourceBytes(path: "corpus/\(document.source).txt", bytes: document.byteOffset..<end))
      }
      last = document.source
    }
    return sources
  }

  private struct SourceBytes: Equatable {
    var path: String
    var bytes: Range<Int>
  }

  private static func sources(_ fault: ShardFault) -> [SourceBytes] {
    fault.sources.map { SourceBytes(path: $0.path, bytes: $0.bytes) }
  }

  private let folder: TemporaryFolder
  private let parts: ShardParts

  init() throws {
    folder = try dataset(Self.sample)
    parts = ShardParts(try File.contents(folder("train-00000.shard")))
  }

  private func write(_ parts: ShardParts) throws { try folder.write(parts.bytes, to: "train-00000.shard") }

  @Test func `a bad frame is named with its documents and their bytes in the sources`() throws {
    let frames = parts.entries.indices.filter { parts.entries[$0][6] == 0 }
    #expect(frames.count == 5)
    for frame in frames.indices {
      var damaged = parts
      damaged.parts[frames[frame]][100] ^= 1
      try write(damaged)
      let faults = try verify(folder.path).faults
      guard faults.count == 1, case .damagedShard(let fault) = faults[0] else {
        Issue.record("\(faults)")
        continue
      }
      #expect(fault.frame == frame)
      #expect(fault.documents == Self.documents(inFrame: frame))
      #expect(Self.sources(fault) == Self.sources(fault.documents!))
      var reader = try Dataset.open(folder.path).reader(.train)
      var tokens: [UInt32] = []
      let place = frame * 8_192 + 100
      #expect(throws: StoreError.damagedShard(fault)) { try reader.read(place..<place + 1, into: &tokens) }
      if frame > 0 {
        // The other frames can be read.
        try reader.read(0..<8_192, into: &tokens)
        #expect(tokens == Array(Self.sample.tokens(.train)[..<8_192]))
      }
    }
  }

  @Test func `every bad frame is named`() throws {
    var damaged = parts
    for index in [0, 2, 3] { damaged.parts[index][50] ^= 0x10 }
    try write(damaged)
    let frames = try verify(folder.path).faults.map { fault -> Int? in
      if case .damagedShard(let fault) = fault { fault.frame } else { nil }
    }
    #expect(frames == [0, 2, 3])
  }

  @Test
  func `where the shard's own table of documents is damaged too, the manifest tells where they came from`()
    throws
  {
    var damaged = parts
    damaged.parts[4][50] ^= 1
    let block = damaged.entries.firstIndex { $0[6] == 255 }!
    damaged.parts[block][30] ^= 1
    try write(damaged)
    let faults = try verify(folder.path).faults
    #expect(faults.count == 2)
    guard case .damagedShard(let frame)? = faults.first, case .damagedShard(let documents)? = faults.last
    else {
      Issue.record("\(faults)")
      return
    }
    #expect(frame.frame == 4)
    // Coarser: all documents of a source that follow one another.
    let lost = Self.documents(inFrame: 4)
    #expect(frame.documents!.lowerBound <= lost.lowerBound && frame.documents!.upperBound >= lost.upperBound)
    #expect([60, 90, 120].contains(frame.documents!.upperBound))
    #expect(documents.frame == nil)
    #expect(documents.reason.hasPrefix("document block 0"))
    #expect(documents.documents == 0..<120)
    #expect(Self.sources(documents) == Self.sources(0..<120))
  }
}
