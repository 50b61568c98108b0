/// The bytes of every token, by id.
///
/// Unchecked: nothing changes after `init`, so threads may share the memory, which lives as long as the object.
@safe final class Vocabulary: @unchecked Sendable {
  /// Ids must fit the 21 bits that the table of merges has for them.
  static let limit = 1 << 21
  static let longestToken = 65_535

  let count: Int
  /// Token i is the bytes from `offsets[i]` up to `offsets[i + 1]`. 16 more bytes can be read than there are.
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let offsets: UnsafeMutableBufferPointer<UInt32>

  /// - Parameters:
  ///   - bytes: all tokens' bytes
  ///   - places: where each token's bytes lie in them, by id
  init(_ bytes: Span<UInt8>, places: [Range<Int>]) {
    count = places.count
    let total = places.reduce(0) { $0 + $1.count }
    unsafe self.bytes = .allocate(capacity: total + 16)
    unsafe offsets = .allocate(capacity: places.count + 1)
    unsafe self.bytes.initialize(repeating: 0)
    var end = 0
    unsafe bytes.withUnsafeBufferPointer { bytes in
      for (id, place) in places.enumerated() {
        unsafe offsets.initializeElement(at: id, to: UInt32(end))
        _ = unsafe UnsafeMutableBufferPointer(rebasing: self.bytes[end...]).update(
          fromContentsOf: bytes[place])
        end += place.count
      }
    }
    unsafe offsets.initializeElement(at: places.count, to: UInt32(end))
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe offsets.deallocate()
  }

  func length(of id: Int) -> Int { unsafe Int(offsets[id + 1] - offsets[id]) }

  /// - Precondition: the id is one of the vocabulary's.
  func bytes(of id: Int) -> [UInt8] {
    precondition(id < count, "a token's bytes are asked for by an id of the vocabulary")
    return unsafe Array(pointer(to: id))
  }

  /// Appends the token's bytes.
  ///
  /// - Precondition: the id is one of the vocabulary's, and there is room.
  @inline(__always)
  func append(_ id: Int, to output: inout OutputSpan<UInt8>) {
    let start = unsafe Int(offsets[id]), end = unsafe Int(offsets[id + 1])
    for index in start..<end { output.append(unsafe bytes[index]) }
  }

  /// The token's bytes; 16 can be read from any byte of them.
  @inline(__always)
  @unsafe func pointer(to id: Int) -> UnsafeBufferPointer<UInt8> {
    let start = unsafe Int(offsets[id])
    return unsafe UnsafeBufferPointer(start: bytes.baseAddress! + start, count: Int(offsets[id + 1]) - start)
  }
}
