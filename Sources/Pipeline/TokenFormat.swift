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

  /// What stands behind all ids.
  var closing: [UInt8] {
    switch self {
    case .ids: Array("\n".utf8)
    case .json: Array("]\n".utf8)
    case .u16, .u32: []
    }
  }

  /// Appends `tokens` to `bytes`; `isFirst` where no others came before.
  func write(_ tokens: Span<TokenID>, isFirst: Bool, to bytes: inout [UInt8]) {
    switch self {
    case .ids: writeDecimal(tokens, " ", isFirst: isFirst, to: &bytes)
    case .json: writeDecimal(tokens, ",", isFirst: isFirst, to: &bytes)
    case .u16:
      bytes.reserveCapacity(bytes.count + 2 * tokens.count)
      for index in tokens.indices {
        bytes.append(UInt8(truncatingIfNeeded: tokens[index]))
        bytes.append(UInt8(truncatingIfNeeded: tokens[index] >> 8))
      }
    case .u32:
      bytes.reserveCapacity(bytes.count + 4 * tokens.count)
      for index in tokens.indices {
        for shift in [0, 8, 16, 24] as [TokenID] {
          bytes.append(UInt8(truncatingIfNeeded: tokens[index] >> shift))
        }
      }
    }
  }

  private func writeDecimal(
    _ tokens: Span<TokenID>, _ separator: Unicode.Scalar, isFirst: Bool, to bytes: inout [UInt8]
  ) {
    bytes.reserveCapacity(bytes.count + 6 * tokens.count)
    for index in tokens.indices {
      if index > 0 || !isFirst { bytes.append(UInt8(ascii: separator)) }
      let start = bytes.count
      var rest = tokens[index]
      repeat {
        bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
        rest /= 10
      } while rest > 0
      bytes[start...].reverse()
    }
  }

  /// - Throws: ``PipelineError/idsTooWide(vocabularySize:)`` where ids of that vocabulary do not fit.
  public func check(vocabularySize: Int) throws(PipelineError) {
    if self == .u16, vocabularySize > 1 << 16 { throw .idsTooWide(vocabularySize: vocabularySize) }
  }
}
