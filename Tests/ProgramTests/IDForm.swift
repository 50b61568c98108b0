import Basics
import Testing

/// How ids are written, read and written here by the definitions.
enum IDForm: String, CaseIterable {
  case ids, u16, u32, json

  func ids(_ bytes: [UInt8]) throws -> [Int] {
    switch self {
    case .ids:
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.hasSuffix("\n"))
      return try text.dropLast().split(separator: " ").map { try #require(Int($0)) }
    case .json: return try #require(JSON.parse(bytes.span).elements).map { try #require($0.integer) }
    case .u16: return try littleEndian(bytes, 2)
    case .u32: return try littleEndian(bytes, 4)
    }
  }

  func bytes(_ ids: [Int]) -> [UInt8] {
    switch self {
    case .ids: Array((ids.map { "\($0)" }.joined(separator: " ") + "\n").utf8)
    case .json: Array("[\(ids.map { "\($0)" }.joined(separator: ","))]\n".utf8)
    case .u16: ids.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    case .u32: ids.flatMap { id in (0..<4).map { UInt8(id >> (8 * $0) & 255) } }
    }
  }

  private func littleEndian(_ bytes: [UInt8], _ width: Int) throws -> [Int] {
    try #require(bytes.count % width == 0)
    return stride(from: 0, to: bytes.count, by: width).map { start in
      (0..<width).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }
  }
}
