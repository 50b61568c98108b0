import Basics
import Pipeline
import TestSupport

/// Reads a stream to its end, `step` bytes at a time.
func contents(_ stream: any ByteStream, step: Int = 1 << 16) throws(PipelineError) -> [UInt8] {
  var bytes: [UInt8] = []
  while try stream.read(upTo: step, appendingTo: &bytes) > 0 {}
  return bytes
}

/// The only source that a file is.
func source(_ path: String) throws(PipelineError) -> Source { try Corpus([path]).sources[0] }

/// Text of words, spaces, line ends and some letters of two and more bytes.
func randomText(_ random: inout SplitMix64, upTo count: Int) -> String {
  let parts = ["a", "bc", " ", " ", "\n", "the", "é", "日本", "1", "23", ".", "'s", "\t", "  ", "😉", "\r\n"]
  return (0..<Int.random(in: 0...count, using: &random)).map { _ in parts.randomElement(using: &random)! }
    .joined()
}

/// A line of JSON, without its end, whose field `text` is `text`.
func jsonLine(_ text: String) -> String { JSON.object([JSON.Member("text", .string(text))]).text }

/// What the error says that `body` throws.
func errorText(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was refused"
  } catch { return "\(error)" }
}

/// A text in an encoding, as its definition has it.
func encoded(_ text: String, _ encoding: String) -> [UInt8] {
  switch encoding {
  case "latin1": text.unicodeScalars.map { UInt8($0.value) }
  case "utf-16le": text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
  case "utf-16": [0xfe, 0xff] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
  default: Array(text.utf8)
  }
}
