public import Basics

extension GPTConfiguration {
  /// Reads Hugging Face's `config.json`.
  ///
  /// Members that change nothing in what is computed are ignored. Those that ask for another network are refused.
  ///
  /// - Throws: ``ModelError/unsupported(setting:value:supported:)`` naming the member, or
  ///   ``ModelError/configuration(_:)`` where a size is missing or makes no sense.
  public init(json: JSON) throws(ModelError) {
    try Self.refuseUnsupported(json)
    self.init(
      vocabularySize: try Self.size("vocab_size", in: json),
      contextLength: try Self.size("n_positions", "n_ctx", in: json),
      layers: try Self.size("n_layer", in: json), heads: try Self.size("n_head", in: json),
      width: try Self.size("n_embd", in: json),
      isTied: try Self.flag("tie_word_embeddings", json, default: true))
    embeddingDropout = try Self.rate("embd_pdrop", json, default: 0.1)
    attentionDropout = try Self.rate("attn_pdrop", json, default: 0.1)
    residualDropout = try Self.rate("resid_pdrop", json, default: 0.1)
    normEpsilon = try Self.rate("layer_norm_epsilon", json, default: 1e-5)
    try validate()
    if let inner = json["n_inner"], inner != .null, inner.integer != 4 * width {
      throw .unsupported(setting: "n_inner", value: inner.text, supported: "null or 4 times n_embd")
    }
  }

  /// Hugging Face's `config.json`.
  public var json: JSON {
    [
      "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new",
      "vocab_size": .integer(vocabularySize), "n_positions": .integer(contextLength),
      "n_ctx": .integer(contextLength), "n_embd": .integer(width), "n_layer": .integer(layers),
      "n_head": .integer(heads), "n_inner": .null, "embd_pdrop": .number(embeddingDropout),
      "attn_pdrop": .number(attentionDropout), "resid_pdrop": .number(residualDropout),
      "layer_norm_epsilon": .number(normEpsilon), "initializer_range": 0.02, "scale_attn_weights": true,
      "scale_attn_by_inverse_layer_idx": false, "reorder_and_upcast_attn": false,
      "add_cross_attention": false,
      "tie_word_embeddings": .bool(isTied), "torch_dtype": "float32", "use_cache": true,
    ]
  }

  /// What GPT-2's configuration can say and this network is not: each member with the values that change nothing.
  private static let supported: [(name: String, values: [JSON])] = [
    ("model_type", ["gpt2"]),
    ("activation_function", ["gelu_new", "gelu_pytorch_tanh"]),
    ("scale_attn_weights", [true]),
    ("scale_attn_by_inverse_layer_idx", [false]),
    ("add_cross_attention", [false]),
    ("is_encoder_decoder", [false]),
    ("quantization_config", []),
  ]

  private static func refuseUnsupported(_ json: JSON) throws(ModelError) {
    guard json.members != nil else { throw .configuration("config.json holds no object") }
    for (name, values) in supported {
      guard let value = json[name], value != .null, !values.contains(value) else { continue }
      let choices = values.isEmpty ? "absent" : values.map(\.text).joined(separator: " or ")
      throw .unsupported(setting: name, value: value.text, supported: choices)
    }
  }

  private static func size(_ names: String..., in json: JSON) throws(ModelError) -> Int {
    for name in names {
      guard let value = json[name] else { continue }
      guard let size = value.integer else {
        throw .configuration("\(name) is \(value.text), not a whole number")
      }
      return size
    }
    throw .configuration("\(names[0]) is missing")
  }

  private static func flag(_ name: String, _ json: JSON, default standard: Bool) throws(ModelError) -> Bool {
    guard let value = json[name], value != .null else { return standard }
    guard let flag = value.bool else { throw .configuration("\(name) is \(value.text), not true or false") }
    return flag
  }

  private static func rate(_ name: String, _ json: JSON, default standard: Double) throws(ModelError)
    -> Double
  {
    guard let value = json[name], value != .null else { return standard }
    guard let rate = value.number else { throw .configuration("\(name) is \(value.text), not a number") }
    return rate
  }
}
