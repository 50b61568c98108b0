public import Basics
public import Store
public import Tokenizer

/// Why text cannot be read, or not be made into tokens. Bytes are counted from 0, lines from 1.
public enum PipelineError: Error {
  /// The system refused.
  case file(FileError)
  /// The dataset cannot be written or read.
  case store(StoreError)
  /// There is nothing of that name.
  case missing(path: String)
  /// There is nothing of that name, neither here nor in the cache.
  case missingName(String)
  /// A file is needed and this is a folder.
  case isFolder(path: String)
  /// It is a device, a socket or the like.
  case neitherFileNorFolder(path: String)
  /// The folder holds no file whose name ends like text.
  case noText(folder: String, skipped: Int)
  /// No file is what a pattern stands for.
  case noMatch(pattern: String)
  /// A list of files names none.
  case emptyList(file: String)
  /// No corpus was named.
  case noCorpus
  /// Standard input was named twice.
  case inputTwice
  /// Two sources would have the same name in a dataset.
  case sameName(String, String)
  /// The file changed while it was being read.
  case changed(file: String)
  /// Sources of a finished dataset are not what they were, so that it can neither be left as it is nor grow.
  case changedSources(folder: String, findings: [RecordedSources.Finding])
  /// A packed file cannot be unpacked. The offset counts its own, packed bytes.
  case damaged(file: String, offset: Int, reason: String)
  /// A line is not JSON.
  case json(file: String, line: Int, byte: Int, offset: Int, reason: String)
  /// A line's object lacks the field that holds the text.
  case noField(String, file: String, line: Int, found: [String])
  /// The field that should hold the text holds something else.
  case fieldNotText(String, file: String, line: Int, kind: String)
  /// A line is longer than the reader takes.
  case lineTooLong(file: String, line: Int, limit: Int)
  /// A row of a table cannot be read.
  case table(file: String, line: Int, reason: String)
  /// A file is not an array of JSON values.
  case records(file: String, offset: Int, reason: String)
  /// A row or an element is longer than the reader takes.
  case recordTooLong(file: String, offset: Int, limit: Int)
  /// Text has no white space for so long that it cannot be encoded in bounded memory.
  case noPlaceToCut(file: String, offset: Int, limit: Int)
  /// A program is missing that is needed to read a file.
  case noProgram(String, file: String)
  /// A program could not read a file.
  case program(String, file: String, reason: String)
  /// An archive cannot be read.
  case archive(file: String, reason: String)
  /// There is no encoding of that name.
  case unknownTextEncoding(String)
  /// The text is not in the encoding that was named. The offset counts the file's own bytes, unpacked.
  case notInEncoding(file: String, offset: Int, String)
  /// The text is not UTF-8.
  case invalidUTF8(file: String, offset: Int)
  /// The text cannot be encoded.
  case encoding(file: String, line: Int?, offset: Int, TokenizerError)
  /// No vocabulary can be learned.
  case learning(TokenizerError)
  /// A tokenizer's files cannot be used.
  case tokenizer(folder: String, TokenizerError)
  /// There is no tokenizer where one was looked for.
  case noTokenizer(places: [String])
  /// The folder lacks a tokenizer's two files.
  case noTokenizerFiles(folder: String)
  /// A `.tiktoken` file whose pattern and special tokens are not known.
  case unknownEncoding(file: String)
  /// A file is larger than any tokenizer's.
  case tokenizerTooLarge(file: String, bytes: Int, limit: Int)
  /// The tokenizer cannot mark the end of documents.
  case noEndOfText(folder: String)
  /// The tokenizer's folder holds another tokenizer already.
  case otherTokenizer(folder: String)
  /// A word among ids is no id.
  case badID(text: String, file: String, offset: Int)
  /// An id is not in the vocabulary.
  case idBeyondVocabulary(id: Int, position: Int, vocabularySize: Int)
  /// An id is among those that the vocabulary leaves out.
  case unusedID(id: Int, position: Int)
  /// Binary ids end in the middle of one.
  case partialID(file: String, offset: Int, width: Int)
  /// The vocabulary is too large for ids of two bytes.
  case idsTooWide(vocabularySize: Int)
  /// The dataset is not the one that a recipe promises.
  case otherRootHash(expected: String, found: Digest)
  /// What a dataset records of itself does not say how to encode its sources again.
  case notReencodable(folder: String, reason: String)
  /// A codec table is damaged or missing and cannot be made again.
  case lostCodecTable(path: String, reason: String)
  /// A split has no token at that place.
  case noSuchToken(Int, split: Split, count: Int)
  /// An epoch has no row at that position.
  case noSuchSample(position: Int, rows: Int)
  /// A document is too long for another program's format.
  case documentTooLong(format: String, tokens: Int, limit: Int)
  /// A file that is to be written has the name of one that no export has written.
  case otherIndex(path: String)
  /// Counts written to a temporary file came back as something else.
  case damagedCounts(file: String)
  /// There are more documents than can be compared with each other.
  case tooManyDocuments(limit: Int)
  /// No text of the file is long enough to look for it in others.
  case noEvaluation(file: String, words: Int)
  /// The file's texts have more words than memory is taken for.
  case evaluationTooLarge(file: String, limit: Int)
  /// Somebody asked to stop.
  case cancelled
}

extension PipelineError {
  /// The same error in bytes that were changed before they were read: `place` says where in the file that stands, counted from
  /// `start`, which the reader found at a place of what it was given.
  func movingBytes(from start: Int, _ place: (Int) -> Int) -> PipelineError {
    switch self {
    case .json(let file, let line, let byte, _, let reason):
      .json(file: file, line: line, byte: place(byte), offset: start + place(byte), reason: reason)
    case .records(let file, let offset, let reason):
      .records(file: file, offset: start + place(offset - start), reason: reason)
    default: self
    }
  }

  /// The same error, `count` lines further down the file.
  func movingLine(by count: Int) -> PipelineError {
    switch self {
    case .json(let file, let line, let byte, let offset, let reason):
      .json(file: file, line: line + count, byte: byte, offset: offset, reason: reason)
    case .noField(let field, let file, let line, let found):
      .noField(field, file: file, line: line + count, found: found)
    case .fieldNotText(let field, let file, let line, let kind):
      .fieldNotText(field, file: file, line: line + count, kind: kind)
    case .lineTooLong(let file, let line, let limit):
      .lineTooLong(file: file, line: line + count, limit: limit)
    case .table(let file, let line, let reason): .table(file: file, line: line + count, reason: reason)
    case .encoding(let file, let line?, let offset, let error):
      .encoding(file: file, line: line + count, offset: offset, error)
    default: self
    }
  }
}
