internal import Basics
internal import Store
internal import Tokenizer

/// The files of Megatron-LM's `IndexedDataset`:
/// https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/core/datasets/indexed_dataset.py
///
/// `.bin` has nothing but the ids; `.idx`, little-endian: "MMIDIDX" and two zeros, version 1 (8 bytes), the ids' type (1), the
/// sequences' number (8), the documents' number and one more (8), the sequences' lengths (4 each), their places in the `.bin`
/// in bytes (8 each), and the number of the sequence with which each document begins, and after the last (8 each). Here each
/// document is one sequence.
extension DatasetExporter {
  /// numpy's `uint16` and `int32`, as Megatron numbers them.
  private var megatronType: UInt8 { idWidth == 2 ? 8 : 4 }

  /// Writes `train_text_document.bin` and `.idx`, and so on, into `folder`: `--data-path folder/train_text_document` reads
  /// them. No index is there while its ids are not.
  func writeMegatron(
    folder: String, report: (Int) -> Void, isCancelled: () -> Bool
  ) throws(PipelineError) -> Arrays {
    var arrays = Arrays()
    var done = 0
    for split in dataset.splits {
      let name = "\(split.split.rawValue)_text_document"
      let index = try create("\(name).idx", in: folder)
      try writeIndex(split, index, isCancelled)
      let ids = try create("\(name).bin", in: folder)
      var reader = try storing { () throws(StoreError) in try dataset.reader(split.split) }
      try writeIDs(
        &reader, 0..<split.tokens, isCancelled,
        {
          done += $0; report(done)
        }
      ) {
        bytes throws(FileError) in try ids.write(bytes)
      }
      let paths = ["\(name).bin", "\(name).idx"].map { Path.join(folder, $0) }
      try filing { () throws(FileError) in try Folder.remove(paths[1]) }
      do {
        try ids.commit()
        try index.commit()
      } catch {
        throw .file(error)
      }
      arrays.written += paths
    }
    let names = Split.allCases.flatMap { split in ["idx", "bin"].map { "\(split)_text_document.\($0)" } }
    try remove(in: folder, but: &arrays) { names.contains($0) }
    return arrays
  }

  /// The documents are gone through once for each array: so memory does not grow with them.
  private func writeIndex(
    _ split: SplitSummary, _ file: borrowing AtomicFile, _ isCancelled: () -> Bool
  ) throws(PipelineError) {
    var output = BufferedOutput()
    var head = Array("MMIDIDX".utf8) + [0, 0]
    head.append(littleEndian: 1 as UInt64)
    head.append(megatronType)
    head.append(littleEndian: UInt64(split.documents))
    head.append(littleEndian: UInt64(split.documents + 1))
    try output.write(head, to: file)
    try forEachDocument(split.split, isCancelled) { tokens throws(PipelineError) in
      guard let length = Int32(exactly: tokens.count) else {
        throw .documentTooLong(format: "megatron", tokens: tokens.count, limit: Int(Int32.max))
      }
      try output.write(littleEndian: UInt32(length), to: file)
    }
    try forEachDocument(split.split, isCancelled) { tokens throws(PipelineError) in
      try output.write(littleEndian: UInt64(tokens.lowerBound * idWidth), to: file)
    }
    for number in 0...split.documents { try output.write(littleEndian: UInt64(number), to: file) }
    try output.flush(to: file)
  }

  /// Gives the place of every document's tokens in the split to `body`.
  func forEachDocument(
    _ split: Split, _ isCancelled: () -> Bool, _ body: (Range<Int>) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    let reader = try SplitTokens(dataset, split)
    var cursor = reader.cursor(atShard: 0)
    while let (_, tokens) = try reader.next(&cursor) {
      if isCancelled() { throw .cancelled }
      try body(tokens)
    }
  }
}

/// Small numbers on their way into a file.
struct BufferedOutput {
  private var bytes: [UInt8] = []

  mutating func write(_ more: [UInt8], to file: borrowing AtomicFile) throws(PipelineError) {
    bytes += more
    if bytes.count >= 1 << 16 { try flush(to: file) }
  }

  mutating func write<Number: FixedWidthInteger & UnsignedInteger>(
    littleEndian number: Number, to file: borrowing AtomicFile
  ) throws(PipelineError) {
    bytes.append(littleEndian: number)
    if bytes.count >= 1 << 16 { try flush(to: file) }
  }

  mutating func flush(to file: borrowing AtomicFile) throws(PipelineError) {
    do { try file.write(bytes.span) } catch { throw .file(error) }
    bytes.removeAll(keepingCapacity: true)
  }
}
