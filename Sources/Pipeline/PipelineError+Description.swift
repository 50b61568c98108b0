internal import Basics
internal import Store
internal import Tokenizer

extension PipelineError: CustomStringConvertible {
  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .store(let error): error.description
    case .missing, .missingName, .isFolder, .neitherFileNorFolder, .noText, .noMatch, .emptyList, .noCorpus,
      .inputTwice, .sameName, .changed, .changedSources:
      describeSource
    case .damaged, .json, .noField, .fieldNotText, .lineTooLong, .noPlaceToCut, .invalidUTF8: describeText
    case .table, .records, .recordTooLong, .archive, .noProgram, .program, .unknownTextEncoding,
      .notInEncoding:
      describeRecords
    case .encoding(let file, let line, let offset, .specialTokenInText(let name, let place)):
      """
      '\(file)', \(line.map { "byte \(place) of the text of line \($0)" } ?? "byte \(offset + place)"): the name of the \
      special token '\(name)'; take it as the token with --special allow=\(name), or as text with --special ordinary
      """
    case .encoding(let file, let line, let offset, let error):
      "'\(file)', \(line.map { "line \($0)" } ?? "after byte \(offset)"): \(error)"
    case .learning(let error): "\(error)"
    case .tokenizer, .noTokenizer, .noTokenizerFiles, .unknownEncoding, .tokenizerTooLarge, .noEndOfText,
      .otherTokenizer:
      describeTokenizer
    case .badID, .idBeyondVocabulary, .unusedID, .partialID, .idsTooWide: describeIDs
    case .otherRootHash(let expected, let found):
      """
      the recipe promises root hash \(expected), but these sources and options gave \(found); \
      compare the sources with those that the recipe was made from
      """
    case .notReencodable(let folder, let reason):
      "the sources of '\(folder)' cannot be encoded again: \(reason)"
    case .lostCodecTable(let path, let reason):
      """
      the codec table '\(path)' cannot be made again, and the shards that use it cannot be read without: \(reason); restore \
      the file from a copy, or make the dataset again with --replace
      """
    case .noSuchToken(let token, let split, let count):
      "there is no token \(token) in the split '\(split)': it has \(Self.numbers(count, "token"))"
    case .noSuchSample(let position, let rows):
      "there is no sample \(position) in an epoch: it has \(Self.numbers(rows, "sample"))"
    case .documentTooLong(let format, let tokens, let limit):
      """
      a document of \(tokens) tokens cannot be written as \(format), which takes up to \(limit); \
      choose a format without documents, such as bin
      """
    case .otherIndex(let path):
      "'\(path)' is no index of an earlier export, and one would take its place; choose another --out"
    case .damagedCounts(let file):
      "the temporary file '\(file)' did not hold what was written to it; look after the disk, and run it again"
    case .tooManyDocuments(let limit):
      "more than \(limit) documents cannot be compared with each other; leave --drop-near-duplicates out, or make several datasets"
    case .noEvaluation(let file, let words):
      "'\(file)' has no text of \(words) words, so that there is nothing to look for; lower --decontaminate-words"
    case .evaluationTooLarge(let file, let limit):
      "'\(file)' has more than \(limit) words, the most that are looked for; make several runs with parts of it"
    case .cancelled: "stopped before the end; run it again"
    }
  }

  private var describeSource: String {
    switch self {
    case .missing(let path): "there is no file or folder '\(path)'"
    case .missingName(let name):
      """
      there is no file or folder '\(name)', nor anything of that name in the cache (\(Cache.folder(name))); \
      `prep fetch --list` shows what can be put there
      """
    case .isFolder(let path): "'\(path)' is a folder; name a file"
    case .neitherFileNorFolder(let path): "'\(path)' is neither a file nor a folder"
    case .noText(let folder, let skipped):
      """
      folder '\(folder)' has no text (\(skipped) other \(skipped == 1 ? "file" : "files")); looked for \
      \(SourceFormat.advice); a file named by itself is read whatever its ending
      """
    case .noMatch(let pattern):
      "there is no file '\(pattern)', and none that it stands for as a pattern; `**` stands for any folders"
    case .emptyList(let file): "the list '\(file)' names no file; it wants one path a line"
    case .noCorpus: "no corpus was named; name files or folders of text"
    case .inputTwice: "standard input (-) can be read once: as one corpus, or as the list of --files-from"
    case .sameName(let first, let second):
      "'\(first)' and '\(second)' would have one name in the dataset; rename one, or name a folder that holds both"
    case .changed(let file):
      "'\(file)' changed while it was being read; run it again when nobody writes to it"
    case .changedSources(let folder, let findings):
      """
      '\(folder)' holds a dataset of other sources: \(Self.shortened(findings)); put them back as they were (new files \
      beside them are added), choose another folder, or make the dataset anew with --replace
      """
    default: preconditionFailure("described elsewhere")
    }
  }

  private static func shortened(_ findings: [RecordedSources.Finding]) -> String {
    let more = findings.count > 5 ? ["and so \(findings.count - 5) more"] : []
    return (findings.prefix(5).map(\.description) + more).joined(separator: "; ")
  }

  private var describeText: String {
    switch self {
    case .damaged(let file, let offset, let reason):
      "'\(file)', byte \(offset) of the packed file: \(reason); fetch or pack the file again"
    case .json(let file, let line, let byte, let offset, let reason):
      "'\(file)', line \(line), byte \(byte) (byte \(offset) of the text): \(reason); mend or remove the line"
    case .noField(let field, let file, let line, let found):
      "'\(file)', line \(line): no field '\(field)'; \(Self.list(found)); choose one with --text-field"
    case .fieldNotText(let field, let file, let line, let kind):
      "'\(file)', line \(line): field '\(field)' holds \(kind), not text; choose another with --text-field"
    case .lineTooLong(let file, let line, let limit):
      "'\(file)', line \(line): longer than \(limit) bytes; is it lines of JSON, one object a line?"
    case .noPlaceToCut(let file, let offset, let limit):
      "'\(file)', after byte \(offset): no white space in \(limit) bytes, the longest piece that is encoded in one; break the text into lines"
    case .invalidUTF8(let file, let offset):
      "'\(file)', byte \(offset): not UTF-8; say what it is in with --encoding (such as latin1), or take bytes as they are with --invalid keep"
    default: preconditionFailure("described elsewhere")
    }
  }

  private var describeRecords: String {
    switch self {
    case .table(let file, let line, let reason): "'\(file)', line \(line): \(reason); mend or remove the row"
    case .records(let file, let offset, let reason):
      "'\(file)', byte \(offset): \(reason); a .json file is an array of objects or texts, a .jsonl file has one object a line"
    case .noProgram(let name, let file):
      """
      '\(file)': the program \(name) is needed to read it and was not found; `pip install \(name)-cli` installs it, \
      and https://duckdb.org/install has other ways
      """
    case .program(let name, let file, let reason): "'\(file)': \(name): \(reason)"
    case .archive(let file, let reason): "'\(file)': \(reason); fetch or pack the archive again"
    case .unknownTextEncoding(let name):
      "there is no encoding '\(name)'; `iconv --list` shows those that there are"
    case .notInEncoding(let file, let offset, let encoding):
      """
      '\(file)', byte \(offset): not \(encoding); name another --encoding, or what to do about it with --invalid replace, \
      skip or keep
      """
    case .recordTooLong(let file, let offset, let limit):
      """
      '\(file)', byte \(offset): a row or an element of more than \(limit) bytes begins here; is there a quotation mark that \
      is never closed?
      """
    default: preconditionFailure("described elsewhere")
    }
  }

  private static func list(_ fields: [String]) -> String {
    let shown = fields.prefix(12).map { "'\($0.shortened)'" }.joined(separator: ", ")
    return switch fields.count {
    case 0: "the object is empty"
    case 1...12: "there is \(shown)"
    default: "there is \(shown) and \(fields.count - 12) more"
    }
  }

  private var describeTokenizer: String {
    switch self {
    case .tokenizer(let folder, let error): "tokenizer '\(folder)': \(error)"
    case .noTokenizer(let places):
      """
      no tokenizer: looked for \(places.joined(separator: " and ")); \
      learn one with `prep bpe-train CORPUS`, fetch one with `prep fetch gpt2`, or name a folder with --tokenizer
      """
    case .noTokenizerFiles(let folder):
      """
      folder '\(folder)' has no vocab.json with merges.txt, nor encoder.json with vocab.bpe, no tokenizer.json, and not just \
      one .tiktoken file; is it a tokenizer's folder?
      """
    case .unknownEncoding(let file):
      """
      '\(file)' is of no published encoding (\(PublishedEncoding.allCases.map(\.rawValue).joined(separator: ", "))), and \
      the file does not say its pattern and special tokens; say them to `prep convert-tokenizer`
      """
    case .tokenizerTooLarge(let file, let bytes, let limit):
      "'\(file)' has \(bytes) bytes, more than a tokenizer's file may have (\(limit)); is it the right file?"
    case .noEndOfText(let folder):
      "tokenizer '\(folder)' has no token <|endoftext|> to set documents apart; learn one with `prep bpe-train`"
    case .otherTokenizer(let folder):
      "'\(folder)' holds another tokenizer; choose another --out, or replace it with --replace"
    default: preconditionFailure("described elsewhere")
    }
  }

  private var describeIDs: String {
    switch self {
    case .badID(let text, let file, let offset):
      "'\(file)', byte \(offset): '\(text)' is no token id; ids are whole numbers from 0, set apart by white space"
    case .idBeyondVocabulary(let id, let position, let size):
      """
      id \(id), number \(position) of the input counted from 0, is beyond the vocabulary of \(size) tokens; \
      name the tokenizer that made the ids with --tokenizer
      """
    case .unusedID(let id, let position):
      """
      id \(id), number \(position) of the input counted from 0, is one that the vocabulary does not use; \
      name the tokenizer that made the ids with --tokenizer
      """
    case .partialID(let file, let offset, let width):
      "'\(file)' ends at byte \(offset), in the middle of an id of \(width) bytes; choose its form with --from"
    case .idsTooWide(let size): "ids of a vocabulary of \(size) tokens do not fit in two bytes; choose u32"
    default: preconditionFailure("described elsewhere")
    }
  }
}

extension PipelineError {
  /// `tokens 0 to 9`, or that there are none.
  private static func numbers(_ count: Int, _ what: String) -> String {
    count > 0 ? "\(what)s 0 to \(count - 1)" : "no \(what)s"
  }
}
