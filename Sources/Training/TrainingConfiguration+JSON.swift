public import Basics
internal import Model
internal import Store

/// One setting: its name in `config.json`, which is its option without dashes, and how it is read and written.
private struct Setting<Owner> {
  let name: String
  let get: (Owner) -> JSON
  /// False where the value is of another kind.
  let set: (inout Owner, JSON) -> Bool

  static func integer(_ name: String, _ path: WritableKeyPath<Owner, Int>) -> Self {
    Setting(name: name, get: { .integer($0[keyPath: path]) }) { owner, json in
      guard let value = json.integer else { return false }
      owner[keyPath: path] = value
      return true
    }
  }

  static func number(_ name: String, _ path: WritableKeyPath<Owner, Double>) -> Self {
    Setting(name: name, get: { .number($0[keyPath: path]) }) { owner, json in
      guard let value = json.number else { return false }
      owner[keyPath: path] = value
      return true
    }
  }

  static func bool(_ name: String, _ path: WritableKeyPath<Owner, Bool>) -> Self {
    Setting(name: name, get: { .bool($0[keyPath: path]) }) { owner, json in
      guard let value = json.bool else { return false }
      owner[keyPath: path] = value
      return true
    }
  }

  static func word<Word: RawRepresentable>(_ name: String, _ path: WritableKeyPath<Owner, Word>) -> Self
  where Word.RawValue == String {
    Setting(name: name, get: { .string($0[keyPath: path].rawValue) }) { owner, json in
      guard let value = json.string.flatMap(Word.init(rawValue:)) else { return false }
      owner[keyPath: path] = value
      return true
    }
  }

  static func text(_ name: String, _ path: WritableKeyPath<Owner, String>) -> Self {
    Setting(name: name, get: { .string($0[keyPath: path]) }) { owner, json in
      guard let value = json.string else { return false }
      owner[keyPath: path] = value
      return true
    }
  }
}

extension TrainingRecipe {
  fileprivate static var settings: [Setting<Self>] {
    [
      .integer("vocabulary-size", \.model.vocabularySize), .integer("context", \.model.contextLength),
      .integer("layers", \.model.layers), .integer("heads", \.model.heads),
      .integer("width", \.model.width), .number("dropout", \.model.dropout), .bool("tied", \.model.isTied),
      .integer("steps", \.steps), .integer("batch-size", \.batchSize), .integer("accumulate", \.accumulate),
      .number("learning-rate", \.learningRate), .number("min-learning-rate", \.minimumLearningRate),
      .integer("warmup", \.warmupSteps), .number("beta1", \.beta1), .number("beta2", \.beta2),
      .number("epsilon", \.epsilon), .number("weight-decay", \.weightDecay), .number("clip", \.clip),
      .integer("seed", \.seed), .word("shuffle", \.shuffle), .integer("eval-batches", \.evaluationBatches),
    ]
  }

  /// What differs in `other`, setting by setting: `width is 128, not 256`. The number of steps is left out.
  package func differences(from other: TrainingRecipe) -> [String] {
    Self.settings.compactMap { setting in
      let mine = setting.get(self), theirs = setting.get(other)
      guard setting.name != "steps", mine != theirs else { return nil }
      return "\(setting.name) is \(mine.text), not \(theirs.text)"
    }
  }
}

extension TrainingCadence {
  fileprivate static var settings: [Setting<Self>] {
    [
      .integer("eval-interval", \.evaluationInterval), .integer("checkpoint-interval", \.checkpointInterval),
      .integer("keep", \.keep), .integer("sample-interval", \.sampleInterval),
      .text("sample-prompt", \.samplePrompt), .integer("sample-tokens", \.sampleTokens),
    ]
  }
}

extension TrainingConfiguration {
  private static var settings: [Setting<Self>] {
    TrainingRecipe.settings.map { lift($0, \.recipe) }
      + TrainingCadence.settings.map { lift($0, \.cadence) } + [.text("shards", \.shards)]
  }

  private static func lift<Part>(_ setting: Setting<Part>, _ path: WritableKeyPath<Self, Part>)
    -> Setting<Self>
  {
    Setting(name: setting.name, get: { setting.get($0[keyPath: path]) }) { owner, json in
      setting.set(&owner[keyPath: path], json)
    }
  }

  /// As an object with one member for each setting.
  public var json: JSON {
    .object(Self.settings.map { JSON.Member($0.name, $0.get(self)) })
  }

  /// Reads what ``json`` writes. `path` is named in the error.
  ///
  /// - Throws: ``TrainingError/damaged(path:reason:)`` where a setting is missing or of another kind.
  package init(json: JSON, path: String) throws(TrainingError) {
    self = .blank
    for setting in Self.settings {
      guard let value = json[setting.name] else {
        throw .damaged(path: path, reason: "'\(setting.name)' is missing")
      }
      guard setting.set(&self, value) else {
        throw .damaged(path: path, reason: "'\(setting.name)' is \(value.text.shortened)")
      }
    }
  }

  private static var blank: Self {
    let model = GPTConfiguration(vocabularySize: 1, contextLength: 1, layers: 1, heads: 1, width: 1)
    return TrainingConfiguration(
      recipe: TrainingRecipe(model: model, steps: 1, batchSize: 1, learningRate: 0),
      cadence: TrainingCadence(evaluationInterval: 0, checkpointInterval: 0, sampleInterval: 0), shards: "")
  }
}
