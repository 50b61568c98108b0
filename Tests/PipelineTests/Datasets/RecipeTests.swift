import Basics
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

  private static let recipes = ["stories.json", "tinyshakespeare.json"]

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
    try folder.write(#"{"corpora": ["--json", "-x"], "split": "tail"}"#, to: "dashes.json")
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

  @Test(.enabled(if: Shared.path("data/gpt2") != nil, "needs ../shared"))
  func `Shakespeare gives the promised root hash with GPT-2's tokenizer`() throws {
    #expect(try prep("fetch", "gpt2", "--from", Shared.path("data/gpt2")!).code == 0)
    #expect(try prep("fetch", "tinyshakespeare", "--from", Shared.path("data/english")!).code == 0)
    let outcome = try prep("encode", "--recipe", "manifests/tinyshakespeare.json")
    #expect(outcome.code == 0, "\(outcome.errors)")
  }
}
