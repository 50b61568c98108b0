public import Basics
package import Store

/// What a run is: its `config.json`, and a part of every checkpoint's `state.json`.
public struct RunDescription: Sendable, Equatable {
  public var configuration: TrainingConfiguration
  /// Names the dataset that the run learns from, or the mixture of several.
  public var rootHash: Digest
  public var tokenizerName: String
  public var tokenizerDigest: Digest

  package init(_ configuration: TrainingConfiguration, data: DatasetMixture) {
    self.configuration = configuration
    rootHash = data.rootHash
    tokenizerName = data.tokenizer.name
    tokenizerDigest = data.tokenizer.digest
  }

  /// The tokenizer, named so that a person can tell it from others.
  package var tokenizerLabel: String { TokenizerRecord.label(tokenizerName, tokenizerDigest) }
}

extension RunDescription {
  /// Format 1 knew neither mixtures nor places in tokens.
  private static let format = 2

  package var json: JSON {
    [
      "format": .integer(Self.format), "configuration": configuration.json,
      "dataset_root_hash": .string("\(rootHash)"), "tokenizer": .string(tokenizerName),
      "tokenizer_digest": .string("\(tokenizerDigest)"),
    ]
  }

  /// Reads what ``json`` writes. `path` is named in the error.
  package init(json: JSON, path: String) throws(TrainingError) {
    guard let format = json["format"]?.integer else {
      throw .damaged(path: path, reason: "it does not describe a run: 'format' is missing")
    }
    guard format == Self.format else {
      throw .otherFormat(path: path, format: format, known: Self.format)
    }
    guard let settings = json["configuration"], let name = json["tokenizer"]?.string else {
      throw .damaged(path: path, reason: "'configuration' or 'tokenizer' is missing")
    }
    configuration = try TrainingConfiguration(json: settings, path: path)
    tokenizerName = name
    rootHash = try Self.digest("dataset_root_hash", json, path)
    tokenizerDigest = try Self.digest("tokenizer_digest", json, path)
  }

  private static func digest(_ name: String, _ json: JSON, _ path: String) throws(TrainingError) -> Digest {
    guard let text = json[name]?.string, let digest = Digest(hexadecimal: text) else {
      throw .damaged(path: path, reason: "'\(name)' is no SHA-256 digest")
    }
    return digest
  }
}

extension RunDescription {
  /// - Throws: ``TrainingError`` naming what is not as it was where `data` is other than this run's.
  package func check(_ data: DatasetMixture, run: String) throws(TrainingError) {
    guard data.tokenizer.digest == tokenizerDigest else {
      throw .otherTokenizer(
        model: run, modelTokenizer: tokenizerLabel, shards: data.text,
        shardsTokenizer: data.tokenizer.label)
    }
    guard data.rootHash == rootHash else {
      throw .otherDataset(
        run: run, recorded: "\(rootHash)", shards: data.text, found: "\(data.rootHash)")
    }
  }
}
