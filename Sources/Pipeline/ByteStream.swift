internal import Basics
internal import Store

/// Bytes that arrive in pieces.
package protocol ByteStream: AnyObject {
  /// How far the file has been read, in its own bytes: of a packed file, the packed ones.
  var position: Int { get }

  /// Appends up to `count` of the following bytes; returns how many came, 0 at the end.
  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int

  /// Passes over up to `count` bytes, in steps of some kind; returns how many, 0 at the end.
  func pass(upTo count: Int) throws(PipelineError) -> Int
}

extension ByteStream {
  package func pass(upTo count: Int) throws(PipelineError) -> Int {
    var bytes: [UInt8] = []
    return try read(upTo: min(count, 1 << 18), appendingTo: &bytes)
  }

  /// Passes over `count` bytes, or over all there are.
  func skip(_ count: Int) throws(PipelineError) {
    var left = count
    while left > 0 {
      let got = try pass(upTo: left)
      guard got > 0 else { return }
      left -= got
    }
  }
}

enum ByteStreams {
  static func open(_ path: String) throws(PipelineError) -> File {
    try filing { () throws(FileError) in try File.open(path) }
  }
}

/// Bytes of a file as they are, from one place to another.
final class FileStream: ByteStream {
  private let file: File
  private var offset: Int
  var position: Int { offset }
  private let end: Int
  private var scratch: [UInt8] = []

  /// The bytes of `path` in `range`, which the file must have, or all from its start to its end.
  init(_ path: String, _ range: Range<Int>? = nil) throws(PipelineError) {
    let file = try ByteStreams.open(path)
    offset = range?.lowerBound ?? 0
    if let range {
      end = range.upperBound
    } else {
      end = try filing { () throws(FileError) in try file.size() }
    }
    self.file = file
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    let count = min(count, end - offset)
    guard count > 0 else { return 0 }
    do {
      try file.read(at: offset, count: count, into: &scratch)
    } catch {
      // The system reports no error: the file is shorter than it was.
      throw error.code == 0 ? .changed(file: file.path) : .file(error)
    }
    bytes += scratch
    offset += count
    return count
  }

  func pass(upTo count: Int) -> Int {
    let count = min(count, end - offset)
    offset += count
    return count
  }
}

/// A stream whose errors call its file otherwise.
final class NamedStream: ByteStream {
  private let stream: any ByteStream
  private let name: String
  var position: Int { stream.position }

  init(_ stream: any ByteStream, _ name: String) {
    self.stream = stream
    self.name = name
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    do {
      return try stream.read(upTo: count, appendingTo: &bytes)
    } catch .damaged(_, let offset, let reason) {
      throw .damaged(file: name, offset: offset, reason: reason)
    }
  }
}

/// Bytes that are in memory already.
final class BytesStream: ByteStream {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    let count = min(count, self.bytes.count - position)
    bytes += self.bytes[position..<position + count]
    position += count
    return count
  }
}

/// The first bytes of a stream; the stream itself goes on behind them.
final class LimitedStream: ByteStream {
  private let stream: any ByteStream
  private var left: Int
  var position: Int { stream.position }

  init(_ stream: any ByteStream, _ count: Int) {
    self.stream = stream
    left = count
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    guard left > 0 else { return 0 }
    let got = try stream.read(upTo: min(count, left), appendingTo: &bytes)
    left -= got
    return got
  }
}

/// Bytes of a file that cannot be positioned, such as standard input.
final class PipeStream: ByteStream {
  private let file: File
  private(set) var position = 0

  init(_ file: consuming File) { self.file = file }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    do {
      let got = try file.read(upTo: count, appendingTo: &bytes)
      position += got
      return got
    } catch {
      throw .file(error)
    }
  }
}

/// What a zstd file unpacks to.
final class ZstdStream: ByteStream {
  private let path: String
  private var decoder: ZstdDecoder
  var position: Int { decoder.position }

  init(_ path: String) throws(PipelineError) {
    self.path = path
    decoder = ZstdDecoder(try ByteStreams.open(path))
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    do {
      return try decoder.read(upTo: count, appendingTo: &bytes)
    } catch {
      switch error {
      case .file(let error): throw .file(error)
      case .notZstd(_, let offset): throw .damaged(file: path, offset: offset, reason: "not zstd's format")
      case .damaged(_, let offset, let reason): throw .damaged(file: path, offset: offset, reason: reason)
      case .cutOff(_, let offset): throw .damaged(file: path, offset: offset, reason: "the file is cut off")
      }
    }
  }
}

/// What a gzip file unpacks to.
final class GzipStream: ByteStream {
  private var decoder: GzipDecoder
  var position: Int { decoder.offset }

  init(_ path: String) throws(PipelineError) { decoder = try GzipDecoder(path) }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    try decoder.read(upTo: count, appendingTo: &bytes)
  }
}
