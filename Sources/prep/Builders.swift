internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// A command that makes a dataset of its own form from one file, and that a recipe can name.
protocol DatasetBuilder: Command {
  /// The folder that the dataset goes to.
  var out: String { get set }
  /// Whether another dataset there is replaced.
  var replace: Bool { get set }
  /// What a recipe promises.
  var rootHash: String? { get set }
}

extension DatasetBuilder {
  /// Says what was built.
  func report(_ dataset: DatasetSummary, wasThere: Bool) {
    for split in dataset.splits {
      Console.note(
        "\(split.split.rawValue): \(counted(split.documents, "document")), \(counted(split.tokens, "token"))")
    }
    let were = wasThere ? "the shards were there already, unchanged; " : ""
    Console.note("\(were)root hash \(dataset.rootHash)")
  }

  /// Refuses a dataset that is not the recipe's.
  func check(_ found: Digest) throws {
    guard let rootHash, rootHash != found.description else { return }
    throw PipelineError.otherRootHash(expected: rootHash, found: found)
  }

  /// The first two of three shares of a dataset.
  func shares(_ texts: [String], such example: String) throws(UsageError) -> (Double, Double) {
    let shares = texts.compactMap { Double($0) }
    guard texts.count == 2, shares.count == 2, shares.allSatisfy({ $0 >= 0 }), shares[0] > 0,
      shares[0] + shares[1] <= 1
    else { throw UsageError("--fractions wants two shares that sum to at most 1, such as \(example)") }
    return (shares[0], shares[1])
  }

  /// The file that was named, by its path or its name in the catalog, or else that of the entry `name`.
  func builderFile(_ file: String?, fetched name: String) throws -> String {
    if let file, Folder.kind(file) != nil || !Catalog.entries.contains(where: { $0.name == file }) {
      return file
    }
    let entry = try Catalog.entry(file ?? name)
    let path = Path.join(Cache.folder(entry.name), entry.files[0].name)
    guard Folder.kind(path) != nil else { throw DatasetsError.notFetched(name: entry.name) }
    return path
  }
}
