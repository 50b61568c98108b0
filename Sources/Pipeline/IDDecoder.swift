public import Basics
public import Tokenizer

/// Turns a list of ids of any length back into the text's bytes.
public struct IDDecoder: Sendable {
  /// How the ids are written.
  public enum Format: String, Sendable, CaseIterable {
    /// Decimal numbers set apart by white space.
    case ids
    /// Two bytes each, the lower first.
    case u16
    /// Four bytes each, the lowest first.
    case u32
  }

  private let tokenizer: Tokenizer
  private let decoder: Decoder

  /// Decoding with `tokenizer`.
  public init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    decoder = Decoder(tokenizer)
  }

  /// Writes the bytes that the ids in `input` stand for to `output`.
  public func write(
    _ input: TextInput, from format: Format,
    to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) {
    let stream = try input.open()
    var reader = IDReader(format, file: input.name)
    var ids: [TokenID] = []
    var done = 0
    var bytes: [UInt8] = []
    var isAtEnd = false
    while !isAtEnd {
      ids.removeAll(keepingCapacity: true)
      bytes.removeAll(keepingCapacity: true)
      isAtEnd = try !reader.read(stream, into: &ids)
      try decode(ids, from: done, into: &bytes)
      done += ids.count
      try filing { () throws(FileError) in try output(bytes.span) }
    }
  }

  private func decode(_ ids: [TokenID], from position: Int, into bytes: inout [UInt8]) throws(PipelineError) {
    do {
      try decoder.decode(ids.span, into: &bytes)
    } catch {
      switch error {
      case .unknownID(let id, let place, let size):
        throw .idBeyondVocabulary(id: Int(id), position: position + place, vocabularySize: size)
      case .unusedID(let id, let place): throw .unusedID(id: Int(id), position: position + place)
      default: preconditionFailure("\(error)")
      }
    }
  }
}

/// Reads ids from bytes that arrive in pieces.
private struct IDReader {
  private let format: IDDecoder.Format
  private let file: String
  /// Bytes read that do not make an id yet.
  private var carry: [UInt8] = []
  /// Where `carry` begins.
  private var offset = 0

  init(_ format: IDDecoder.Format, file: String) {
    self.format = format
    self.file = file
  }

  /// Appends the following ids to `ids`; false at the end.
  mutating func read(_ stream: any ByteStream, into ids: inout [TokenID]) throws(PipelineError) -> Bool {
    let isAtEnd = try stream.read(upTo: 1 << 18, appendingTo: &carry) == 0
    let used: Int
    switch format {
    case .ids: used = try readText(isAtEnd, into: &ids)
    case .u16: used = readBinary(2, into: &ids)
    case .u32: used = readBinary(4, into: &ids)
    }
    carry.removeFirst(used)
    offset += used
    if isAtEnd, !carry.isEmpty {
      throw .partialID(file: file, offset: offset + carry.count, width: format == .u16 ? 2 : 4)
    }
    return !isAtEnd
  }

  private func readBinary(_ width: Int, into ids: inout [TokenID]) -> Int {
    let count = carry.count / width
    for index in 0..<count {
      var id: TokenID = 0
      for byte in 0..<width { id |= TokenID(carry[index * width + byte]) << TokenID(8 * byte) }
      ids.append(id)
    }
    return count * width
  }

  private func readText(_ isAtEnd: Bool, into ids: inout [TokenID]) throws(PipelineError) -> Int {
    var start = 0
    while true {
      while start < carry.count, ASCII.isSpace(carry[start]) { start += 1 }
      var end = start
      while end < carry.count, !ASCII.isSpace(carry[end]) { end += 1 }
      // An id has at most ten digits, so that what is longer need not be waited for.
      guard start < end, isAtEnd || end < carry.count || end - start > 32 else { return start }
      ids.append(try id(carry[start..<end], at: offset + start))
      start = end
    }
  }

  private func id(_ digits: ArraySlice<UInt8>, at place: Int) throws(PipelineError) -> TokenID {
    let isNumber = digits.allSatisfy { (0x30...0x39).contains($0) }
    guard isNumber, digits.count <= 20, let id = TokenID(String(decoding: digits, as: UTF8.self)) else {
      throw .badID(text: String(decoding: digits.prefix(32), as: UTF8.self), file: file, offset: place)
    }
    return id
  }
}
