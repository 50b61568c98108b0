import Basics
import Store
import TestSupport
import Testing

@Suite("Reading zstd")
struct ZstdDecoderTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func read(_ bytes: [UInt8], step: Int = 1_000) throws -> [UInt8] {
    var decoder = ZstdDecoder(try File.open(folder.write(bytes, to: "a.zst")))
    var content: [UInt8] = []
    while true {
      let before = content.count
      let count = try decoder.read(upTo: step, appendingTo: &content)
      #expect(count <= step && content.count == before + count)
      if count == 0 { return content }
    }
  }

  private static func skippable(_ content: [UInt8]) -> [UInt8] {
    [0x55, 0x2a, 0x4d, 0x18] + Reference.bytes(UInt64(content.count), 4) + content
  }

  @Test(arguments: [13, 1_000, 300_000, 1 << 20])
  func `frames follow one another, and skippable ones are skipped`(step: Int) throws {
    var random = SplitMix64(seed: 1)
    let contents = [0, 1, 500, 300_000, 0, 9].map { count in
      (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
    let packed =
      contents.flatMap { Self.skippable(Array($0.prefix(400))) + Zstd.pack($0) } + Self.skippable([])
    #expect(try read(packed, step: step) == contents.flatMap(\.self))
  }

  @Test func `a file of skippable frames holds nothing`() throws {
    #expect(try read(Self.skippable([1, 2, 3])) == [])
  }

  @Test func `a file cut off anywhere is an error, after what came before`() throws {
    let first = Zstd.pack(Array(0..<100)), second = Zstd.pack(Array(100..<200))
    let packed = first + second
    for count in packed.indices where count != first.count {
      let error = try #require(throws: ZstdError.self) { try read(Array(packed[..<count])) }
      #expect(
        "\(error)" == """
          '\(folder("a.zst"))' ends at byte \(count) in the middle of a zstd frame; get it again from where it came
          """)
    }
    #expect(try read(first) == Array(0..<100))
  }

  @Test func `what is no zstd is named by its place`() throws {
    let error = try #require(throws: ZstdError.self) { try read(Array("plain text".utf8)) }
    #expect(error == .notZstd(path: folder("a.zst"), offset: 0))
    #expect("\(error)".contains("is not zstd at byte 0; decompress it by hand"))
  }

  @Test func `a wrong checksum is damage`() throws {
    var packed = Zstd.pack([1, 2, 3])
    packed[packed.count - 1] ^= 1
    let error = try #require(throws: ZstdError.self) { try read(packed) }
    guard case .damaged(let path, _, let reason) = error else { throw error }
    #expect(path == folder("a.zst"))
    #expect(reason == "Restored data doesn't match checksum")
  }

  /// A frame that says how far it looks back, instead of how much it holds.
  private static func frame(windowLog: UInt8) -> [UInt8] {
    [0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3] + Reference.bytes(3 << 3 | 1, 3) + [7, 8, 9]
  }

  @Test func `memory that the system does not have is told as such, and not as damage`() async {
    await #expect(processExitsWith: .success) {
      let tests = try ZstdDecoderTests()
      try Limits.memory(beyondNow: 64 << 20)
      let error = try #require(throws: ZstdError.self) { try tests.read(Self.frame(windowLog: 27)) }
      #expect(
        "\(error)".hasPrefix("cannot unpack '\(tests.folder("a.zst"))': Cannot allocate memory; end other"))
    }
  }

  @Test func `a frame that looks back more than 128 MiB is refused, which keeps memory bounded`() throws {
    #expect(try read(Self.frame(windowLog: 27)) == [7, 8, 9])
    for log in [28, 31, 41] as [UInt8] {
      let error = try #require(throws: ZstdError.self) { try read(Self.frame(windowLog: log)) }
      #expect("\(error)".contains("(needs more than 128 MiB to decompress, as files made with --long do)"))
    }
  }
}
