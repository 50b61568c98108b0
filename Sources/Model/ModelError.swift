public import Basics

/// Why a model cannot be made, read or run.
public enum ModelError: Error, Equatable {
  /// A configuration that describes no model: which member, and what it has to be.
  case configuration(String)
  /// A setting of a `config.json` that asks for something else than the GPT-2 that is built here.
  case unsupported(setting: String, value: String, supported: String)
  case notJSON(path: String, JSONError)
  /// Inputs or targets that do not fill whole rows of the planned batch.
  case batch(String)
  case token(Int, position: Int, vocabularySize: Int)
  case contextFull(position: Int, adding: Int, contextLength: Int)
  /// A tensors file that is cut short or lies about its contents.
  case tensors(path: String, String)
  case missingTensor(String, path: String)
  case unknownTensor(String, path: String)
  case shape(tensor: String, path: String, found: [Int], expected: [Int])
  case memory(bytes: Int, purpose: String)
  case file(FileError)
}

extension ModelError: CustomStringConvertible {
  /// What is wrong, then what to do about it.
  public var description: String {
    switch self {
    case .configuration(let reason): "no model can be made from this configuration: \(reason)"
    case .unsupported(let setting, let value, let supported):
      "the configuration's \(setting) is \(value.shortened), which this GPT-2 cannot compute; it has to be \(supported)"
    case .notJSON(let path, let error): "'\(path)' is not JSON: \(error)"
    case .batch(let reason): "the batch does not fit the model: \(reason)"
    case .token(let token, let position, let size):
      """
      token \(token) at position \(position) of the batch is outside the vocabulary of \(size) tokens; \
      use the tokenizer that the model was trained with
      """
    case .contextFull(let position, let adding, let length):
      """
      \(adding) tokens after \(position) do not fit the context of \(length) tokens; \
      restart the generator from the last of them
      """
    case .tensors(let path, let reason): "'\(path)' is not a usable safetensors file: \(reason)"
    case .missingTensor(let name, let path):
      "'\(path)' has no tensor '\(name.shortened)'; it belongs to another model than its config.json says"
    case .unknownTensor(let name, let path):
      "'\(path)' has a tensor '\(name.shortened)' that GPT-2 has no place for; it belongs to another kind of model"
    case .shape(let tensor, let path, let found, let expected):
      "tensor '\(tensor)' of '\(path)' has shape \(found) instead of \(expected), which its config.json asks for"
    case .memory(let bytes, let purpose):
      "the system refuses \(bytes >> 20) MiB for \(purpose); use a smaller model or a smaller batch"
    case .file(let error): error.description
    }
  }
}
