import Basics
import Model
import Testing

@Suite("Configuration")
struct ConfigurationTests {
  private static let sizes: JSON = [
    "vocab_size": 11, "n_positions": 8, "n_layer": 2, "n_head": 2, "n_embd": 12,
  ]

  /// The smallest config.json, with some members replaced or, for nil, left out.
  private func json(_ changes: [(String, JSON?)]) -> JSON {
    var members = Self.sizes.members!
    for (name, value) in changes {
      members.removeAll { $0.name == name }
      if let value { members.append(JSON.Member(name, value)) }
    }
    return .object(members)
  }

  @Test func `is written and read back whole`() throws {
    var configuration = GPTConfiguration(
      vocabularySize: 50_257, contextLength: 1024, layers: 12, heads: 12, width: 768, isTied: false)
    configuration.embeddingDropout = 0.1
    configuration.attentionDropout = 0.2
    configuration.residualDropout = 1 / 3
    configuration.normEpsilon = 1e-6
    for isTied in [true, false] {
      configuration.isTied = isTied
      #expect(try GPTConfiguration(json: configuration.json) == configuration)
      #expect(try GPTConfiguration(json: JSON.parse(configuration.json.indented)) == configuration)
    }
    for preset in GPTConfiguration.presets {
      #expect(try GPTConfiguration(json: preset.configuration.json) == preset.configuration)
    }
  }

  @Test func `what a file leaves out is as Hugging Face has it`() throws {
    let configuration = try GPTConfiguration(json: Self.sizes)
    #expect(
      configuration
        == GPTConfiguration(
          vocabularySize: 11, contextLength: 8, layers: 2, heads: 2, width: 12, dropout: 0.1))
    #expect(configuration.isTied)
    #expect(configuration.normEpsilon == 1e-5)
    #expect(try GPTConfiguration(json: json([("n_positions", nil), ("n_ctx", 8)])) == configuration)
    #expect(try GPTConfiguration(json: json([("n_inner", 48), ("unheard_of", "?")])) == configuration)
  }

  @Test(
    arguments: [
      ("activation_function", "relu", "gelu_new or gelu_pytorch_tanh"), ("model_type", "llama", "gpt2"),
      ("scale_attn_weights", false, "true"), ("scale_attn_by_inverse_layer_idx", true, "false"),
      ("add_cross_attention", true, "false"), ("is_encoder_decoder", true, "false"),
      ("n_inner", 47, "null or 4 times n_embd"),
      ("n_inner", "48", "null or 4 times n_embd"), ("quantization_config", [:], "absent"),
    ] as [(String, JSON, String)])
  func `another network than this one is refused by name`(name: String, value: JSON, supported: String) throws
  {
    let error = #expect(throws: ModelError.self) { try GPTConfiguration(json: json([(name, value)])) }
    let expected = value.text.replacing("\"", with: "")
    let message = "\(try #require(error))".replacing("\"", with: "")
    #expect(
      message
        == "the configuration's \(name) is \(expected), which this GPT-2 cannot compute; it has to be \(supported)"
    )
  }

  @Test(
    arguments: [
      ("vocab_size", nil, "vocab_size is missing"),
      ("n_positions", nil, "n_positions is missing"),
      ("n_embd", "wide", #"n_embd is "wide", not a whole number"#),
      ("n_layer", 1.5, "n_layer is 1.5, not a whole number"),
      ("vocab_size", 0, "the vocabulary size is 0 instead of 1 to 16777216"),
      ("n_positions", 2_000_000, "the context length is 2000000 instead of 1 to 1048576"),
      ("n_layer", -1, "the number of layers is -1 instead of 1 to 1024"),
      ("n_head", 0, "the number of heads is 0 instead of 1 to 1024"),
      ("n_head", 5, "5 heads do not divide a width of 12"),
      ("n_embd", 70_000, "the width is 70000 instead of 1 to 65536"),
      ("embd_pdrop", 1, "the embedding dropout is 1.0 instead of 0 up to, but not including, 1"),
      ("attn_pdrop", -0.1, "the attention dropout is -0.1 instead of 0 up to, but not including, 1"),
      ("resid_pdrop", "none", #"resid_pdrop is "none", not a number"#),
      ("layer_norm_epsilon", 0, "LayerNorm's epsilon is 0.0 instead of a small positive number"),
      ("tie_word_embeddings", 1, "tie_word_embeddings is 1, not true or false"),
    ] as [(String, JSON?, String)])
  func `numbers that make no model are refused by name`(name: String, value: JSON?, reason: String) {
    #expect(throws: ModelError.configuration(reason)) { try GPTConfiguration(json: json([(name, value)])) }
  }

  /// Four times such a width is no number that fits.
  @Test func `a hostile width is refused, not a crash`() {
    for width in [Int.max, Int.max / 2, 1 << 62] {
      #expect(throws: ModelError.configuration("the width is \(width) instead of 1 to 65536")) {
        try GPTConfiguration(json: json([("n_embd", .integer(width)), ("n_inner", 5), ("n_head", 1)]))
      }
    }
    #expect(throws: ModelError.configuration("config.json holds no object")) {
      try GPTConfiguration(json: [1, 2])
    }
  }

  @Test func `a model refuses what cannot be planned`() {
    func make(batch: Int, time: Int, threads: Int = 1) throws {
      _ = try GPT(Tiny().configuration, batch: batch, time: time, threads: threads)
    }
    #expect(throws: ModelError.batch("rows of 9 tokens, where the context allows 1 to 8")) {
      try make(batch: 1, time: 9)
    }
    #expect(throws: ModelError.batch("rows of 0 tokens, where the context allows 1 to 8")) {
      try make(batch: 1, time: 0)
    }
    #expect(throws: ModelError.batch("0 rows; 1 to 33554432 can be planned")) { try make(batch: 0, time: 8) }
    #expect(throws: ModelError.configuration("0 threads cannot compute; ask for 1 or more")) {
      try make(batch: 1, time: 8, threads: 0)
    }
  }

  @Test func `a model larger than any memory is refused`() {
    let huge = GPTConfiguration(
      vocabularySize: 1 << 24, contextLength: 1 << 20, layers: 1 << 10, heads: 1, width: 1 << 16)
    let error = #expect(throws: ModelError.self) { try GPT(huge, batch: 1, time: 1, threads: 1) }
    guard case .memory(let bytes, "the parameters") = error else {
      Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
      return
    }
    #expect(bytes >= 4 * huge.parameterCount)
  }

  /// Only pages that are written take memory: a plan may be larger than the machine's, but not beyond all addresses.
  @Test func `a batch larger than any memory is refused, at the latest when it is first used`() throws {
    let deep = GPTConfiguration(
      vocabularySize: 2, contextLength: 1 << 20, layers: 1 << 8, heads: 1, width: 1 << 12)
    #expect(throws: ModelError.batch("1048576 rows; 1 to 256 can be planned")) {
      try GPT(deep, batch: 1 << 20, time: 1 << 20, threads: 1)
    }
    let model = try GPT(deep, batch: 256, time: 1 << 20, threads: 1)
    let error = #expect(throws: ModelError.self) {
      try model.accumulateGradients(
        inputs: [UInt32](repeating: 0, count: 1 << 20), targets: [Int32](repeating: 0, count: 1 << 20),
        dropoutSeed: 1, lossScale: 1)
    }
    guard case .memory(_, "the activations") = error else {
      Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
      return
    }
  }
}
