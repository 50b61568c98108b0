public import Basics

/// A corpus or vocabulary that many people know, and where to get it.
public struct CatalogEntry: Sendable, Equatable {
  /// What to call it on the command line, and its folder in the ``Cache``.
  public let name: String
  /// What it is.
  public let summary: String
  /// Under which conditions it may be used.
  public let licence: String
  /// Where to read more.
  public let homepage: String
  /// How to read it, with a command line where there is one.
  public let reading: String
  /// All of its files.
  public let files: [CatalogFile]

  /// An entry of these parts.
  public init(
    name: String, summary: String, licence: String, homepage: String, reading: String, files: [CatalogFile]
  ) {
    precondition(Cache.isName(name), "an entry's name is the name of a folder in the cache")
    self.name = name
    self.summary = summary
    self.licence = licence
    self.homepage = homepage
    self.reading = reading
    self.files = files
  }
}

/// A file of a ``CatalogEntry``, known by its content.
public struct CatalogFile: Sendable, Equatable {
  /// What it is called in the cache.
  public let name: String
  /// Its size.
  public let byteCount: Int
  /// SHA-256 of its bytes.
  public let digest: Digest
  /// Where it can be downloaded as it is.
  public var urls: [String] = []
  /// Zip archives that hold it.
  public var archives: [CatalogArchive] = []

  /// A file of this content.
  public init(
    name: String, byteCount: Int, digest: Digest, urls: [String] = [], archives: [CatalogArchive] = []
  ) {
    self.name = name
    self.byteCount = byteCount
    self.digest = digest
    self.urls = urls
    self.archives = archives
  }
}

/// A zip archive that holds a ``CatalogFile`` under its own name, in whatever folder.
public struct CatalogArchive: Sendable, Equatable {
  /// Where it can be downloaded; nil for one that is only known to go around.
  public let url: String?
  /// SHA-256 of the archive. It tells people which one is meant; what counts is the digest of the file in it.
  public let digest: Digest
}

/// What `prep fetch` knows. `corpora/catalog.json` is the same list for other programs.
///
///     try Catalog.entry("gpt2").files.map(\.name)   // ["encoder.json", "vocab.bpe"]
public enum Catalog {
  /// The entry of that name.
  public static func entry(_ name: String) throws(DatasetsError) -> CatalogEntry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw .unknownName(name, known: entries.map(\.name))
    }
    return entry
  }

  /// All entries, by name.
  public static let entries = [gpt2, instructions, spam, verdict, shakespeare]

  private static let book = "https://raw.githubusercontent.com/rasbt/LLMs-from-scratch/main"

  private static let gpt2 = CatalogEntry(
    name: "gpt2", summary: "GPT-2's vocabulary: 50,257 tokens", licence: "Modified MIT (OpenAI)",
    homepage: "https://github.com/openai/gpt-2",
    reading: "a tokenizer: `prep encode CORPUS --tokenizer gpt2`",
    files: [
      CatalogFile(
        name: "encoder.json", byteCount: 1_042_301,
        digest: sha256("196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"),
        urls: [
          "https://openaipublic.blob.core.windows.net/gpt-2/encodings/main/encoder.json",
          "https://openaipublic.blob.core.windows.net/gpt-2/models/124M/encoder.json",
        ]),
      CatalogFile(
        name: "vocab.bpe", byteCount: 456_318,
        digest: sha256("1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"),
        urls: [
          "https://openaipublic.blob.core.windows.net/gpt-2/encodings/main/vocab.bpe",
          "https://openaipublic.blob.core.windows.net/gpt-2/models/124M/vocab.bpe",
        ]),
    ])

  private static let instructions = CatalogEntry(
    name: "instruction-data",
    summary: "1,100 instructions with answers, for fine-tuning (Raschka's book, chapter 7)",
    licence: "Apache-2.0", homepage: "https://github.com/rasbt/LLMs-from-scratch",
    reading: "a JSON array of objects with instruction, input and output",
    files: [
      CatalogFile(
        name: "instruction-data.json", byteCount: 203_524,
        digest: sha256("7e09a9af353722ca15c18bc580f093f9c39d3178335a75177319cb1e1d163944"),
        urls: [
          "\(book)/ch07/01_main-chapter-code/instruction-data.json"
        ])
    ])

  private static let spam = CatalogEntry(
    name: "sms-spam", summary: "SMS Spam Collection: 5,572 text messages, spam or ham (UCI 228)",
    licence: "CC BY 4.0 (Almeida, Gomez Hidalgo and Yamakami, 2011)",
    homepage: "https://archive.ics.uci.edu/dataset/228/sms+spam+collection",
    reading: "a label, a tab and a text a row, quoted as in RFC 4180: `prep build-spam-dataset`",
    files: [
      CatalogFile(
        name: "SMSSpamCollection", byteCount: 477_907,
        digest: sha256("7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d"),
        archives: [
          CatalogArchive(
            url: "https://archive.ics.uci.edu/static/public/228/sms+spam+collection.zip",
            digest: sha256("1587ea43e58e82b14ff1f5425c88e17f8496bfcdb67a583dbff9eefaf9963ce3")),
          CatalogArchive(
            url: nil, digest: sha256("d8a679714d57895afc3021001614a157fba08b37823cd6fd6a078376c820e8e8")),
        ])
    ])

  private static let verdict = CatalogEntry(
    name: "the-verdict", summary: "The Verdict, a short story by Edith Wharton (1908)",
    licence: "public domain", homepage: "https://en.wikisource.org/wiki/The_Verdict",
    reading: "plain text, one document",
    files: [
      CatalogFile(
        name: "the-verdict.txt", byteCount: 20_479,
        digest: sha256("b41e41a68f0398a3154ae69e2e4c0e2694e17fe0d66730536837f1b01935b31f"),
        urls: [
          "\(book)/ch02/01_main-chapter-code/the-verdict.txt"
        ])
    ])

  private static let shakespeare = CatalogEntry(
    name: "tinyshakespeare", summary: "40,000 lines of Shakespeare's plays in one file",
    licence: "public domain",
    homepage: "https://github.com/karpathy/char-rnn", reading: "plain text, one document",
    files: [
      CatalogFile(
        name: "tinyshakespeare.txt", byteCount: 1_115_394,
        digest: sha256("86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
        urls: [
          "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
        ])
    ])

  private static func sha256(_ digits: String) -> Digest {
    guard let digest = Digest(hexadecimal: digits) else { preconditionFailure("a digest has 64 digits") }
    return digest
  }
}

extension Catalog {
  /// The entries as `corpora/catalog.json` has them.
  public static var json: JSON { .array(entries.map(\.json)) }
}

extension CatalogEntry {
  fileprivate var json: JSON {
    [
      "name": .string(name), "summary": .string(summary), "licence": .string(licence),
      "homepage": .string(homepage), "reading": .string(reading), "files": .array(files.map(\.json)),
    ]
  }
}

extension CatalogFile {
  fileprivate var json: JSON {
    [
      "name": .string(name), "bytes": .integer(byteCount), "sha256": .string(digest.description),
      "urls": .array(urls.map { .string($0) }), "archives": .array(archives.map(\.json)),
    ]
  }
}

extension CatalogArchive {
  fileprivate var json: JSON {
    ["url": url.map { .string($0) } ?? .null, "sha256": .string(digest.description)]
  }
}
