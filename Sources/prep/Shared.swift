internal import Basics
internal import Commands
internal import Pipeline
internal import Tokenizer

extension SplitOptions.Method: OptionValue {}
extension TextOptions.Invalid: OptionValue {}
extension TokenFormat: OptionValue {}
extension IDDecoder.Format: OptionValue {}
extension TieOrder: OptionValue {}
extension Pretokenizer.Pattern: OptionValue {}

extension SpecialTokenPolicy: OptionValue {
  package init?(optionText: String) { self.init(text: optionText) }
  package var optionText: String { text }
  package static var optionWants: String { "ordinary, error or allow=NAME,..." }
}

/// How many threads to use: those asked for, or one for each core.
func threads(_ asked: Int?) throws(UsageError) -> Int {
  guard let asked else { return ThreadPool.availableCores }
  guard 1...1_024 ~= asked else { throw UsageError("--threads wants a number from 1 to 1024, not \(asked)") }
  return asked
}

/// Runs `body`, so that what is the command line's fault is told apart from what is the data's, and a reader that went
/// away is no failure.
func running<Value>(_ body: () throws(PipelineError) -> Value) throws -> Value {
  do throws(PipelineError) {
    return try body()
  } catch .file(let error) {
    throw error
  } catch .learning(.vocabularyTooSmall(let size)) {
    throw UsageError("--vocab-size: \(TokenizerError.vocabularyTooSmall(size))")
  } catch .inputTwice {
    throw UsageError("\(PipelineError.inputTwice)")
  } catch .encoding(_, _, _, .unknownSpecialToken(let name)) {
    throw UsageError("--special: \(TokenizerError.unknownSpecialToken(name))")
  } catch .tokenizer(_, .unknownSpecialToken(let name)) {
    throw UsageError("--special: \(TokenizerError.unknownSpecialToken(name))")
  } catch {
    throw error
  }
}

/// Says which files of a corpus were passed over.
func note(_ corpus: Corpus) {
  if corpus.skipped > 0 {
    Console.note(
      "passed over \(counted(corpus.skipped, "file")) without an ending of text such as .txt or .jsonl")
  }
  if let link = corpus.dangling.first {
    let more = corpus.dangling.count == 1 ? "" : " and \(corpus.dangling.count - 1) more"
    Console.note("passed over '\(link)'\(more): a link that leads nowhere")
  }
  if let file = corpus.otherJSON.first {
    let more = corpus.otherJSON.count == 1 ? "" : " and \(corpus.otherJSON.count - 1) more .json files"
    Console.note(
      "passed over '\(file)'\(more): no array of texts, nor of objects with the field --text-field")
  }
  for path in corpus.tokenizerFiles { Console.note("passed over '\(path)', which is a tokenizer's") }
  for (path, first) in corpus.repeated {
    Console.note(
      path == first
        ? "'\(path)' is named twice and taken once" : "'\(path)' is the same file as '\(first)', taken once")
  }
}
