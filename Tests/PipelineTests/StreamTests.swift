import Basics
import Pipeline
import TestSupport
import Testing

@Suite struct StreamTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func read(_ packed: [UInt8], _ name: String = "a.txt.gz", step: Int = 1 << 16) throws -> [UInt8] {
    try contents(source(folder.write(packed, to: name)).open(), step: step)
  }

  @Test(arguments: [0, 1, 59_999, 60_000, 60_001, 300_000])
  func `packed files are unpacked, in steps of any length`(count: Int) throws {
    var random = SplitMix64(seed: 1)
    let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    for step in [1 << 16, 7_777] {
      #expect(try read(Packed.gzip(bytes), step: step) == bytes)
      #expect(try read(Packed.zstd(bytes), "a.txt.zst", step: step) == bytes)
    }
  }

  @Test func `several members or frames follow one another`() throws {
    let (a, b) = (Array("one ".utf8), Array("two".utf8))
    #expect(try read(Packed.gzip(a) + Packed.gzip([]) + Packed.gzip(b)) == a + b)
    #expect(try read(Packed.zstd(a) + Packed.zstd([]) + Packed.zstd(b), "a.txt.zst") == a + b)
  }

  @Test func `zero bytes behind gzip members are padding`() throws {
    let bytes = Array("text".utf8)
    #expect(try read(Packed.gzip(bytes) + [0, 0, 0]) == bytes)
    #expect(try read(Packed.gzip(bytes) + [0] + Packed.gzip(bytes)) == bytes + bytes)
  }

  @Test func `a gzip file cut off anywhere is an error that names the byte`() throws {
    let packed = Packed.gzip(Array("some text".utf8))
    for count in 0..<packed.count {
      let error = #expect(throws: PipelineError.self) { try read(Array(packed[..<count]), step: 100) }
      guard case .damaged(let file, count, let reason) = error else {
        Issue.record("\(count): \(error!)")
        continue
      }
      #expect(file == folder("a.txt.gz"))
      #expect(reason == (count == 0 ? "the file is empty" : "the file is cut off"))
    }
  }

  @Test func `a zstd file cut off anywhere is an error`() throws {
    let packed = Packed.zstd(Array("some text".utf8))
    for count in 1..<packed.count {
      let error = #expect(throws: PipelineError.self) { try read(Array(packed[..<count]), "a.txt.zst") }
      guard case .damaged(_, let offset, _) = error else {
        Issue.record("\(count): \(error!)")
        continue
      }
      #expect(0...count ~= offset)
    }
  }

  @Test func `a changed bit in a gzip file is an error or changes nothing`() throws {
    let bytes = Array("some text".utf8)
    let packed = Packed.gzip(bytes)
    for bit in 0..<8 * packed.count {
      var changed = packed
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        // Flags and dates in the header may change without harm, and bits that nobody uses in the first block's.
        #expect(try read(changed, step: 100) == bytes)
        #expect(bit / 8 <= 10)
      } catch is PipelineError {}
    }
  }

  @Test func `what is no gzip, or follows it, is an error that names the byte`() throws {
    let packed = Packed.gzip(Array("text".utf8))
    let plain = #expect(throws: PipelineError.self) { try read(Array("text".utf8)) }
    #expect("\(plain!)".contains("a.txt.gz', byte 0 of the packed file: not gzip's format"))
    let behind = #expect(throws: PipelineError.self) { try read(packed + Array("more".utf8)) }
    #expect("\(behind!)".contains("byte \(packed.count) of the packed file: there is something else"))
  }

  @Test func `a part of a file is what lies there, packed or not`() throws {
    let bytes = Array("0123456789".utf8)
    for (name, packed) in [
      ("a.txt", bytes), ("a.txt.gz", Packed.gzip(bytes)), ("a.txt.zst", Packed.zstd(bytes)),
    ] {
      let source = try source(folder.write(packed, to: name))
      #expect(try contents(source.open(3..<10)) == Array("3456789".utf8))
    }
  }
}
