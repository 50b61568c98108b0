internal import Basics
public import Store
internal import Tokenizer

/// Writes a dataset in the formats of other programs.
///
///     let exporter = try DatasetExporter(Dataset.open("shards"))
///     try exporter.writeFiles(.bin, folder: "data")   // data/train.bin, data/val.bin
///
/// Memory is bounded, whatever the length of documents.
public struct DatasetExporter: Sendable {
  /// What to write.
  public enum Format: String, Sendable, CaseIterable {
    /// One JSON object for each document, in the order of the sources.
    case jsonl
    /// A file for each split with nothing but the ids, as nanoGPT reads them.
    case bin
    /// A file for each split that numpy opens.
    case npy
    /// llm.c's files, a header before the ids.
    case llmc
    /// Megatron-LM's two files for each split.
    case megatron
    /// A folder for each split that MosaicML's streaming opens.
    case mds
  }

  let dataset: Dataset
  let tokenizer: Tokenizer
  /// How many tokens are read at a time.
  package var step = 1 << 16
  /// The most tokens of a file of ``Format/llmc``.
  package var llmcTokens = 100_000_000
  /// About the most bytes of a shard of ``Format/mds``.
  package var mdsBytes = 1 << 26

  /// Export of `dataset`, decoded with the tokenizer that it keeps.
  public init(_ dataset: Dataset) throws(PipelineError) {
    self.dataset = dataset
    tokenizer = try Tokenizer(dataset.tokenizer)
  }

  /// Tokens in all splits.
  public var tokenCount: Int { dataset.splits.reduce(0) { $0 + $1.tokens } }

  /// Bytes of an id in ``Format/bin`` and ``Format/npy``: two where all ids fit.
  public var idWidth: Int { dataset.tokenizer.vocabularySize <= 1 << 16 ? 2 : 4 }

  /// What ``writeFiles(_:folder:report:isCancelled:)`` did, by the paths of files.
  public struct Arrays: Sendable, Equatable {
    /// Files that hold a split of the dataset, or all of its documents.
    public internal(set) var written: [String] = []
    /// Files of splits that the dataset does not have, left by another export, which are gone now.
    public internal(set) var removed: [String] = []
  }

  /// Writes files into `folder`: one or several for each split, or ``Format/jsonl``'s one. Each exists once it is whole.
  ///
  /// Those of splits that the dataset lacks are removed: who reads the folder would take them for this dataset's.
  public func writeFiles(
    _ format: Format, folder: String, report: (Int) -> Void = { _ in },
    isCancelled: @escaping () -> Bool = { false }
  ) throws(PipelineError) -> Arrays {
    switch format {
    case .jsonl:
      Arrays(written: [try writeLines(folder: folder, report: report, isCancelled: isCancelled)])
    case .bin, .npy: try writeArrays(format, folder: folder, report: report, isCancelled: isCancelled)
    case .llmc: try writeLLMC(folder: folder, report: report, isCancelled: isCancelled)
    case .megatron: try writeMegatron(folder: folder, report: report, isCancelled: isCancelled)
    case .mds: try writeMDS(folder: folder, report: report, isCancelled: isCancelled)
    }
  }

  /// Nothing but ids, behind numpy's header where that is the format.
  private func writeArrays(
    _ format: Format, folder: String, report: (Int) -> Void, isCancelled: () -> Bool
  ) throws(PipelineError) -> Arrays {
    var arrays = Arrays()
    for split in Split.allCases where !dataset.splits.contains(where: { $0.split == split }) {
      let path = Path.join(folder, "\(split.rawValue).\(format.rawValue)")
      guard Folder.kind(path) == .file else { continue }
      try filing { () throws(FileError) in try Folder.remove(path) }
      arrays.removed.append(path)
    }
    var done = 0
    for split in dataset.splits {
      let path = Path.join(folder, "\(split.split.rawValue).\(format.rawValue)")
      var reader = try storing { () throws(StoreError) in try dataset.reader(split.split) }
      let header = format == .npy ? NumPyHeader.bytes(count: split.tokens, width: idWidth) : []
      let file = try filing { () throws(FileError) in
        try Folder.create(folder)
        let file = try AtomicFile(path)
        try file.write(header.span)
        return file
      }
      try writeIDs(
        &reader, 0..<split.tokens, isCancelled,
        {
          done += $0; report(done)
        }
      ) { bytes throws(FileError) in
        try file.write(bytes)
      }
      do { try file.commit() } catch { throw .file(error) }
      arrays.written.append(path)
    }
    return arrays
  }

  /// Gives the tokens of `range` to `body`, some at a time.
  func forEachStep(
    _ reader: inout SplitReader, _ range: Range<Int>, _ isCancelled: () -> Bool,
    _ body: (Span<TokenID>) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    var tokens: [TokenID] = []
    var start = range.lowerBound
    while start < range.upperBound {
      if isCancelled() { throw .cancelled }
      let end = min(start + step, range.upperBound)
      try storing { () throws(StoreError) in try reader.read(start..<end, into: &tokens) }
      try body(tokens.span)
      start = end
    }
  }
}

/// The header of numpy's own format, version 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
enum NumPyHeader {
  static func bytes(count: Int, width: Int) -> [UInt8] {
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    var text = Array("{'descr': '<u\(width)', 'fortran_order': False, 'shape': (\(count),), }".utf8)
    // The array begins at a multiple of 64 bytes, and the text ends in a newline.
    let padding = 63 - (magic.count + 2 + text.count) % 64
    text += [UInt8](repeating: 0x20, count: padding) + [ASCII.newline]
    return magic + [UInt8(text.count & 255), UInt8(text.count >> 8)] + text
  }
}
