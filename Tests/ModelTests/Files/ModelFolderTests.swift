import Basics
import Model
import TestSupport
import Testing

@Suite("Model folders")
struct ModelFolderTests {
  private let folder: TemporaryFolder
  private let tiny = Tiny()

  init() throws { folder = try TemporaryFolder() }

  private func load() throws -> GPT { try ModelFolder.load(folder.path, batch: 3, time: 8, threads: 1) }

  /// Writes a folder whose tensors are those of `model` after `change`.
  private func write(
    _ model: GPT, _ change: (inout [(name: String, shape: [Int], values: [Float])]) -> Void
  ) throws {
    var tensors = model.parameters.map { (name: $0.name, shape: $0.shape, values: model.values(of: $0)) }
    change(&tensors)
    try folder.write(model.configuration.json.text, to: "config.json")
    try SafetensorsWriter.write(
      tensors.map { tensor in SafetensorsTensor(tensor.0, shape: tensor.1) { tensor.2 } },
      to: folder("model.safetensors"))
  }

  private var tensorsFile: String { folder("model.safetensors") }

  @Test(arguments: [true, false])
  func `a model saved and loaded is the same to the bit`(isTied: Bool) throws {
    var tiny = tiny
    tiny.isTied = isTied
    tiny.dropout = 0.25
    let model = try tiny.model()
    try ModelFolder.save(model, to: folder("a/b"))
    let loaded = try ModelFolder.load(folder("a/b"), batch: 3, time: 8, threads: 2)
    #expect(loaded.configuration == model.configuration)
    #expect(loaded.allValues == model.allValues)
    #expect(try ModelFolder.configuration(folder("a/b")) == model.configuration)
    let other = try tiny.model()
    other.initialize(seed: 9)
    try ModelFolder.loadParameters(of: other, from: folder("a/b"))
    #expect(other.allValues == model.allValues)
  }

  /// GPT2Model's files have no prefix, old files have causal masks, and some repeat the tied embedding.
  @Test func `files of other tools are understood`() throws {
    let model = try tiny.model()
    try write(model) { tensors in
      for index in tensors.indices { tensors[index].name.removeFirst("transformer.".count) }
      tensors.reverse()
      tensors.append(("h.0.attn.bias", [1, 1, 8, 8], [Float](repeating: 1, count: 64)))
      tensors.append(("h.1.attn.masked_bias", [], [-1e4]))
      tensors.append(("lm_head.weight", [11, 12], model.values(of: model.parameters[0])))
    }
    #expect(try load().allValues == model.allValues)
  }

  @Test func `half precision is read into float32`() throws {
    let model = try tiny.model()
    try write(model) { _ in }
    let file = RawSafetensors(
      model.parameters.map { parameter in
        let bytes = model.values(of: parameter).flatMap { Float16($0).bitPattern.littleEndianBytes }
        return (parameter.name, .float16, parameter.shape, bytes)
      })
    try folder.write(file.bytes, to: "model.safetensors")
    #expect(try load().allValues == model.allValues.map { $0.map { Float(Float16($0)) } })
  }

  @Test func `what is missing is named`() throws {
    let model = try tiny.model()
    for parameter in model.parameters {
      try write(model) { $0.removeAll { $0.name == parameter.name } }
      #expect(throws: ModelError.missingTensor(parameter.name, path: tensorsFile)) { try load() }
    }
    let untied = try Tiny(isTied: false).model()
    try write(untied) { $0.removeLast() }
    #expect(throws: ModelError.missingTensor("lm_head.weight", path: tensorsFile)) { try load() }
  }

  /// Linear layers of other frameworks are (out, in): a square one would pass, the others do not.
  @Test func `what has another shape is named, with both shapes`() throws {
    let name = "transformer.h.1.attn.c_attn.weight"
    try write(try tiny.model()) { tensors in
      let index = tensors.firstIndex { $0.name == name }!
      tensors[index].shape = [36, 12]
    }
    let expected = ModelError.shape(tensor: name, path: tensorsFile, found: [36, 12], expected: [12, 36])
    #expect(throws: expected) { try load() }
    #expect("\(expected)".contains("'\(name)'"))
    #expect("\(expected)".contains("[36, 12] instead of [12, 36]"))
  }

