import Basics
import Store
import TestSupport
import Testing

/// What is on the disk when: a power cut leaves what was synchronised before, and of the rest anything.
@Suite(.enabled(if: DiskFault.library != nil, "needs a C compiler (cc or clang)"))
struct `The order in which things reach the disk` {
  /// A call that changes something, as the library of `Tests/Faults` notes it.
  struct Call: CustomStringConvertible {
    let name: String
    let path: String
    var description: String { "\(name) \(path)" }

    init(_ line: Substring) {
      // The longest names first, as they have spaces.
      let names = ["create folder", "synchronize", "truncate", "rename", "remove", "write", "link", "open"]
      name = names.first { line.hasPrefix("\($0) ") } ?? ""
      path = String(line.dropFirst(name.utf8.count + 1))
    }

    func isOf(_ name: String, _ path: String) -> Bool { self.name == name && self.path == path }
  }

  private static let setup: Place? = try? Place(bytes: 50_000, segmentMegabytes: 0.02)

  private let place: Place
  private let folder: String

  init() throws {
    place = try Place(copying: #require(Self.setup))
    // The calls have paths without links.
    folder = try #require(place.shell("pwd -P").text.split(separator: "\n").first.map(String.init))
  }

  /// All calls of a command below the place's folder.
  private func calls(_ words: [String]) throws -> [Call] {
    let log = try TemporaryFolder()
    let library = try #require(DiskFault.library).path
    let outcome = try place.shell(
      """
      FAULT_FOLDER='\(folder)' FAULT_TRACE='\(log("trace"))' LD_PRELOAD='\(library)' \
      exec prep \(words.joined(separator: " "))
      """)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return String(decoding: try File.contents(log("trace")), as: UTF8.self).split(separator: "\n").map(
      Call.init)
  }

  private static func isOfDataset(_ path: String) -> Bool {
    path.hasSuffix(".shard") || path.hasSuffix(".table")
  }

  /// Files under temporary names, then their names, then the transaction that mentions them.
  private func expectFilesBeforeRows(_ calls: [Call], _ out: String) throws -> Int {
    var count = 0
    for (place, call) in calls.enumerated() where call.name == "rename" && Self.isOfDataset(call.path) {
      count += 1
      let own = calls[..<place].indices.filter { calls[$0].path.hasPrefix(call.path + AtomicFile.mark) }
      let written = try #require(own.last { calls[$0].name == "write" }, "\(call)")
      let synchronized = try #require(own.last { calls[$0].name == "synchronize" }, "\(call)")
      #expect(written < synchronized, "\(call)")
      let rest = calls[(place + 1)...]
      let named = try #require(rest.firstIndex { $0.isOf("synchronize", out) }, "\(call)")
      let begun = try #require(rest.firstIndex { $0.path == "\(out)/manifest.sqlite-journal" }, "\(call)")
      #expect(named < begun, "\(call)")
    }
    return count
  }

  /// Each transaction ends when its journal is gone, which the disk must know before anything else is done.
  private func expectTransactionsLast(_ calls: [Call], _ out: String) throws -> Int {
    var count = 0
    for (place, call) in calls.enumerated() where call.isOf("remove", "\(out)/manifest.sqlite-journal") {
      count += 1
      let next = calls[(place + 1)...].first { $0.path == out || $0.path.hasPrefix("\(out)/manifest.sqlite") }
      #expect(next?.isOf("synchronize", out) == true, "then \(next.map { "\($0)" } ?? "nothing")")
    }
    return count
  }

  @Test func `is files, names, rows when a dataset is made, and each transaction is there for good`() throws {
    let calls = try calls(place.encode + ["out"])
    #expect(try expectFilesBeforeRows(calls, "\(folder)/out") == place.files.count)
    // The plan, the run, the table, the segments, the end.
    #expect(try expectTransactionsLast(calls, "\(folder)/out") >= 6)
    try place.expectWhole("out", "traced")
  }

  @Test func `is the same when damaged files are made again`() throws {
    for name in place.files.keys { try place.folder.write("damaged", to: "whole/\(name)") }
    let calls = try calls(["repair", "whole"])
    for (place, call) in calls.enumerated() where call.name == "rename" && Self.isOfDataset(call.path) {
      let own = calls[..<place].indices.filter { calls[$0].path.hasPrefix(call.path + AtomicFile.mark) }
      let written = try #require(own.last { calls[$0].name == "write" }, "\(call)")
      #expect(written < own.last { calls[$0].name == "synchronize" } ?? -1, "\(call)")
      #expect(calls[(place + 1)...].contains { $0.isOf("synchronize", "\(folder)/whole") }, "\(call)")
    }
    try place.expectWhole("whole", "repaired")
  }

  @Test func `is a folder's name before anything in it`() throws {
    let calls = try calls(place.encode + ["new/deep/out"])
    for name in ["new", "new/deep", "new/deep/out"] {
      let made = try #require(calls.firstIndex { $0.isOf("create folder", "\(folder)/\(name)") })
      let parent = Path.parent("\(folder)/\(name)")
      #expect(calls[made + 1].isOf("synchronize", parent), "then \(calls[made + 1])")
    }
  }

  @Test func `is the bytes of a file before it gets a second name in a merged dataset`() throws {
    let calls = try calls(["merge", "whole", "whole", "--out", "out"])
    var links = 0
    for (place, call) in calls.enumerated() where call.name == "link" {
      links += 1
      let old = "\(folder)/whole/\(Path.name(call.path))"
      #expect(calls[..<place].contains { $0.isOf("synchronize", old) }, "\(call)")
      let rest = calls[(place + 1)...]
      let named = try #require(rest.firstIndex { $0.isOf("synchronize", "\(folder)/out") })
      let begun = try #require(rest.firstIndex { $0.path == "\(folder)/out/manifest.sqlite-journal" })
      #expect(named < begun, "\(call)")
    }
    #expect(links > 2)
  }

  @Test func `is the removal of shards before that of their manifest`() throws {
    let calls = try calls(place.encode + ["whole", "--replace", "--max-bytes", "5000"])
    let manifest = try #require(calls.firstIndex { $0.isOf("remove", "\(folder)/whole/manifest.sqlite") })
    let first = try #require(
      calls[..<manifest].firstIndex { $0.name == "remove" && Self.isOfDataset($0.path) })
    let last = try #require(calls[..<manifest].lastIndex { $0.name == "remove" && Self.isOfDataset($0.path) })
    #expect(calls[last..<manifest].contains { $0.isOf("synchronize", "\(folder)/whole") })
    // What marks it as half removed is there before the first goes.
    let marked = try #require(
      calls[..<first].lastIndex { $0.isOf("remove", "\(folder)/whole/manifest.sqlite-journal") })
    #expect(calls[marked..<first].contains { $0.isOf("synchronize", "\(folder)/whole") })
  }
}
