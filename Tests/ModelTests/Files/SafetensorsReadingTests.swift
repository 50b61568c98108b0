import Basics
import Model
import TestSupport
import Testing

@Suite("Reading safetensors")
struct SafetensorsReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `tensors are found by name, in the order of their bytes`() throws {
    let file = try RawSafetensors.good.open(in: folder)
    #expect(file.names == ["a", "b"])
    #expect(file.metadata == ["format": "pt"])
    #expect(file.shape(of: "a") == [3, 1])
    #expect(file.type(of: "b") == .int32)
    #expect(try file.floats(of: "a") == [1, 2, 3])
    #expect(try file.ints(of: "b") == [-1, 7])
    #expect(file.shape(of: "c") == nil)
    #expect(file.type(of: "c") == nil)
  }

  @Test func `a file without tensors and a tensor without numbers are fine`() throws {
    #expect(try RawSafetensors("{}").open(in: folder).names == [])
    let empty = try RawSafetensors("F32", shape: [4, 0, 9], []).open(in: folder)
    #expect(try empty.floats(of: "x") == [])
    let single = try RawSafetensors("F32", shape: [], [0, 0, 0xc0, 0xbf]).open(in: folder)
    #expect(try single.floats(of: "x") == [-1.5])
  }

  /// All 65,536 half-precision numbers, not-a-numbers too.
  @Test func `half precision is widened exactly`() throws {
    let patterns = (0...UInt16.max).map { $0 }
    let bytes = patterns.flatMap(\.littleEndianBytes)
    let halves = try RawSafetensors("F16", shape: [256, 256], bytes).open(in: folder).floats(of: "x")
    for (pattern, value) in zip(patterns, halves) {
      let exact = half(pattern)
      #expect(value == exact || value.isNaN && exact.isNaN, "\(pattern)")
    }
    let brains = try RawSafetensors("BF16", shape: [65_536], bytes).open(in: folder).floats(of: "x")
    #expect(brains.map(\.bitPattern) == patterns.map { UInt32($0) << 16 })
  }

  /// Sign, exponent and fraction by their definition.
  private func half(_ pattern: UInt16) -> Float {
    let sign: Float = pattern >> 15 == 1 ? -1 : 1
    let exponent = Int(pattern >> 10 & 31)
    let fraction = Float(pattern & 1023) / 1024
    if exponent == 31 { return fraction == 0 ? sign * .infinity : .nan }
    var value = exponent == 0 ? fraction : 1 + fraction
    for _ in 0..<abs(max(exponent, 1) - 15) { value *= exponent < 15 ? 0.5 : 2 }
    return sign * value
  }

  @Test func `float32 and integers keep every bit`() throws {
    let patterns: [UInt32] = [
      0, 0x8000_0000, 1, 0x007f_ffff, 0x7f80_0000, 0xff80_0000, 0x7fc0_1234, 0x3f80_0001,
    ]
    let floats = try RawSafetensors("F32", shape: [8], patterns.flatMap(\.littleEndianBytes)).open(in: folder)
    #expect(try floats.floats(of: "x").map(\.bitPattern) == patterns)
    let numbers: [Int64] = [0, -1, .min, .max, 50_256]
    let ints = try RawSafetensors("I64", shape: [5], numbers.flatMap(\.littleEndianBytes)).open(in: folder)
    #expect(try ints.ints(of: "x") == numbers.map { Int($0) })
  }

  /// Read in blocks of a megabyte.
  @Test func `a tensor of several blocks is whole`() throws {
    var random = SplitMix64(seed: 1)
    let patterns = (0..<600_001).map { _ in UInt32.random(in: 0..<0x7f80_0000, using: &random) }
    let file = try RawSafetensors("F32", shape: [patterns.count], patterns.flatMap(\.littleEndianBytes))
      .open(in: folder)
    #expect(try file.floats(of: "x").map(\.bitPattern) == patterns)
  }

  @Test(arguments: SafetensorsType.allCases)
  func `what is asked for in another type is refused by name`(type: SafetensorsType) throws {
    let sizes: [SafetensorsType: Int] = [
      .float64: 8, .int64: 8, .uint64: 8, .float32: 4, .int32: 4, .uint32: 4, .float16: 2, .bfloat16: 2,
      .int16: 2, .uint16: 2,
    ]
    let bytes = [UInt8](repeating: 0, count: 3 * (sizes[type] ?? 1))
    let file = try RawSafetensors(type.rawValue, shape: [3], bytes).open(in: folder)
    func refusal(_ wanted: String) -> ModelError {
      .tensors(path: file.path, "tensor 'x' holds \(type.rawValue) instead of \(wanted)")
    }
    if [.float32, .float16, .bfloat16].contains(type) {
      #expect(try file.floats(of: "x") == [0, 0, 0])
    } else {
      #expect(throws: refusal("floats")) { try file.floats(of: "x") }
    }
    if [.int32, .int64].contains(type) {
      #expect(try file.ints(of: "x") == [0, 0, 0])
    } else {
      #expect(throws: refusal("integers")) { try file.ints(of: "x") }
    }
    #expect(throws: ModelError.missingTensor("y", path: file.path)) { try file.floats(of: "y") }
    #expect(throws: ModelError.missingTensor("y", path: file.path)) { try file.ints(of: "y") }
  }
}
