import Basics
import Pipeline
import Store
import TestSupport
import Testing

/// Each recipe in `manifests/` keeps its promise.
@Suite("Recipes")
struct RecipeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["corpora/stories.jsonl", "corpora/catalog.json"] + Self.recipes.map({ "manifests/\($0)" }) {
      try folder.write(try File.contents("\(Shared.package)/\(name)"), to: name)
    }
  }

  private static let recipes = [
    "instructions.json", "spam.json", "stories.json", "the-verdict.json", "tinyshakespeare.json",
  ]

  private func prep(_ arguments: String...) throws -> Outcome {
    try RunningProgram("prep", arguments, in: folder.path).wait()
  }

  @Test func `all recipes are tested here`() throws {
    #expect(try Folder.names("\(Shared.package)/manifests") == Self.recipes)
  }

  @Test func `a recipe's mistakes are said with its name, and its corpora are never options`() throws {
    try folder.write(#"{"corpora": ["corpora/"], "sise": 3}"#, to: "unknown.json")
    let unknown = try prep("encode", "--recipe", "unknown.json")
    #expect(unknown.code == 2 && unknown.errors.contains("recipe 'unknown.json': unknown option '--sise'"))
    let tokenizer = try SmallTokenizer.make(in: folder)
    try folder.write(
      #"{"corpora": ["--json", "-x"], "split": "tail", "tokenizer": "\#(tokenizer.path)"}"#, to: "dashes.json"
    )
    let dashes = try prep("encode", "--recipe", "dashes.json")
    #expect(
      dashes.code == 1 && dashes.errors.contains("there is no file or folder '--json'"), "\(dashes.errors)")
  }

  @Test func `the stories give the promised root hash with the tokenizer that is learned without options`()
    throws
  {
    #expect(try prep("bpe-train").code == 0)
    let outcome = try prep("encode", "--recipe", "manifests/stories.json")
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  /// Runs a recipe that needs `name` of the catalog, which lies in `place` of the shared folder.
  private func make(_ recipe: String, from name: String, in place: String) throws -> Outcome {
    #expect(try prep("fetch", "gpt2", "--from", Shared.path("data/gpt2")!).code == 0)
    #expect(try prep("fetch", name, "--from", Shared.path(place)!).code == 0)
    let outcome = try prep("encode", "--recipe", "manifests/\(recipe).json", "--out", "made")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try prep("verify", "made").code == 0)
    return outcome
  }

  @Test(.enabled(if: Shared.path("data/gpt2") != nil, "needs ../shared"))
  func `Shakespeare gives the promised root hash with GPT-2's tokenizer`() throws {
    _ = try make("tinyshakespeare", from: "tinyshakespeare", in: "data/english")
  }

  @Test(.enabled(if: Shared.path("data/book") != nil, "needs ../shared"))
  func `The Verdict is cut where the book cuts it`() throws {
    let outcome = try make("the-verdict", from: "the-verdict", in: "data/book")
    // The book has 4,612 and 534 tokens, and here is an <|endoftext|> behind each part.
    for line in ["train 4613 tokens, 1 document", "val   535 tokens, 1 document"] {
      #expect(outcome.errors.contains(line), "\(outcome.errors)")
    }
    let text = try #require(Shared.path("data/book/the-verdict.txt").map { try File.contents($0) })
    let dataset = try Dataset.open(folder("made"))
    var reader = try dataset.reader(.val)
    try reader.forEachDocument { entry, _ in
      #expect(entry.byteOffset == 18_431 && entry.byteCount == text.count - 18_431)
    }
  }

  @Test(.enabled(if: Shared.path("data/sms") != nil, "needs ../shared"))
  func `spam has the book's rows and labels`() throws {
    let outcome = try make("spam", from: "sms-spam", in: "data/sms")
    #expect(outcome.errors.contains("train: 1045 documents, 32824 tokens"), "\(outcome.errors)")
    var labels = [0, 0]
    var reader = try Dataset.open(folder("made")).reader(.train)
    try reader.forEachDocument { entry, _ in labels[try #require(entry.label)] += 1 }
    #expect(labels == [528, 517])
  }

  @Test(.enabled(if: Shared.path("data/book/instruction-data.json") != nil, "needs ../shared"))
  func `the instructions have the book's split and tokens`() throws {
    let outcome = try make("instructions", from: "instruction-data", in: "data/book")
    // 52,760 tokens for training and 62,025 in all, the book's; and an <|endoftext|> behind each of them.
    #expect(outcome.errors.contains("train: 935 documents, \(52_760 + 935) tokens"), "\(outcome.errors)")
    let dataset = try Dataset.open(folder("made"))
    #expect(dataset.splits.reduce(0) { $0 + $1.tokens } == 62_025 + 1_100)
    #expect(dataset.splits.map(\.documents) == [935, 55, 110])
  }

  @Test func `what a recipe's command does not take is refused`() throws {
    try folder.write(#"{"command": "build-spam-dataset", "corpora": ["x"]}"#, to: "corpora.json")
    let corpora = try prep("encode", "--recipe", "corpora.json")
    #expect(corpora.code == 2 && corpora.errors.contains("'corpora' is a list"), "\(corpora.errors)")
    try folder.write(#"{"command": "verify"}"#, to: "command.json")
    let command = try prep("encode", "--recipe", "command.json")
    #expect(command.code == 2 && command.errors.contains("command wants encode, build-spam-dataset or"))
    let json = try prep("encode", "--recipe", "manifests/spam.json", "--json")
    #expect(json.code == 2 && json.errors.contains("--json cannot stand beside"), "\(json.errors)")
    let missing = try prep("encode", "--recipe", "manifests/spam.json", "--out", "x")
    #expect(missing.code == 1 && missing.errors.contains("no tokenizer"), "\(missing.errors)")
    #expect(Folder.kind(folder("x")) == nil)
  }

  @Test func `a dataset of another root hash is refused`() throws {
    try folder.write("the cab\n", to: "a.txt")
    #expect(try prep("bpe-train", "a.txt", "--vocab-size", "260").code == 0)
    let zeros = String(repeating: "0", count: 64)
    try folder.write(#"{"corpora": "a.txt", "root-hash": "\#(zeros)"}"#, to: "recipe.json")
    let outcome = try prep("encode", "--recipe", "recipe.json")
    #expect(outcome.code == 1 && outcome.errors.contains("the recipe promises root hash \(zeros), but"))
  }
}
