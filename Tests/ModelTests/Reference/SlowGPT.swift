import Model

/// GPT-2 written out with the slow operations, in double precision.
struct SlowGPT {
  let configuration: GPTConfiguration
  /// By name, without `transformer.`.
  var parameters: [String: Grid] = [:]

  /// A copy of the model's parameters.
  init(_ model: GPT) {
    configuration = model.configuration
    for parameter in model.parameters {
      var grid = Grid(
        rows: parameter.shape.count == 2 ? parameter.shape[0] : 1, columns: parameter.shape.last!)
      grid.isVector = parameter.shape.count == 1
      grid.values = model.values(of: parameter).map(Double.init)
      parameters[Self.plain(parameter)] = grid
    }
  }

  static func plain(_ parameter: Parameter) -> String {
    let prefix = "transformer."
    return parameter.name.hasPrefix(prefix) ? String(parameter.name.dropFirst(prefix.count)) : parameter.name
  }

  /// (tokens, vocabulary)
  func logits(_ tokens: [UInt32], time: Int) -> Grid {
    var stream = Slow.embedding(tokens, time: time, parameters["wte.weight"]!, parameters["wpe.weight"]!)
    for layer in 0..<configuration.layers {
      let block = "h.\(layer)"
      let projected = linear(norm(stream, "\(block).ln_1"), "\(block).attn.c_attn")
      let mixed = Slow.attention(projected, heads: configuration.heads, time: time)
      stream = Slow.add(stream, linear(mixed, "\(block).attn.c_proj"))
      let hidden = linear(norm(stream, "\(block).ln_2"), "\(block).mlp.c_fc")
      stream = Slow.add(stream, linear(Slow.gelu(hidden), "\(block).mlp.c_proj"))
    }
    let head = parameters["lm_head.weight"] ?? parameters["wte.weight"]!
    return Slow.logits(norm(stream, "ln_f"), head)
  }

  private func linear(_ input: Grid, _ name: String) -> Grid {
    Slow.linear(input, parameters["\(name).weight"]!, parameters["\(name).bias"]!)
  }

  private func norm(_ input: Grid, _ name: String) -> Grid {
    Slow.layerNorm(
      input, parameters["\(name).weight"]!, parameters["\(name).bias"]!, epsilon: configuration.normEpsilon)
  }

  /// The sum of the losses of all targets.
  func loss(_ tokens: [UInt32], _ targets: [Int32], time: Int) -> Double {
    Slow.loss(logits(tokens, time: time), targets)
  }
}
