internal import Basics

/// The bytes of a packed file, as a decompressor takes them: some at a time, in order.
struct PackedInput: ~Copyable {
  private let file: File
  var path: String { file.path }
  private(set) var bytes: [UInt8] = []
  /// The first of `bytes` that is still to come.
  var next = 0
  /// Bytes of the file before `bytes`.
  private var before = 0

  init(_ path: String) throws(PipelineError) { file = try ByteStreams.open(path) }

  /// Where in the file the next byte is.
  var offset: Int { before + next }

  var isEmpty: Bool { next == bytes.count }

  /// Reads on where all bytes were taken; false at the end of the file.
  mutating func refill() throws(PipelineError) -> Bool {
    guard isEmpty else { return true }
    before += bytes.count
    next = 0
    bytes.removeAll(keepingCapacity: true)
    return try filing { () throws(FileError) in try file.read(upTo: 1 << 17, appendingTo: &bytes) > 0 }
  }

  func damaged(_ reason: String) -> PipelineError {
    .damaged(file: file.path, offset: offset, reason: reason)
  }
}
