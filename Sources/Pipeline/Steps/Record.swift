internal import Store

/// Some words that are sorted by the first, then the second, and so on.
protocol Record: SIMD, Sendable where Scalar == UInt64 {}

extension SIMD2: Record where Scalar == UInt64 {}
extension SIMD4: Record where Scalar == UInt64 {}

extension Record {
  static var byteCount: Int { 8 * scalarCount }

  @inline(__always)
  static func precedes(_ a: Self, _ b: Self) -> Bool {
    for place in 0..<scalarCount where a[place] != b[place] { return a[place] < b[place] }
    return false
  }

  /// Records as they lie on the disk: little-endian words.
  static func bytes(_ records: some Sequence<Self>) -> [UInt8] {
    var bytes: [UInt8] = []
    for record in records {
      for place in 0..<scalarCount {
        let word = record[place]
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
      }
    }
    return bytes
  }

  static func records(_ bytes: [UInt8]) -> [Self] {
    stride(from: 0, to: bytes.count, by: byteCount).map { start in
      var record = Self()
      for place in 0..<scalarCount {
        var word: UInt64 = 0
        for index in 0..<8 { word |= UInt64(bytes[start + 8 * place + index]) << UInt64(8 * index) }
        record[place] = word
      }
      return record
    }
  }
}

/// Records in a temporary file, in blocks, each of which is checked by its hash when it comes back.
///
/// In memory there is the last block, one that was read, and 24 bytes for each that was written.
final class RecordFile<Element: Record> {
  struct Block {
    let offset: Int
    let hash: UInt64
    let count: Int
  }

  private let folder: String
  private let name: String
  private var file: TemporaryFile?
  private(set) var blocks: [Block] = []

  /// The file is made in `folder` when it is first needed.
  init(folder: String, name: String) {
    self.folder = folder
    self.name = name
  }

  func append(_ records: ArraySlice<Element>) throws(PipelineError) {
    if file == nil { file = try TemporaryFile(in: folder, name) }
    let bytes = Element.bytes(records)
    let offset = try file!.append(bytes)
    blocks.append(Block(offset: offset, hash: XXH64.hash(bytes.span), count: records.count))
  }

  func read(_ block: Int) throws(PipelineError) -> [Element] {
    let (block, file) = (blocks[block], file!)
    var bytes: [UInt8] = []
    try file.read(at: block.offset, count: block.count * Element.byteCount, into: &bytes)
    guard XXH64.hash(bytes.span) == block.hash else { throw .damagedCounts(file: file.path) }
    return Element.records(bytes)
  }
}
