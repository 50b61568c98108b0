import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite(.enabled(if: DiskFault.library != nil, "needs a C compiler (cc or clang)"))
struct `A dataset that is there already` {
  private static let setup: Place? = try? Place(bytes: 50_000, segmentMegabytes: 0.02)

  private let place: Place
  private let library: String

  init() throws {
    place = try Place(copying: #require(Self.setup))
    library = try #require(DiskFault.library).path
  }

  /// The numbers that the file system gives the files of `whole`: of those that were made again they are others.
  private func numbers() throws -> String { try place.shell("ls -i whole").text }

  @Test func `is not removed because a call that reads it fails once`() throws {
    let before = try numbers()
    func run(_ call: Int) throws -> Outcome {
      let prefix = DiskFault.unreadable.prefix(
        library, folder: place("whole"), call: call, log: place("log"))
      return try place.shell("\(prefix) exec prep \(place.encode.joined(separator: " ")) whole --replace")
    }
    let undisturbed = try run(0)
    #expect(undisturbed.code == 0 && undisturbed.errors.contains("unchanged"), "\(undisturbed.errors)")
    let calls = try #require(Int(place.text("log").dropLast()))
    var failed = 0
    for call in Torture.places(upTo: calls, short: 16, phase: 0) {
      let outcome = try run(call)
      let comment: Comment = "call \(call) of \(calls), \(place.text("log")): \(outcome.errors)"
      #expect(outcome.code == 0 || outcome.code == 1, comment)
      if outcome.code == 1 {
        failed += 1
        #expect(outcome.errors.contains("Input/output error") && outcome.errors.contains("'whole"), comment)
      }
      #expect(try numbers() == before, comment)
    }
    #expect(failed > 0)
    try place.expectWhole("whole", "after all")
  }

  /// As on NFS.
  @Test func `is made, resumed and removed where no folder can be locked`() throws {
    func prep(_ words: String) throws -> Outcome {
      try place.shell("FAULT_LOCKS=\(ENOLCK) LD_PRELOAD='\(library)' exec prep \(words)")
    }
    let encode = place.encode.joined(separator: " ")
    for words in ["\(encode) out", "\(encode) out --replace --max-bytes 5000", "\(encode) out --replace"] {
      let outcome = try prep(words)
      #expect(outcome.code == 0, "\(words): \(outcome.errors)")
    }
    try place.expectWhole("out", "without locks")
    try Folder.remove(place("out/\(#require(place.files.keys.first { $0.hasSuffix(".shard") }))"))
    #expect(try prep("repair out").code == 0)
    try place.expectWhole("out", "repaired without locks")
  }

  /// What another writer does where no folder can be locked.
  @Test func `is in use where another writer has the manifest's lock`() throws {
    let database = try SQLite(place("whole/manifest.sqlite"), .create)
    try database.execute("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
    let before = try numbers()
    // Encoding looks at what is there with a reader's patience first, of ten seconds.
    let encode = "\(place.encode.joined(separator: " ")) whole --replace --max-bytes 5000"
    for words in ["repair whole"] + (Torture.isWhole ? [encode] : []) {
      let outcome = try place.shell("FAULT_LOCKS=\(ENOLCK) LD_PRELOAD='\(library)' exec prep \(words)")
      #expect(outcome.code == 1, "\(words)")
      #expect(
        outcome.errors.contains(
          "another process is writing the dataset in 'whole'; wait for it to end, or stop it"),
        "\(words): \(outcome.errors)")
      #expect(try numbers() == before)
    }
  }
}
