package import Basics

/// Reads a zstd file: one frame or several, and skippable ones.
///
///     var decoder = ZstdDecoder(try File.open("corpus.jsonl.zst"))
///     while try decoder.read(upTo: 1 << 20, appendingTo: &bytes) > 0 { ... }
///
/// Memory is bounded whatever the file says: windows above 128 MiB are refused. A file that was cut off is an error,
/// after all that could be read of it.
package struct ZstdDecoder: ~Copyable {
  private let file: File
  private var stream = ZstdStream(windowLog: Self.windowLog)
  private var input: [UInt8] = []
  private var place = 0
  /// The place in the file of the first byte of `input`.
  private var offset = 0
  /// Whether the decompressor may hold more output than fitted.
  private var hasMore = false

  /// Where in the file the next byte to decompress is.
  package var position: Int { offset + place }

  private static let windowLog = 27

  package init(_ file: consuming File) { self.file = file }

  /// Appends up to `count` of the following decompressed bytes; returns how many came, 0 at the end of the file.
  package mutating func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(ZstdError) -> Int {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    var produced = 0
    defer { bytes.removeLast(count - produced) }
    while produced == 0, count > 0 {
      if place == input.count, !hasMore {
        guard try refill() else { break }
      }
      do {
        produced = try stream.step(input, &place, into: &bytes, from: start)
      } catch {
        throw describe(error)
      }
      // Behind the end of a frame there is nothing, even where its last byte just filled the room.
      hasMore = produced == count && !stream.isAtEndOfFrame
    }
    return produced
  }

  /// Reads on in the file; false at its end.
  private mutating func refill() throws(ZstdError) -> Bool {
    offset += input.count
    place = 0
    input.removeAll(keepingCapacity: true)
    do {
      if try file.read(upTo: 128 << 10, appendingTo: &input) > 0 { return true }
    } catch {
      throw .file(error)
    }
    guard stream.isAtEndOfFrame else { throw .cutOff(path: file.path, offset: offset) }
    return false
  }

  private func describe(_ failure: ZstdStream.Failure) -> ZstdError {
    switch failure {
    case .notZstd: .notZstd(path: file.path, offset: offset + place)
    case .windowTooLarge:
      .damaged(
        path: file.path, offset: offset + place,
        reason:
          "needs more than \(1 << (Self.windowLog - 20)) MiB to decompress, as files made with --long do")
    case .noMemory: .file(.noMemory("unpack", file.path))
    case .other(let reason): .damaged(path: file.path, offset: offset + place, reason: reason)
    }
  }
}

/// Why a zstd file cannot be read. Offsets count the file's own bytes.
package enum ZstdError: Error, Equatable {
  case file(FileError)
  case notZstd(path: String, offset: Int)
  case damaged(path: String, offset: Int, reason: String)
  case cutOff(path: String, offset: Int)
}

extension ZstdError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .notZstd(let path, let offset):
      "'\(path)' is not zstd at byte \(offset); decompress it by hand to see what it is"
    case .damaged(let path, let offset, let reason):
      "'\(path)' is damaged near byte \(offset) (\(reason)); get it again from where it came"
    case .cutOff(let path, let offset):
      "'\(path)' ends at byte \(offset) in the middle of a zstd frame; get it again from where it came"
    }
  }
}
