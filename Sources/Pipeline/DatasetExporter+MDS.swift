internal import Basics
internal import Store
internal import Tokenizer

/// The files of MosaicML's streaming, version 2: https://github.com/mosaicml/streaming
///
/// A folder for each split with `shard.00000.mds` and so on, and `index.json`, which names them with their SHA-256. A shard,
/// little-endian: the number of samples n (4 bytes), n + 1 places where samples begin and the last ends (4 each), a JSON
/// object that says the columns again, and the samples. A sample has one column, `tokens`, an array of numpy: its size (4),
/// a byte that says "one dimension" and how wide its length is, the length, and the ids. Each document is one sample.
extension DatasetExporter {
  /// Writes `train/index.json` and so on into `folder`. No index is there while its shards are not.
  ///
  /// - Throws: ``PipelineError/otherIndex(path:)`` before anything is touched where something else stands in an index's place.
  func writeMDS(
    folder: String, report: (Int) -> Void, isCancelled: () -> Bool
  ) throws(PipelineError) -> Arrays {
    var arrays = Arrays()
    var done = 0
    let old = try oldIndexes(folder)
    for split in Split.allCases {
      let place = Path.join(folder, split.rawValue)
      let index = Path.join(place, "index.json")
      let wasThere = old.contains(split)
      if wasThere { try filing { () throws(FileError) in try Folder.remove(index) } }
      if dataset.splits.contains(where: { $0.split == split }) {
        try write(
          split, to: place, &arrays,
          {
            done += $0; report(done)
          }, isCancelled)
      } else if wasThere {
        arrays.removed.append(index)
      } else {
        continue
      }
      try remove(in: place, but: &arrays) { $0.hasPrefix("shard.") && $0.hasSuffix(".mds") }
    }
    return arrays
  }

  /// The splits that an earlier export left an index of. Others may have an `index.json` in a folder called `test`, too: only what says that it
  /// is one of these goes.
  private func oldIndexes(_ folder: String) throws(PipelineError) -> Set<Split> {
    var old: Set<Split> = []
    for split in Split.allCases {
      let path = Path.join(Path.join(folder, split.rawValue), "index.json")
      if try MDSFormat.isIndex(path) {
        old.insert(split)
      } else if Folder.kind(path) != nil, dataset.splits.contains(where: { $0.split == split }) {
        throw .otherIndex(path: path)
      }
    }
    return old
  }

  /// The most samples of a shard: their places are kept in memory until it is written.
  private static let mdsSamples = 1 << 20

  private func write(
    _ split: Split, to folder: String, _ arrays: inout Arrays, _ report: (Int) -> Void,
    _ isCancelled: () -> Bool
  ) throws(PipelineError) {
    var shards: [JSON] = []
    let format = MDSFormat(idWidth: idWidth, sizeLimit: mdsBytes)
    let documents = try SplitTokens(dataset, split)
    var reader = try storing { () throws(StoreError) in try dataset.reader(split) }
    var cursor = documents.cursor(atShard: 0)
    var next = try documents.next(&cursor)
    while next != nil {
      // The places of samples stand before them, so that a shard is chosen before it is written.
      var samples: [Range<Int>] = []
      var size = 0
      while let (_, tokens) = next {
        let length = format.sampleSize(tokens.count) + 4
        guard length <= Int(UInt32.max) - (1 << 16) else {
          throw .documentTooLong(
            format: "mds", tokens: tokens.count, limit: (Int(UInt32.max) - (1 << 16)) / idWidth)
        }
        guard samples.isEmpty || size + length <= mdsBytes && samples.count < Self.mdsSamples else { break }
        samples.append(tokens)
        size += length
        next = try documents.next(&cursor)
      }
      let digits = "\(shards.count)"
      let name = "shard.\(String(repeating: "0", count: max(0, 5 - digits.utf8.count)))\(digits).mds"
      let file = HashedFile(try create(name, in: folder))
      try file.write(format.head(samples.map(\.count)))
      for tokens in samples {
        try file.write(format.sampleHead(tokens.count))
        try writeIDs(&reader, tokens, isCancelled, report) { bytes throws(FileError) in
          try file.put(bytes)
        }
      }
      let (count, digest) = try file.finish()
      shards.append(format.entry(name, bytes: count, digest, samples: samples.count))
      arrays.written.append(Path.join(folder, name))
    }
    let index: JSON = ["shards": .array(shards), "version": 2]
    let path = Path.join(folder, "index.json")
    try filing { () throws(FileError) in
      try Folder.create(folder)
      try AtomicFile.write(Array(index.text.utf8).span, to: path)
    }
    arrays.written.append(path)
  }
}

