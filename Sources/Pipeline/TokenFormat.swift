internal import Tokenizer

/// How token ids are written for other programs.
public enum TokenFormat: String, Sendable, CaseIterable {
  /// Decimal numbers set apart by spaces, and a newline at the end.
  case ids
  /// Two bytes each, the lower first.
  case u16
  /// Four bytes each, the lowest first.
  case u32
  /// An array of JSON on one line.
  case json

  /// What stands before all ids.
  var opening: [UInt8] { self == .json ? Array("[".utf8) : [] }

  /// What stands behind all ids; with places, which have a line for each token, where ids are on one.
  func closing(withOffsets: Bool = false) -> [UInt8] {
    switch self {
    case .ids: withOffsets ? [] : Array("\n".utf8)
    case .json: Array("]\n".utf8)
    case .u16, .u32: []
    }
  }

  /// Whether the places of tokens can be written, too. Files of plain numbers are read as ids.
  public var hasOffsets: Bool { self == .ids || self == .json }

  /// Appends `tokens` to `bytes`; `isFirst` where no others came before.
  func write<ID: UnsignedInteger & FixedWidthInteger & BitwiseCopyable>(
    _ tokens: Span<ID>, isFirst: Bool, to bytes: inout [UInt8]
  ) {
    switch self {
    case .ids: writeDecimal(tokens, " ", isFirst: isFirst, to: &bytes)
    case .json: writeDecimal(tokens, ",", isFirst: isFirst, to: &bytes)
    case .u16: Self.append(tokens, as: UInt16.self, to: &bytes)
    case .u32: Self.append(tokens, as: UInt32.self, to: &bytes)
    }
  }

  /// Appends the lower bytes of each token, the lowest first: by numbers, not by bytes, as files of these are long.
  private static func append<
    ID: UnsignedInteger & BitwiseCopyable, Number: FixedWidthInteger & BitwiseCopyable
  >(
    _ tokens: Span<ID>, as type: Number.Type, to bytes: inout [UInt8]
  ) {
    let width = MemoryLayout<Number>.size
    bytes.append(addingCapacity: width * tokens.count) { output in
      unsafe output.withUnsafeMutableBufferPointer { room, count in
        guard let start = UnsafeMutableRawPointer(room.baseAddress) else { return }
        unsafe tokens.withUnsafeBufferPointer { tokens in
          for index in 0..<tokens.count {
            let number = unsafe Number(truncatingIfNeeded: tokens[index]).littleEndian
            unsafe start.storeBytes(of: number, toByteOffset: width &* index, as: type)
          }
        }
        count = width * tokens.count
      }
    }
  }

  private func writeDecimal<ID: UnsignedInteger & BitwiseCopyable>(
    _ tokens: Span<ID>, _ separator: Unicode.Scalar, isFirst: Bool, to bytes: inout [UInt8]
  ) {
    bytes.reserveCapacity(bytes.count + 6 * tokens.count)
    for index in tokens.indices {
      if index > 0 || !isFirst { bytes.append(UInt8(ascii: separator)) }
      let start = bytes.count
      var rest = tokens[index]
      repeat {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
      } while rest > 0
      bytes[start...].reverse()
    }
  }

  /// Appends tokens with their places in the text: as `ids`, a line for each with its id, its first byte and the byte
  /// after its last; as `json`, an object for each.
  ///
  /// - Precondition: ``hasOffsets``
  func write(_ tokens: Span<TokenID>, _ offsets: TokenOffsets, isFirst: Bool, to bytes: inout [UInt8]) {
    precondition(hasOffsets, "these files have no places")
    bytes.reserveCapacity(bytes.count + (self == .json ? 40 : 24) * tokens.count)
    for index in tokens.indices {
      let place = offsets[index]
      if self == .json {
        if index > 0 || !isFirst { bytes.append(UInt8(ascii: ",")) }
        bytes +=
          "{\"id\":\(tokens[index]),\"start\":\(place.lowerBound),\"end\":\(place.upperBound)}".utf8
      } else {
        bytes += "\(tokens[index]) \(place.lowerBound) \(place.upperBound)\n".utf8
      }
    }
  }

  /// - Throws: ``PipelineError/idsTooWide(vocabularySize:)`` where ids of that vocabulary do not fit.
  public func check(vocabularySize: Int) throws(PipelineError) {
    if self == .u16, vocabularySize > 1 << 16 { throw .idsTooWide(vocabularySize: vocabularySize) }
  }
}
