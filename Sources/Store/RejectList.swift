internal import Basics

/// The documents that a segment leaves out, in their order. Most of them take some five bytes, and memory holds at most
/// ``limit`` bytes: those before are in a file without a name beside the shards.
///
/// A document is the number of its reason, or where that is not known 0 and the reason, then the differences of its source's number
/// and of its place to those of the document before: varints all.
///
/// Unchecked: one thread at a time uses it, as the segment's writer.
final class RejectList: @unchecked Sendable {
  private(set) var count = 0
  private let folder: String
  private var bytes: [UInt8] = []
  private var file: File?
  /// Bytes in the file.
  private var spilled = 0
  /// What kept documents from being written there.
  private var failure: FileError?
  private var reasons: [String: UInt64] = [:]
  private var last = (source: 0, byteOffset: 0)

  static let limit = 4 << 20
  /// More reasons than this, and longer ones, are written out each time.
  private static let mostReasons = 1_000
  private static let longestReason = 200
  private static let name = "rejects"

  /// - Parameter folder: where the file will be, should one be needed
  init(folder: String) { self.folder = folder }

  /// Whether a file of that name is one that a killed process left before it had lost its name.
  static func isUnfinished(_ name: String) -> Bool { UnfinishedName(name)?.name == Self.name }

  func append(_ document: RejectedDocument) {
    if let number = reasons[document.reason] {
      Varint.append(number, to: &bytes)
    } else {
      Varint.append(0, to: &bytes)
      Varint.append(UInt64(document.reason.utf8.count), to: &bytes)
      bytes += document.reason.utf8
      if Self.isKept(document.reason, reasons.count) { reasons[document.reason] = UInt64(reasons.count + 1) }
    }
    Varint.append(Varint.zigzag(document.source - last.source), to: &bytes)
    Varint.append(Varint.zigzag(document.byteOffset - last.byteOffset), to: &bytes)
    last = (document.source, document.byteOffset)
    count += 1
    if bytes.count >= Self.limit { spill() }
  }

  /// Whether a reason gets a number, where so many have one.
  private static func isKept(_ reason: String, _ count: Int) -> Bool {
    count < mostReasons && reason.utf8.count <= longestReason
  }

  private func spill() {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    guard failure == nil else { return }
    do {
      if file == nil { file = try File.createNameless(Path.join(folder, Self.name)) }
      try file?.write(taken.span)
      spilled += taken.count
    } catch {
      failure = error
    }
    taken.removeAll(keepingCapacity: true)
    swap(&taken, &bytes)
  }

  /// Calls `body` with each, in their order.
  ///
  /// - Throws: also what kept documents from being written to the disk.
  func forEach(_ body: (RejectedDocument) throws(StoreError) -> Void) throws(StoreError) {
    if let failure { throw .file(failure) }
    var piece: [UInt8] = []
    var (place, next) = (0, 0)
    func byte() throws(StoreError) -> UInt8 {
      if place == piece.count {
        (piece, place) = (try self.piece(at: next), 0)
        next += piece.count
      }
      place += 1
      return piece[place - 1]
    }
    func number() throws(StoreError) -> UInt64 {
      var (value, shift): (UInt64, UInt64) = (0, 0)
      while true {
        let byte = try byte()
        value |= UInt64(byte & 0x7f) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
    }
    var known: [String] = []
    var document = RejectedDocument(source: 0, byteOffset: 0, reason: "")
    for _ in 0..<count {
      let reason = Int(try number())
      if reason > 0 {
        document.reason = known[reason - 1]
      } else {
        var text: [UInt8] = []
        for _ in 0..<(try number()) { text.append(try byte()) }
        document.reason = String(decoding: text, as: UTF8.self)
        if Self.isKept(document.reason, known.count) { known.append(document.reason) }
      }
      document.source += Varint.unzigzag(try number())
      document.byteOffset += Varint.unzigzag(try number())
      try body(document)
    }
  }

  /// Bytes from that place on: some of the file's, or all that are in memory.
  private func piece(at place: Int) throws(StoreError) -> [UInt8] {
    guard place < spilled else { return bytes }
    var piece: [UInt8] = []
    do { try file?.read(at: place, count: min(1 << 20, spilled - place), into: &piece) } catch {
      throw .file(error)
    }
    return piece
  }
}