  @Test func `what has no place is named`() throws {
    for name in ["h.2.ln_1.weight", "lm_head.bias", "score.weight"] {
      try write(try tiny.model()) { $0.append((name, [1], [0])) }
      #expect(throws: ModelError.unknownTensor(name, path: tensorsFile)) { try load() }
    }
    try write(try tiny.model()) { $0.append(("wte.weight", [1], [0])) }
    let reason = "it has 'wte.weight' twice, with and without 'transformer.'"
    #expect(throws: ModelError.tensors(path: tensorsFile, reason)) { try load() }
  }

  @Test func `numbers of another kind are named, and the model stays as it was`() throws {
    let model = try tiny.model()
    let before = model.allValues
    let file = RawSafetensors(
      model.parameters.map { parameter in
        let type: SafetensorsType = parameter.name.hasSuffix("ln_f.bias") ? .int32 : .float32
        return (parameter.name, type, parameter.shape, [UInt8](repeating: 0, count: 4 * parameter.count))
      })
    try folder.write(file.bytes, to: "model.safetensors")
    let reason = "tensor 'transformer.ln_f.bias' holds I32 instead of floats"
    #expect(throws: ModelError.tensors(path: tensorsFile, reason)) {
      try ModelFolder.loadParameters(of: model, from: folder.path)
    }
    #expect(model.allValues == before)
  }

  /// The configuration claims a model of terabytes; its file has none of it.
  @Test func `a configuration alone reserves nothing`() throws {
    try ModelFolder.save(tiny.model(), to: folder.path)
    let huge = GPTConfiguration(
      vocabularySize: 1 << 24, contextLength: 1 << 20, layers: 1 << 10, heads: 1, width: 1 << 16)
    try folder.write(huge.json.text, to: "config.json")
    let expected = ModelError.shape(
      tensor: "transformer.wte.weight", path: tensorsFile, found: [11, 12], expected: [1 << 24, 1 << 16])
    #expect(throws: expected) { try load() }
  }

  @Test func `what is wrong with config.json is said with its path`() throws {
    try ModelFolder.save(tiny.model(), to: folder.path)
    let path = folder("config.json")
    try folder.write("{\"vocab_size\": }", to: "config.json")
    #expect(
      throws: ModelError.notJSON(path: path, JSONError(reason: "expected a value", offset: 15))
    ) { try load() }
    let file = try File.create(path)
    try file.truncate(to: 1 << 20 + 1)
    #expect(
      throws: ModelError.configuration("'\(path)' has 1048577 bytes, more than any configuration")
    ) { try load() }
    for name in ["config.json", "model.safetensors"] {
      try ModelFolder.save(tiny.model(), to: folder.path)
      try Folder.remove(folder(name))
      let error = #expect(throws: ModelError.self) { try load() }
      #expect("\(try #require(error))".contains(folder(name)))
    }
  }

  @Test(.enabled(if: Shared.path("data/gpt2/tiny-random-gpt2") != nil, "needs ../shared"))
  func `Hugging Face's tiny GPT-2 loads and computes`() throws {
    let path = try #require(Shared.path("data/gpt2/tiny-random-gpt2"))
    let model = try ModelFolder.load(path, batch: 1, time: 20, threads: 2)
    let configuration = model.configuration
    #expect(configuration.vocabularySize == 1000 && configuration.contextLength == 512)
    #expect(configuration.layers == 5 && configuration.heads == 4 && configuration.width == 32)
    #expect(configuration.dropout == 0.1 && configuration.isTied)
    let tokens = (0..<20).map { UInt32($0 * 51 % 1000) }
    let logits = try model.logits(inputs: tokens, batch: 1, time: 20)
    expectClose(logits, SlowGPT(model).logits(tokens, time: 20).values, within: 5e-6, "logits")
  }
}
