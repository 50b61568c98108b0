internal import Model

/// A checkpoint's `optimizer.safetensors`: both moments of every parameter, by PyTorch's names for them.
enum OptimizerFile {
  private static let first = "exp_avg."
  private static let second = "exp_avg_sq."
  private static let steps = "steps"

  static func save(_ optimizer: AdamW, of model: GPT, to path: String) throws(ModelError) {
    let tensors = model.parameters.flatMap { parameter in
      [
        SafetensorsTensor(first + parameter.name, shape: parameter.shape) {
          optimizer.moments(of: parameter).first
        },
        SafetensorsTensor(second + parameter.name, shape: parameter.shape) {
          optimizer.moments(of: parameter).second
        },
      ]
    }
    try SafetensorsWriter.write(tensors, metadata: [steps: "\(optimizer.stepCount)"], to: path)
  }

  static func load(_ optimizer: AdamW, of model: GPT, from path: String) throws(TrainingError) {
    try TrainingError.wrapping {
      let file = try SafetensorsFile(path: path)
      guard let count = file.metadata[steps].flatMap({ Int($0) }), count >= 0 else {
        throw TrainingError.damaged(path: path, reason: "it does not say how many steps were made")
      }
      for parameter in model.parameters {
        optimizer.setMoments(
          first: try values(first, parameter, file), second: try values(second, parameter, file),
          of: parameter)
      }
      optimizer.stepCount = count
    }
  }

  private static func values(_ prefix: String, _ parameter: Parameter, _ file: SafetensorsFile)
    throws(ModelError) -> [Float]
  {
    let name = prefix + parameter.name
    guard let shape = file.shape(of: name) else { throw .missingTensor(name, path: file.path) }
    guard shape == parameter.shape else {
      throw .shape(tensor: name, path: file.path, found: shape, expected: parameter.shape)
    }
    return try file.floats(of: name)
  }
}
