internal import Basics
internal import Store
internal import Tokenizer

/// The files of llm.c: https://github.com/karpathy/llm.c/blob/master/dev/data/data_common.py
///
/// A header of 256 integers of four bytes (magic, version, how many tokens; the rest 0), then the ids: of two bytes with the
/// magic of GPT-2, of four with that of Llama 3 where a vocabulary is larger.
enum LLMCHeader {
  static let size = 1_024

  static func bytes(tokens: Int, idWidth: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: (idWidth == 2 ? 20_240_520 : 20_240_801) as UInt32)
    bytes.append(littleEndian: (idWidth == 2 ? 1 : 7) as UInt32)
    bytes.append(littleEndian: UInt32(tokens))
    return bytes + [UInt8](repeating: 0, count: size - bytes.count)
  }
}

extension DatasetExporter {
  /// Writes `train_000000.bin` and so on into `folder`, each of up to ``llmcTokens`` tokens: llm.c counts the bytes of a
  /// file in 32 bits. Nothing in them says which belong together, so that they get their names only when all are whole, and those of
  /// an earlier export go before the first does: never are there files of two exports.
  func writeLLMC(
    folder: String, report: (Int) -> Void, isCancelled: () -> Bool
  ) throws(PipelineError) -> Arrays {
    if Folder.kind(folder) == .folder {
      try filing { () throws(FileError) in try Folder.removeUnfinished(folder, where: Self.isLLMC) }
    }
    var files: [SealedFile] = []
    var done = 0
    for split in dataset.splits {
      var reader = try storing { () throws(StoreError) in try dataset.reader(split.split) }
      for (number, start) in stride(from: 0, to: split.tokens, by: llmcTokens).enumerated() {
        let range = start..<min(start + llmcTokens, split.tokens)
        let digits = "\(number)"
        let name =
          "\(split.split.rawValue)_\(String(repeating: "0", count: max(0, 6 - digits.utf8.count)))\(digits).bin"
        let file = try create(name, in: folder)
        let header = LLMCHeader.bytes(tokens: range.count, idWidth: idWidth)
        try filing { () throws(FileError) in try file.write(header.span) }
        try writeIDs(
          &reader, range, isCancelled,
          {
            done += $0; report(done)
          }
        ) { bytes throws(FileError) in
          try file.write(bytes)
        }
        do { files.append(try file.seal()) } catch { throw .file(error) }
      }
    }
    return try publish(files, in: folder)
  }

  /// Gives the files their names, in place of those that are there.
  private func publish(_ files: [SealedFile], in folder: String) throws(PipelineError) -> Arrays {
    var arrays = Arrays()
    try remove(in: folder, but: &arrays, Self.isLLMC)
    try filing { () throws(FileError) in
      for file in files { try file.rename() }
      if !files.isEmpty { try Folder.synchronize(folder) }
    }
    arrays.written = files.map(\.path)
    arrays.removed.removeAll(where: Set(arrays.written).contains)
    return arrays
  }

  /// Whether a file of that name is one of llm.c's, such as `train_000000.bin`.
  private static func isLLMC(_ name: String) -> Bool {
    let parts = name.split(separator: "_", omittingEmptySubsequences: false)
    return parts.count == 2 && Split(rawValue: String(parts[0])) != nil && parts[1].count >= 10
      && parts[1].hasSuffix(".bin") && parts[1].dropLast(4).utf8.allSatisfy { 0x30...0x39 ~= $0 }
  }

  /// A file in `folder`, which is made where it is not there.
  func create(_ name: String, in folder: String) throws(PipelineError) -> AtomicFile {
    try filing { () throws(FileError) in
      try Folder.create(folder)
      return try AtomicFile(Path.join(folder, name))
    }
  }

  /// Gives the ids at `range` to `output`, ``idWidth`` bytes each.
  func writeIDs(
    _ reader: inout SplitReader, _ range: Range<Int>, _ isCancelled: () -> Bool, _ report: (Int) -> Void,
    to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) {
    var bytes: [UInt8] = []
    try forEachStep(&reader, range, isCancelled) { tokens throws(PipelineError) in
      bytes.removeAll(keepingCapacity: true)
      (idWidth == 2 ? TokenFormat.u16 : .u32).write(tokens, isFirst: false, to: &bytes)
      try filing { () throws(FileError) in try output(bytes.span) }
      report(tokens.count)
    }
  }

  /// Removes the files of `folder` that `isOurs` knows by their names and that were not written.
  func remove(
    in folder: String, but arrays: inout Arrays, _ isOurs: (String) -> Bool
  ) throws(PipelineError) {
    guard Folder.kind(folder) == .folder else { return }
    let written = Set(arrays.written)
    for name in try filing({ () throws(FileError) in try Folder.names(folder) }) where isOurs(name) {
      let path = Path.join(folder, name)
      guard !written.contains(path), Folder.kind(path) == .file else { continue }
      try filing { () throws(FileError) in try Folder.remove(path) }
      arrays.removed.append(path)
    }
  }
}
