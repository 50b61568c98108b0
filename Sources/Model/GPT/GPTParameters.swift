/// The parameters of a GPT-2, by their place in the network.
struct GPTParameters {
  struct Block {
    let attentionNorm: NormParameters
    let attentionInput, attentionOutput: LinearParameters
    let feedForwardNorm: NormParameters
    let feedForwardInput, feedForwardOutput: LinearParameters
  }

  let tokens: Parameter
  let positions: Parameter
  let blocks: [Block]
  let norm: NormParameters
  /// The token embedding itself, where it is tied.
  let head: Parameter
  /// All of them, each once, in the order of their places.
  let all: [Parameter]

  init(_ configuration: GPTConfiguration) {
    var layout = Layout()
    let width = configuration.width
    tokens = layout.add("transformer.wte.weight", [configuration.vocabularySize, width])
    positions = layout.add("transformer.wpe.weight", [configuration.contextLength, width])
    blocks = (0..<configuration.layers).map { layout.addBlock("transformer.h.\($0)", width: width) }
    norm = layout.addNorm("transformer.ln_f", width: width)
    head =
      configuration.isTied ? tokens : layout.add("lm_head.weight", [configuration.vocabularySize, width])
    all = layout.parameters
  }

  /// Gives parameters their places, one after another.
  private struct Layout {
    var parameters: [Parameter] = []

    mutating func add(_ name: String, _ shape: [Int]) -> Parameter {
      let offset = parameters.last.map { ParameterStore.end(of: $0) } ?? 0
      parameters.append(Parameter(name: name, shape: shape, index: parameters.count, offset: offset))
      return parameters[parameters.count - 1]
    }

    mutating func addNorm(_ name: String, width: Int) -> NormParameters {
      NormParameters(weight: add("\(name).weight", [width]), bias: add("\(name).bias", [width]))
    }

    mutating func addLinear(_ name: String, from input: Int, to output: Int) -> LinearParameters {
      LinearParameters(weight: add("\(name).weight", [input, output]), bias: add("\(name).bias", [output]))
    }

    mutating func addBlock(_ name: String, width: Int) -> Block {
      Block(
        attentionNorm: addNorm("\(name).ln_1", width: width),
        attentionInput: addLinear("\(name).attn.c_attn", from: width, to: 3 * width),
        attentionOutput: addLinear("\(name).attn.c_proj", from: width, to: width),
        feedForwardNorm: addNorm("\(name).ln_2", width: width),
        feedForwardInput: addLinear("\(name).mlp.c_fc", from: width, to: 4 * width),
        feedForwardOutput: addLinear("\(name).mlp.c_proj", from: 4 * width, to: width))
    }
  }
}
