import Basics
import Pipeline
import Store
import TestSupport
import Tokenizer

/// A tokenizer of the 256 bytes, a few merges and `<|endoftext|>`, so that tests need no file from elsewhere.
enum SmallTokenizer {
  static let merges = ["t h", "th e", "Ġ a", "Ġ the", "a b", "Ċ Ċ", "1 2", "Ġ Ġ"]

  /// GPT-2's letter for each byte: printable ones stand for themselves, the others follow from U+0100 on.
  private static let alphabet: [(letter: Unicode.Scalar, byte: Int)] = {
    let printable = Array(33...126) + Array(161...172) + Array(174...255)
    let rest = (0..<256).filter { !printable.contains($0) }
    return printable.map { (Unicode.Scalar(UInt8($0)), $0) }
      + rest.enumerated().map { (Unicode.Scalar(UInt32(256 + $0.offset))!, $0.element) }
  }()

  static var vocabularyFile: String {
    let tokens =
      alphabet.map { String($0.letter) } + merges.map { $0.filter { $0 != " " } } + ["<|endoftext|>"]
    return JSON.object(tokens.enumerated().map { JSON.Member($0.element, .integer($0.offset)) }).text
  }

  static var mergesFile: String { (["#version: 0.2"] + merges).joined(separator: "\n") + "\n" }

  /// Writes the two files into `name` in `folder` and reads them.
  static func make(in folder: TemporaryFolder, _ name: String = "tokenizer") throws -> TokenizerFolder {
    try folder.write(vocabularyFile, to: "\(name)/vocab.json")
    try folder.write(mergesFile, to: "\(name)/merges.txt")
    return try TokenizerFolder(folder(name))
  }
}

/// A document as it was read back.
struct ReadDocument: Equatable {
  var text: String
  var source: String
  var offset: Int
  var count: Int
}

/// The documents of a split, each of which must end in `<|endoftext|>`.
func documents(_ folder: String, _ split: Split) throws -> [ReadDocument] {
  let dataset = try Dataset.open(folder)
  guard dataset.splits.contains(where: { $0.split == split }) else { return [] }
  let decoder = Decoder(try Tokenizer(dataset.tokenizer))
  var reader = try dataset.reader(split)
  var documents: [ReadDocument] = []
  try reader.forEachDocument { entry, tokens in
    guard tokens[tokens.count - 1] == dataset.tokenizer.endOfText else {
      throw PipelineError.noEndOfText(folder: folder)
    }
    var bytes: [UInt8] = []
    try decoder.decode(tokens.extracting(0..<tokens.count - 1), into: &bytes)
    documents.append(
      ReadDocument(
        text: String(decoding: bytes, as: UTF8.self), source: dataset.sources[entry.source].path,
        offset: entry.byteOffset, count: entry.byteCount))
  }
  return documents
}

/// Every file of a folder but the manifest, which holds times.
func shards(_ folder: String) throws -> [String: [UInt8]] {
  var files: [String: [UInt8]] = [:]
  for name in try Folder.names(folder) where name.hasSuffix(".shard") {
    files[name] = try File.contents(Path.join(folder, name))
  }
  return files
}
