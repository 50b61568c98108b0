import Model
import Testing

@Suite("Parameters")
struct ParameterTests {
  /// Hugging Face's names in the order of its GPT2LMHeadModel, matrices as its Conv1D keeps them: (in, out).
  @Test(arguments: [true, false])
  func `have Hugging Face's names, order and shapes`(isTied: Bool) throws {
    let model = try Tiny(isTied: isTied).model()
    var expected: [(String, [Int])] = [
      ("transformer.wte.weight", [11, 12]), ("transformer.wpe.weight", [8, 12]),
    ]
    for layer in 0..<2 {
      expected += [
        ("ln_1.weight", [12]), ("ln_1.bias", [12]),
        ("attn.c_attn.weight", [12, 36]), ("attn.c_attn.bias", [36]),
        ("attn.c_proj.weight", [12, 12]), ("attn.c_proj.bias", [12]),
        ("ln_2.weight", [12]), ("ln_2.bias", [12]),
        ("mlp.c_fc.weight", [12, 48]), ("mlp.c_fc.bias", [48]),
        ("mlp.c_proj.weight", [48, 12]), ("mlp.c_proj.bias", [12]),
      ].map { ("transformer.h.\(layer).\($0.0)", $0.1) }
    }
    expected += [("transformer.ln_f.weight", [12]), ("transformer.ln_f.bias", [12])]
    if !isTied { expected.append(("lm_head.weight", [11, 12])) }
    #expect(model.parameters.map(\.name) == expected.map(\.0))
    #expect(model.parameters.map(\.shape) == expected.map(\.1))
    #expect(model.parameters.reduce(0) { $0 + $1.count } == model.configuration.parameterCount)
  }

  /// Where a parameter ends another begins: one that is set must not touch its neighbours.
  @Test func `do not overlap`() throws {
    let model = try Tiny(isTied: false).model()
    for (index, parameter) in model.parameters.enumerated() {
      model.set([Float](repeating: Float(index), count: parameter.count), of: parameter)
    }
    for (index, parameter) in model.parameters.enumerated() {
      #expect(model.values(of: parameter) == [Float](repeating: Float(index), count: parameter.count))
      #expect(parameter.index == index)
      #expect(parameter.offset % 16 == 0)
    }
  }

  @Test(arguments: [
    ("gpt2-124m", 124_439_808), ("gpt2-355m", 354_823_168), ("gpt2-774m", 774_030_080),
    ("gpt2-1558m", 1_557_611_200),
  ])
  func `are as many as OpenAI's models have`(name: String, count: Int) throws {
    let preset = try #require(GPTConfiguration.presets.first { $0.name == name })
    #expect(preset.configuration.parameterCount == count)
    var untied = preset.configuration
    untied.isTied = false
    #expect(untied.parameterCount == count + 50_257 * untied.width)
  }

  @Test func `the documented example counts right`() {
    let small = GPTConfiguration(vocabularySize: 4096, contextLength: 256, layers: 6, heads: 6, width: 384)
    #expect(small.parameterCount == 12_318_720)
  }
}
