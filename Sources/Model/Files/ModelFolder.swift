internal import Basics

/// A folder with a model as Hugging Face's tools keep it: `config.json` and `model.safetensors`.
public enum ModelFolder {
  /// The configuration in the folder.
  public static func configuration(_ folder: String) throws(ModelError) -> GPTConfiguration {
    let path = Path.join(folder, "config.json")
    let bytes = try contents(path)
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(bytes.span)
    } catch {
      throw .notJSON(path: path, error)
    }
    return try GPTConfiguration(json: json)
  }

  private static func contents(_ path: String) throws(ModelError) -> [UInt8] {
    let limit = 1 << 20
    var size = 0
    do throws(FileError) {
      size = try File.open(path).size()
      if size <= limit { return try File.contents(path) }
    } catch {
      throw .file(error)
    }
    throw .configuration("'\(path)' has \(size) bytes, more than any configuration")
  }

  /// Makes the model in the folder. Names with and without `transformer.` are accepted.
  ///
  /// - Throws: what is missing or does not fit the configuration, by name.
  public static func load(
    _ folder: String, batch: Int, time: Int, threads: Int
  ) throws(ModelError) -> GPT {
    let configuration = try configuration(folder)
    // The file is checked before memory is asked for: a configuration alone can claim any size.
    let tensors = try ModelTensors(folder, GPTParameters(configuration).all, isTied: configuration.isTied)
    let model = try GPT(configuration, batch: batch, time: time, threads: threads)
    try tensors.read(into: model)
    return model
  }

  /// Replaces the parameters of `model` by those in the folder, whose shapes must agree.
  public static func loadParameters(of model: GPT, from folder: String) throws(ModelError) {
    try ModelTensors(folder, model.parameters, isTied: model.configuration.isTied).read(into: model)
  }

  /// Writes both files, each of them whole or not at all. The folder is made where there is none.
  public static func save(_ model: GPT, to folder: String) throws(ModelError) {
    do throws(FileError) {
      try Folder.create(folder)
      try AtomicFile.write(
        Array(model.configuration.json.indented.utf8).span, to: Path.join(folder, "config.json"))
    } catch {
      throw .file(error)
    }
    let tensors = model.parameters.map { parameter in
      SafetensorsTensor(parameter.name, shape: parameter.shape) { model.values(of: parameter) }
    }
    try SafetensorsWriter.write(tensors, to: Path.join(folder, "model.safetensors"))
  }
}

/// The tensors of a model's file, matched with the parameters they are for.
private struct ModelTensors {
  private let file: SafetensorsFile
  /// The name in the file of each parameter.
  private let names: [(name: String, parameter: Parameter)]

  private static let prefix = "transformer."

  init(_ folder: String, _ parameters: [Parameter], isTied: Bool) throws(ModelError) {
    file = try SafetensorsFile(path: Path.join(folder, "model.safetensors"))
    var unused: [String: String] = [:]
    for name in file.names where unused.updateValue(name, forKey: Self.plain(name)) != nil {
      throw .tensors(path: file.path, "it has '\(Self.plain(name))' twice, with and without '\(Self.prefix)'")
    }
    var names: [(String, Parameter)] = []
    for parameter in parameters {
      guard let name = unused.removeValue(forKey: Self.plain(parameter.name)) else {
        throw .missingTensor(parameter.name, path: file.path)
      }
      guard file.shape(of: name) == parameter.shape else {
        throw .shape(
          tensor: name, path: file.path, found: file.shape(of: name) ?? [], expected: parameter.shape)
      }
      try file.checkFloats(of: name)
      names.append((name, parameter))
    }
    self.names = names
    for (plain, name) in unused.sorted(by: { $0.key < $1.key }) where !Self.isIgnored(plain, isTied: isTied) {
      throw .unknownTensor(name, path: file.path)
    }
  }

  private static func plain(_ name: String) -> String {
    name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
  }

  /// Causal masks that older files hold, and the copy of a tied embedding.
  private static func isIgnored(_ name: String, isTied: Bool) -> Bool {
    name.hasSuffix(".attn.bias") || name.hasSuffix(".attn.masked_bias") || isTied && name == "lm_head.weight"
  }

  func read(into model: GPT) throws(ModelError) {
    for (name, parameter) in names {
      let values = model.store.value(parameter)
      var place = 0
      try file.readFloats(of: name) { block in
        values[place..<place + block.count].copy(from: block)
        place += block.count
      }
    }
  }
}
