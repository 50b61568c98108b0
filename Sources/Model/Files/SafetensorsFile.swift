internal import Basics

/// The tensors of a safetensors file (https://github.com/huggingface/safetensors), read one at a time.
///
///     let file = try SafetensorsFile(path: "model.safetensors")
///     let weight = try file.floats(of: "wte.weight")
///
/// Nothing in the file is trusted: sizes and offsets are checked against the file before anything is allocated.
public struct SafetensorsFile: Sendable {
  /// Where the file is.
  public let path: String
  /// What the file says about itself: `__metadata__`.
  public var metadata: [String: String] { header.metadata }
  /// In the order of their bytes in the file.
  public var names: [String] { header.order }

  private let header: SafetensorsHeader

  /// Reads and checks the header.
  public init(path: String) throws(ModelError) {
    self.path = path
    header = try SafetensorsHeader(Self.open(path))
  }

  private static func open(_ path: String) throws(ModelError) -> File {
    do throws(FileError) {
      return try File.open(path)
    } catch {
      throw .file(error)
    }
  }

  /// Nil where there is no tensor of this name.
  public func shape(of name: String) -> [Int]? { header.entries[name]?.shape }

  /// How the numbers are written; nil where there is no tensor of this name.
  public func type(of name: String) -> SafetensorsType? { header.entries[name]?.type }

  /// A tensor's values; half precision is widened, which is exact.
  public func floats(of name: String) throws(ModelError) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(try entry(name).count)
    try readFloats(of: name) { block in
      for index in block.indices { values.append(block[index]) }
    }
    return values
  }

  /// An integer tensor's values.
  public func ints(of name: String) throws(ModelError) -> [Int] {
    let entry = try entry(name)
    guard [.int64, .int32].contains(entry.type) else { throw wrongType(name, entry, wanted: "integers") }
    var values: [Int] = []
    values.reserveCapacity(entry.count)
    try readBlocks(entry) { bytes in
      for start in stride(from: 0, to: bytes.count, by: entry.type.size) {
        values.append(
          entry.type == .int64
            ? Int(Int64(littleEndian: bytes, at: start)) : Int(Int32(littleEndian: bytes, at: start)))
      }
    }
    return values
  }

  /// Lends a tensor's values to `body`, some at a time.
  package func readFloats(of name: String, _ body: (Span<Float>) -> Void) throws(ModelError) {
    let entry = try entry(name)
    let widen = try widening(name, entry)
    var values: [Float] = []
    try readBlocks(entry) { bytes in
      values.removeAll(keepingCapacity: true)
      for start in stride(from: 0, to: bytes.count, by: entry.type.size) {
        values.append(widen(bytes, start))
      }
      body(values.span)
    }
  }

  /// - Throws: what ``readFloats(of:_:)`` would throw of a tensor that is not there or holds no floats.
  func checkFloats(of name: String) throws(ModelError) { _ = try widening(name, entry(name)) }

  /// How the bytes at a place become a float.
  private func widening(
    _ name: String, _ entry: SafetensorsHeader.Entry
  ) throws(ModelError) -> ([UInt8], Int) -> Float {
    switch entry.type {
    case .float32: { Float(bitPattern: UInt32(littleEndian: $0, at: $1)) }
    case .bfloat16: { Float(bitPattern: UInt32(UInt16(littleEndian: $0, at: $1)) << 16) }
    case .float16: { Float(Float16(bitPattern: UInt16(littleEndian: $0, at: $1))) }
    default: throw wrongType(name, entry, wanted: "floats")
    }
  }

  private func entry(_ name: String) throws(ModelError) -> SafetensorsHeader.Entry {
    guard let entry = header.entries[name] else { throw .missingTensor(name, path: path) }
    return entry
  }

  private func wrongType(_ name: String, _ entry: SafetensorsHeader.Entry, wanted: String) -> ModelError {
    .tensors(path: path, "tensor '\(name)' holds \(entry.type.rawValue) instead of \(wanted)")
  }

  /// Whole numbers of every type.
  private static let blockSize = 1 << 20

  private func readBlocks(_ entry: SafetensorsHeader.Entry, _ body: ([UInt8]) -> Void) throws(ModelError) {
    let file = try Self.open(path)
    var bytes: [UInt8] = []
    for start in stride(from: entry.bytes.lowerBound, to: entry.bytes.upperBound, by: Self.blockSize) {
      do throws(FileError) {
        let count = min(Self.blockSize, entry.bytes.upperBound - start)
        try file.read(at: header.end + start, count: count, into: &bytes)
      } catch {
        throw .file(error)
      }
      body(bytes)
    }
  }
}

extension FixedWidthInteger {
  /// The number in the bytes from `start`.
  @inline(__always)
  fileprivate init(littleEndian bytes: [UInt8], at start: Int) {
    var value = Self.zero
    for byte in 0..<MemoryLayout<Self>.size {
      value |= Self(truncatingIfNeeded: bytes[start + byte]) << Self(byte * 8)
    }
    self = value
  }
}
