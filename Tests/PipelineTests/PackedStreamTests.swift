import Basics
import Foundation
import Pipeline
import TestSupport
import Testing

/// bzip2 and xz, packed by the programs of those names.
@Suite struct PackedStreamTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// What the system's packer makes of `bytes`, or nil where there is no such program.
  private func pack(_ bytes: [UInt8], _ program: String, _ options: [String] = []) throws -> [UInt8]? {
    guard FileManager.default.fileExists(atPath: "/usr/bin/\(program)") else {
      print("skipped: this machine has no \(program)")
      return nil
    }
    let path = try folder.write(bytes, to: "plain")
    return try output("/usr/bin/\(program)", options + ["-c", path])
  }

  private func read(_ packed: [UInt8], _ ending: String, step: Int = 1 << 16) throws -> [UInt8] {
    try contents(source(folder.write(packed, to: "a.txt.\(ending)")).open(), step: step)
  }

  private static let packers = [("bzip2", "bz2"), ("xz", "xz")]

  @Test(arguments: packers)
  func `files are unpacked, in steps of any length`(program: String, ending: String) throws {
    var random = SplitMix64(seed: 1)
    for count in [0, 1, 70_000, 2_000_000] {
      let bytes = (0..<count).map { _ in UInt8.random(in: 97...100, using: &random) }
      guard let packed = try pack(bytes, program) else { return }
      for step in [1 << 16, 7_777] { #expect(try read(packed, ending, step: step) == bytes) }
      #expect(try read(packed + packed + packed, ending) == bytes + bytes + bytes)
    }
  }

  @Test(arguments: packers)
  func `a file cut off anywhere is an error that names the byte`(program: String, ending: String) throws {
    let text = Array("some text that is cut off".utf8)
    guard let packed = try pack(text, program) else { return }
    for count in 0..<packed.count {
      let error = #expect(throws: PipelineError.self) { try read(Array(packed[..<count]), ending, step: 100) }
      guard case .damaged(let file, let offset, let reason) = error else {
        Issue.record("\(count): \(error!)")
        continue
      }
      #expect(file == folder("a.txt.\(ending)") && offset <= count)
      #expect(reason == (count == 0 ? "the file is empty" : "the file is cut off"))
    }
  }

  @Test(arguments: packers)
  func `a changed bit is an error or changes nothing`(program: String, ending: String) throws {
    let text = Array("some text whose packed bits change".utf8)
    guard let packed = try pack(text, program) else { return }
    for bit in 0..<8 * packed.count {
      var changed = packed
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        #expect(try read(changed, ending, step: 100) == text)
      } catch is PipelineError {}
    }
  }

  @Test(arguments: packers)
  func `what is not packed, or follows it, is an error that names the byte`(
    program: String, ending: String
  ) throws {
    guard let packed = try pack(Array("text".utf8), program) else { return }
    let plain = errorText { _ = try read(Array("no packed text here".utf8), ending) }
    #expect(plain.contains("of the packed file: not \(program)'s format"))
    guard case .damaged(_, let offset, _)? = error({ try read(packed + Array("more".utf8), ending) }) else {
      Issue.record("nothing was refused")
      return
    }
    #expect(packed.count...packed.count + 4 ~= offset)
  }

  private func error(_ body: () throws -> [UInt8]) -> PipelineError? {
    do { return try body().isEmpty ? nil : nil } catch { return error as? PipelineError }
  }

  @Test func `an xz file that needs much memory to unpack is refused`() throws {
    let packed = try pack(
      Array("text".utf8), "xz", ["--format=xz", "--lzma2=preset=0,dict=512MiB", "--memlimit=0"])
    guard let packed else { return }
    // xz notes the dictionary that it was asked for, however small the file is.
    #expect(errorText { _ = try read(packed, "xz") }.contains("MiB to unpack, more than 132"))
  }
}
