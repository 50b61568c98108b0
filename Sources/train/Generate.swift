internal import Basics
internal import Commands
internal import Model
internal import Tokenizer
internal import Training

/// `train generate MODEL`.
struct Generate: Command {
  static let name = "generate"
  static let summary = "Continue a text with a trained model"
  static let example = """
    train generate runs/small --prompt "Once upon a time"
    train generate runs/small --prompt-file start.txt --temperature 0 --max-tokens 50
    """
  static var options: [Option<Self>] {
    [
      .argument("MODEL", \.model, "Run, checkpoint, or folder with a GPT-2 as Hugging Face has it"),
      .option("--prompt", \.prompt, "TEXT", "Text to continue; without one, a new text is started"),
      .option("--prompt-file", \.promptFile, "FILE", "File with the text to continue, - for standard input"),
      .option(
        "--temperature", \.temperature, "X", "Below 1 bolder is rarer; 0 always takes the likeliest token"),
      .option("--top-k", \.topK, "N", "Choose from the N likeliest tokens; 0: from all"),
      .option("--seed", \.seed, "N", "The same seed writes the same text, on any number of threads"),
      .option("--max-tokens", \.maximumTokens, "N", "Tokens to write at most"),
      .option("--samples", \.samples, "N", "Texts to write"),
      .flag("--ignore-end", \.ignoresEnd, "Write on after <|endoftext|>"),
      .flag("--omit-prompt", \.omitsPrompt, "Print only what the model wrote"),
      .flag("--json", \.isJSON, "Print one JSON object a line for each text"),
      .option("--checkpoint", \.checkpoint, "WHICH", "Of a run: best, latest or a step's number"),
      .option("--threads", \.threads, "N", "Threads to compute on"),
    ]
  }

  var model = ""
  var prompt: String?
  var promptFile: String?
  var temperature = 0.8
  var topK = 50
  var seed = 1
  var maximumTokens = 200
  var samples = 1
  var ignoresEnd = false
  var omitsPrompt = false
  var isJSON = false
  var checkpoint = "best"
  var threads = ThreadPool.availableCores

  mutating func run() throws {
    let options = try checkedOptions()
    let start = try readPrompt()
    let trained = try TrainedModel(model, try CheckpointChoice.named(checkpoint))
    let gpt = try trained.load(batch: 1, time: trained.configuration.contextLength, threads: threads)
    let generator = try TextGenerator(gpt, trained.tokenizer)
    for sample in 0..<samples {
      if samples > 1, !isJSON { try Console.stream(Array("--- \(sample + 1) of \(samples) ---\n".utf8)) }
      try write(sample, after: start, options, generator)
    }
  }

  private func checkedOptions() throws -> GenerationOptions {
    for (name, value, least) in [
      ("--max-tokens", maximumTokens, 1), ("--samples", samples, 1), ("--top-k", topK, 0),
    ] where value < least {
      throw UsageError("\(name) is \(least) or more, not \(value)")
    }
    guard 1...1_024 ~= threads else { throw UsageError("--threads is from 1 to 1024, not \(threads)") }
    guard temperature >= 0 else { throw UsageError("--temperature is 0 or more, not \(temperature)") }
    return GenerationOptions(
      temperature: temperature, topK: topK == 0 ? nil : topK, seed: seed, maximumTokens: maximumTokens,
      stopsAtEndOfText: !ignoresEnd)
  }

  private func readPrompt() throws -> [UInt8] {
    guard let promptFile else { return Array((prompt ?? "").utf8) }
    guard prompt == nil else { throw UsageError("--prompt and --prompt-file each give the prompt; give one") }
    guard promptFile == "-" else { return try File.contents(promptFile) }
    let input = try File.standardInput()
    var bytes: [UInt8] = []
    while try input.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
    return bytes
  }

  private func write(
    _ sample: Int, after start: [UInt8], _ options: GenerationOptions, _ generator: TextGenerator
  ) throws {
    var text: [UInt8] = []
    if !isJSON, !omitsPrompt { try Console.stream(start) }
    let result = try generator.generate(
      after: start, options, sample: sample,
      emit: { piece in if isJSON { text += piece } else { try Console.stream(piece) } })
    if isJSON {
      Console.out(json(sample, start, text, result).text)
    } else {
      try Console.stream([UInt8(ascii: "\n")])
    }
    if result.droppedPromptTokens > 0 {
      Console.note(
        "the prompt is longer than the context: its first \(result.droppedPromptTokens) tokens are not seen")
    }
  }

  private func json(_ sample: Int, _ start: [UInt8], _ text: [UInt8], _ result: GeneratedText) -> JSON {
    [
      "sample": .integer(sample), "prompt": .string(String(decoding: start, as: UTF8.self)),
      "text": .string(String(decoding: text, as: UTF8.self)),
      "ids": .array(result.tokens.map { .integer(Int($0)) }), "ending": .string(result.ending.rawValue),
    ]
  }
}

extension CheckpointChoice {
  static func named(_ text: String) throws(UsageError) -> CheckpointChoice {
    guard let choice = CheckpointChoice(text) else {
      throw UsageError("--checkpoint wants best, latest or a step's number, not '\(text)'")
    }
    return choice
  }
}
