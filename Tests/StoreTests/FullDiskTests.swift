import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite("Disks that are full or cannot be written")
struct FullDiskTests {
  static let sample = Sample(documents: [300, 0, 100], longest: 1_200)

  /// Tries to write the dataset where it does not fit; false where it did.
  private static func meetsLimit(_ path: String) throws -> Bool {
    do {
      try sample.write(to: path)
      return false
    } catch {
      switch error as? StoreError {
      case .file(let error)?: #expect([ENOSPC, EFBIG].contains(error.code))
      case .database(let path, _)?: #expect(path.hasSuffix("/manifest.sqlite"))
      default: Issue.record(error)
      }
      #expect("\(error)".hasPrefix("cannot "))
      return true
    }
  }

  /// Every file that looks like a shard is one that the manifest knows, and whole; nothing temporary is left.
  private static func leavesNothingHalfWritten(_ path: String) throws {
    guard Folder.kind(path) != nil else { return }
    let names = try Folder.names(path).filter { !$0.hasPrefix("manifest.sqlite") }
    guard !names.isEmpty else { return }
    let shards = try ReferenceManifest(path).tables["shard"]!.map { row in
      let (segment, split) = row.number.quotientAndRemainder(dividingBy: 3)
      return "\(Split.allCases[split])-0000\(segment).shard"
    }
    #expect(names == shards.sorted())
    for name in names { _ = try ReferenceShard(File.contents("\(path)/\(name)")) }
  }

  private static func finish(_ path: String, _ expected: OrderOfWorkTests.Contents) throws {
    try sample.write(to: path)
    #expect(try OrderOfWorkTests.Contents(path) == expected)
    #expect(try verify(path).faults == [])
  }

  @Test func `files that may not grow are an error, and later the work goes on`() async throws {
    await #expect(processExitsWith: .success) {
      let whole = try dataset(Self.sample)
      let expected = try OrderOfWorkTests.Contents(whole.path)
      let largest = try Folder.names(whole.path).map { try File.contents(whole($0)).count }.max()!
      for size in [0, 1, 511, 4_096, 8_192, 20_480] + stride(from: 30_000, to: largest, by: 20_000) {
        let folder = try TemporaryFolder()
        let path = folder("shards")
        try Limits.fileSize(size, kills: false)
        #expect(try Self.meetsLimit(path), "\(size) bytes")
        try Limits.fileSize(nil, kills: false)
        try Self.leavesNothingHalfWritten(path)
        try Self.finish(path, expected)
      }
    }
  }

  @Test(.enabled(if: Mount.isPermitted, "only a superuser may mount file systems"))
  func `a full disk is an error, and with more room the work goes on`() throws {
    let whole = try dataset(Self.sample)
    let expected = try OrderOfWorkTests.Contents(whole.path)
    var full = 0
    for size in stride(from: 8_192, through: 600_000, by: 28_672) {
      let disk = try Mount(size: size)
      let path = "\(disk.path)/shards"
      guard try Self.meetsLimit(path) else { continue }
      full += 1
      try Self.leavesNothingHalfWritten(path)
      try disk.remount("size=2m")
      try Self.finish(path, expected)
    }
    #expect(full > 5)
  }

  @Test(.enabled(if: Mount.isPermitted, "only a superuser may mount file systems"))
  func `a disk that can only be read is read, and not written`() throws {
    let disk = try Mount(size: 1 << 20)
    let path = "\(disk.path)/whole", begun = "\(disk.path)/begun"
    try Sample.fixed.write(to: path)
    try Sample.fixed.write(0, DatasetWriter(folder: begun, plan: Sample.fixed.plan))
    try disk.remount("ro")
    #expect(try Dataset.open(path).documents(.train) == Sample.fixed.documents(.train))
    #expect(try verify(path).faults == [])
    #expect(try DatasetWriter(folder: path, plan: Sample.fixed.plan).isComplete)
    #expect(throws: StoreError.incomplete(folder: begun, segments: 1, of: 3)) { try Dataset.open(begun) }
    let attempts: [() throws -> Void] = [
      { try Sample.fixed.write(to: begun) }, { try Sample.fixed.write(to: "\(disk.path)/new") },
      { try DatasetWriter.remove(path) },
    ]
    for work in attempts {
      let error = try #require(throws: StoreError.self) { try work() }
      #expect("\(error)".hasPrefix("cannot "))
      #expect("\(error)".contains("ead-only file system") || "\(error)".contains("readonly database"))
    }
    #expect(try verify(path).faults == [])
  }

  @Test func `a folder that the user may not write is named`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    await #expect(processExitsWith: .success) { [path = path as String] in
      // A superuser may write everywhere: the test goes on as nobody.
      unsafe chmod(path, 0o555)
      if getuid() == 0 { #expect(setuid(65_534) == 0) }
      let error = try #require(throws: StoreError.self) { try Sample.fixed.write(to: path) }
      #expect(
        "\(error)" == """
          cannot write to '\(path)': Permission denied; choose a place that you may write to, or change its permissions
          """)
      let above = try #require(throws: StoreError.self) { try Sample.fixed.write(to: "\(path)/shards") }
      #expect(
        "\(above)" == """
          cannot create folder '\(path)/shards': Permission denied; choose a place that you may write to, or change its \
          permissions
          """)
    }
    #expect(try Folder.names(path) == [])
  }
}
