/// A file in an archive.
struct ArchiveMember {
  let name: String
  /// Where its bytes begin in the source's text.
  let offset: Int
  /// How many there are.
  let byteCount: Int
  /// Why it is no text, where that is known before looking at its name's ending: a link, a device.
  let fault: String?
}

/// The files of an archive, one after another.
protocol ArchiveMembers: AnyObject {
  /// How far the archive has been read, in its own bytes.
  var position: Int { get }

  /// Goes to the next member; nil at the end.
  func next() throws(PipelineError) -> ArchiveMember?

  /// The bytes of the member that ``next()`` gave last, once.
  func open() throws(PipelineError) -> any ByteStream

  /// The same bytes once more.
  func again() throws(PipelineError) -> any ByteStream
}

/// What is known of a member by its name alone.
enum MemberName {
  /// No path of a file is longer on Linux, and names are part of errors and of the manifest.
  private static let longest = 4_096

  /// Why nothing of this name is taken; nil where there is no reason. Members are never written to the disk, but a name that
  /// leads out of its folder says that the archive was made to do harm, or by mistake.
  static func fault(_ name: String) -> String? {
    if name.utf8.count > longest { return "the name is longer than \(longest) bytes" }
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if name.utf8.first == UInt8(ascii: "/") { return "the name is absolute" }
    if parts.contains(where: { $0.elementsEqual("..".utf8) }) { return "the name leads out of the archive" }
    if name.utf8.contains(0) || name.utf8.contains(UInt8(ascii: "\\")) {
      return "the name has a character that leads elsewhere on other systems"
    }
    return nil
  }

  /// Whether it or a folder above it is hidden.
  static func isHidden(_ name: String) -> Bool {
    name.utf8.split(separator: UInt8(ascii: "/")).contains { part in
      part.first == UInt8(ascii: ".") && part.count > 1 && !part.elementsEqual("..".utf8)
    }
  }
}

/// So many bytes of a stream, and an error where there are fewer.
final class ExactStream: ByteStream {
  private let stream: any ByteStream
  private let fault: PipelineError
  private(set) var left: Int
  var position: Int { stream.position }

  init(_ stream: any ByteStream, _ count: Int, or fault: PipelineError) {
    self.stream = stream
    self.fault = fault
    left = count
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    guard left > 0 else { return 0 }
    let got = try stream.read(upTo: min(count, left), appendingTo: &bytes)
    guard got > 0 || count == 0 else { throw fault }
    left -= got
    return got
  }
}

/// A stream whose first bytes were read before.
final class ResumedStream: ByteStream {
  private let stream: any ByteStream
  private var start: ArraySlice<UInt8>
  var position: Int { stream.position }

  init(_ start: [UInt8], _ stream: any ByteStream) {
    self.stream = stream
    self.start = start[...]
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    guard !start.isEmpty else { return try stream.read(upTo: count, appendingTo: &bytes) }
    let got = start.prefix(count)
    bytes += got
    start = start.dropFirst(got.count)
    return got.count
  }
}