/// How the bytes of a shard are laid out.
private struct MDSFormat {
  let idWidth: Int
  let sizeLimit: Int

  private var column: [JSON.Member] {
    [
      JSON.Member("column_encodings", .array([.string("ndarray:uint\(8 * idWidth)")])),
      JSON.Member("column_names", .array(["tokens"])), JSON.Member("column_sizes", .array([.null])),
      JSON.Member("compression", .null), JSON.Member("format", "mds"),
      JSON.Member("hashes", .array(["sha256"])),
    ]
  }

  private var tail: [JSON.Member] {
    [JSON.Member("size_limit", .integer(sizeLimit)), JSON.Member("version", 2)]
  }

  /// An index of 7 TB of shards has so many bytes. Larger files are taken for something else.
  private static let largestIndex = 1 << 26

  /// Whether the file at `path` says what ``DatasetExporter/writeMDS(folder:report:isCancelled:)`` has an index say.
  static func isIndex(_ path: String) throws(PipelineError) -> Bool {
    guard Folder.kind(path) == .file, !Folder.isLink(path) else { return false }
    let bytes = try filing { () throws(FileError) -> [UInt8] in
      try File.open(path).size() <= largestIndex ? try File.contents(path) : []
    }
    guard let index = try? JSON.parse(bytes.span), index["version"] == 2,
      let shards = index["shards"]?.elements
    else { return false }
    return shards.allSatisfy { $0["format"] == "mds" }
  }

  /// All that stands before the samples of so many tokens each.
  func head(_ counts: [Int]) -> [UInt8] {
    let columns = Array(JSON.object(column + tail).text.utf8)
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(counts.count))
    var place = 4 + 4 * (counts.count + 1) + columns.count
    for count in counts {
      bytes.append(littleEndian: UInt32(place))
      place += sampleSize(count)
    }
    bytes.append(littleEndian: UInt32(place))
    return bytes + columns
  }

  /// log2 of the bytes that the length of an array takes.
  private func lengthCode(_ count: Int) -> UInt8 { count < 1 << 8 ? 0 : count < 1 << 16 ? 1 : 2 }

  func sampleSize(_ count: Int) -> Int { 4 + 1 + (1 << Int(lengthCode(count))) + count * idWidth }

  func sampleHead(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(sampleSize(count) - 4))
    bytes.append(1 << 2 | lengthCode(count))
    for shift in 0..<1 << Int(lengthCode(count)) {
      bytes.append(UInt8(truncatingIfNeeded: count >> (8 * shift)))
    }
    return bytes
  }

  /// What the index says of a shard.
  func entry(_ name: String, bytes: Int, _ digest: Digest, samples: Int) -> JSON {
    let data: JSON = [
      "basename": .string(name), "bytes": .integer(bytes),
      "hashes": ["sha256": .string(digest.description)],
    ]
    return .object(
      column + [JSON.Member("raw_data", data), JSON.Member("samples", .integer(samples))] + tail
        + [JSON.Member("zip_data", .null)])
  }
}

/// A file whose bytes are hashed on their way.
private final class HashedFile {
  private var file: AtomicFile?
  private var hash = SHA256()
  private var count = 0

  init(_ file: consuming AtomicFile) { self.file = consume file }

  func put(_ bytes: Span<UInt8>) throws(FileError) {
    hash.update(bytes)
    count += bytes.count
    try file!.write(bytes)
  }

  func write(_ bytes: [UInt8]) throws(PipelineError) {
    try filing { () throws(FileError) in try put(bytes.span) }
  }

  /// Gives the file its name.
  func finish() throws(PipelineError) -> (count: Int, digest: Digest) {
    do { try file.take()!.commit() } catch { throw .file(error) }
    return (count, hash.finish())
  }
}
