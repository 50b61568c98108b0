import Basics
import Store
import TestSupport
import Testing

@Suite struct `A dataset of which something is damaged` {
  /// All that a dataset says.
  private struct Answers: Equatable {
    var rootHash: Digest
    var plan: DatasetPlan
    var splits: [SplitSummary]
    var rejects: [RejectedDocument]
    var tokens: [[UInt32]] = []
    var documents: [[DocumentEntry]] = []

    init(_ folder: String) throws {
      let dataset = try Dataset.open(folder)
      rootHash = dataset.rootHash
      plan = try dataset.plan()
      splits = dataset.splits
      rejects = try dataset.rejects()
      for split in splits {
        var reader = try dataset.reader(split.split)
        var ids: [UInt32] = []
        try reader.read(0..<split.tokens, into: &ids)
        tokens.append(ids)
        var found: [DocumentEntry] = []
        var cursor = SplitReader.DocumentCursor()
        while let (document, _) = try reader.next(&cursor) { found.append(document) }
        documents.append(found)
      }
    }
  }

  private enum Verdict { case refused, seenByVerify, unchanged }

  private let place: Place
  private let answers: Answers
  private let report: VerifyReport
  private let whole: [String: [UInt8]]

  init() throws {
    place = try Place(bytes: 500_000, segmentMegabytes: 0.15)
    let folder = place("whole")
    answers = try Answers(folder)
    report = try verify(folder)
    whole = Dictionary(
      uniqueKeysWithValues: try Folder.names(folder).map { ($0, try File.contents(Path.join(folder, $0))) })
    #expect(report.faults == [] && answers.rejects.count > 10)
    #expect(whole.keys.contains { $0.hasSuffix(".table") } && whole.count > 5)
  }

  /// Puts `bytes` in the place of a file; nil removes it. A new file each time: to shorten and rewrite one makes some
  /// file systems wait for the disk.
  private func replace(_ name: String, by bytes: [UInt8]?) throws {
    try Folder.remove(place("whole/\(name)"))
    if let bytes { try place.folder.write(bytes, to: "whole/\(name)") }
  }

  /// Reads everything: an error must name a file of `names`, and without one every answer must be as it was.
  private func verdict(_ names: [String], _ comment: @autoclosure () -> Comment) -> Verdict {
    do {
      let found = try Answers(place("whole"))
      #expect(found == answers, comment())
    } catch {
      expectNamed(error, names, comment())
      return .refused
    }
    do {
      let found = try verify(place("whole"))
      for fault in found.faults { expectNamed(fault, names, comment()) }
      if !found.faults.isEmpty { return .seenByVerify }
      #expect(found == report, comment())
    } catch {
      expectNamed(error, names, comment())
      return .seenByVerify
    }
    return .unchanged
  }

  private func expectNamed(_ error: any Error, _ names: [String], _ comment: Comment) {
    #expect(error is StoreError, comment)
    let text = "\(error)"
    #expect(names.contains { text.contains($0) }, "\(comment): \(text)")
    #expect(
      text.contains("damaged") || text.contains("cannot be used") || text.contains("no dataset")
        || text.contains("version") || text.contains("not finished"), "\(comment): \(text)")
  }

  @Test func `with one bit flipped is a named error, or every answer is as it was`() throws {
    var random = SplitMix64(seed: 7)
    var verdicts: [Verdict: Int] = [:]
    let names = whole.keys.sorted()
    for number in 0..<Torture.count(200, whole: 10_000) {
      // Each file as often as any other: the table and the manifest are small beside the shards.
      let name = names[number % names.count]
      var bytes = whole[name]!
      let bit = Int.random(in: 0..<8 * bytes.count, using: &random)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      try replace(name, by: bytes)
      verdicts[verdict([name, "shard"], "bit \(bit % 8) of byte \(bit / 8) of \(name)"), default: 0] += 1
      try replace(name, by: whole[name]!)
    }
    Torture.report(
      "bits flipped: \(verdicts[.refused] ?? 0) refused, \(verdicts[.seenByVerify] ?? 0) seen by verify alone, "
        + "\(verdicts[.unchanged] ?? 0) without any change")
    #expect((verdicts[.refused] ?? 0) > Torture.count(100, whole: 5_000))
    #expect(verdict([], "after all") == .unchanged)
  }

  @Test func `with a file cut off anywhere is a named error`() throws {
    var cuts = 0
    for (name, bytes) in whole {
      for count in stride(from: 0, to: bytes.count, by: Torture.count(9_970, whole: 997)) {
        try replace(name, by: Array(bytes[..<count]))
        #expect(verdict([name], "\(count) bytes of \(name)") == .refused, "\(count) bytes of \(name)")
        cuts += 1
      }
      try replace(name, by: bytes)
    }
    Torture.report("files cut off: \(cuts), all refused")
  }

  @Test func `with a file missing is a named error`() throws {
    for (name, bytes) in whole {
      try replace(name, by: nil)
      #expect(verdict([name], "without \(name)") == .refused)
      try replace(name, by: bytes)
    }
  }

  @Test func `with files in each other's places is a named error`() throws {
    for (name, bytes) in whole {
      for (other, others) in whole where other != name {
        try replace(name, by: others)
        #expect(verdict([name], "\(other) for \(name)") == .refused)
      }
      try replace(name, by: bytes)
    }
  }

  @Test func `with a file of another dataset is a named error`() throws {
    let other = try Place(bytes: 500_000, segmentMegabytes: 0.15, seed: 2)
    let others = other.files
    for (name, bytes) in whole where name != "manifest.sqlite" {
      let ending = name.split(separator: ".").last!
      // A shard by the shard of its own name, the table by the other's table.
      let strange = try #require(others[name] ?? others.first { $0.key.hasSuffix(".\(ending)") }?.value)
      try replace(name, by: strange)
      #expect(verdict([name], "another dataset's \(name)") == .refused)
      try replace(name, by: bytes)
    }
    // The other's manifest finds none of its shards here.
    try replace("manifest.sqlite", by: File.contents(other("whole/manifest.sqlite")))
    #expect(verdict(Array(whole.keys), "another dataset's manifest") == .refused)
  }
}
