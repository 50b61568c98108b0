internal import Basics
internal import Commands
internal import Pipeline

/// What a command reads, and how bytes become text.
struct Reading {
  /// Those named; none for ``fallback``.
  var corpora: [String] = []
  /// What is read where nobody names anything, and no list does.
  var fallback = "corpora/"
  var list: String?
  var stdin = "txt"
  var textField = TextOptions().textField
  var invalid = TextOptions().invalid
  var encoding: String?
  var dropsMark = false

  /// What is read before the list.
  var paths: [String] { corpora.isEmpty && list == nil ? [fallback] : corpora }

  /// The options for the libraries; special tokens and steps are the command's own.
  var text: TextOptions {
    var text = TextOptions()
    text.textField = textField
    text.invalid = invalid
    text.encoding = encoding
    text.dropsMark = dropsMark
    return text
  }

  /// - Throws: where no such encoding or layout is known.
  func check() throws(UsageError) {
    if let encoding, !TextEncoding.isKnown(encoding) {
      throw UsageError("--encoding: there is no '\(encoding)'; `iconv --list` shows what there is")
    }
    guard StandardInput(ending: stdin).isKnown else {
      throw UsageError(
        "--stdin wants the ending of a file that can be read, such as txt or jsonl.gz, not '\(stdin)'")
    }
  }
}

/// A command that reads a corpus.
protocol ReadingCommand: Command {
  var reading: Reading { get set }
}

extension ReadingCommand {
  /// What is to be read.
  ///
  /// - Parameter folder: where standard input is kept
  func corpus(spoolIn folder: String) throws(PipelineError) -> Corpus {
    let input = StandardInput(ending: reading.stdin, folder: folder) { Interrupt.isRequested }
    return try Corpus(
      reading.paths, list: reading.list, standardInput: input, textField: reading.textField,
      encoding: reading.encoding)
  }

  /// The options that say what to read.
  static var corpusOptions: [Option<Self>] {
    [
      .arguments(
        "CORPUS...", \.reading.corpora,
        "Files and folders of text, patterns such as 'books/**/*.txt', names in the cache, - for standard input [default: corpora/]"
      ),
      .option("--files-from", \.reading.list, "LIST", "A file with more paths, one a line"),
      .option(
        "--stdin", \.reading.stdin, "ENDING", "What - is, as the ending of a file says it, such as jsonl.gz"),
    ]
  }

  /// The options that say how bytes become text.
  static var textOptions: [Option<Self>] {
    [
      .option(
        "--text-field", \.reading.textField, "NAME",
        "Field of JSON objects, or column of tables, that holds the text"),
      .option(
        "--encoding", \.reading.encoding, "NAME",
        "What the text is in, such as latin1 or utf-16 [default: utf-8]"),
      .option(
        "--invalid", \.reading.invalid, "HOW",
        "What to do about bytes that are not text: stop, take U+FFFD for them, leave the document out, or take them as they are"
      ),
      .flag("--drop-bom", \.reading.dropsMark, "Leave out the byte order mark at the start of a text"),
    ]
  }
}
