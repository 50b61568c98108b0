internal import Basics

/// How the bytes of a file are packed.
public enum Compression: String, Sendable, Equatable {
  /// Not at all.
  case none
  /// gzip, RFC 1952: one member or several.
  case gzip
  /// zstd, RFC 8878: one frame or several.
  case zstd
  /// bzip2: one stream or several.
  case bzip2
  /// xz: one stream or several.
  case xz
}

/// What a file's name says about its content. The list of endings is here and nowhere else.
///
///     SourceFormat(path: "c4/part-0.jsonl.gz")   // lines of JSON, gzip
///     SourceFormat(path: "photo.png")            // nil
public struct SourceFormat: Sendable, Equatable {
  /// How text is laid out in a file.
  public enum Layout: Sendable, Equatable {
    /// The whole file is one document.
    case text
    /// Each line is a JSON object, and one of its fields is a document.
    case jsonLines
    /// The file is a JSON array, and each element a document: a text, or an object with a field that is.
    case jsonArray
    /// The file is a table, RFC 4180: rows of fields, set apart by commas. The first row names the columns; one of them has the documents.
    case commas
    /// The same, set apart by tabs.
    case tabs
    /// A zip archive of files of text.
    case zip
    /// A tar archive of files of text.
    case tar
    /// A Parquet file, one of whose columns has documents.
    case parquet
  }

  /// How text is laid out in it.
  public var layout: Layout
  /// How it is packed.
  public var compression: Compression

  /// A format of these parts.
  public init(layout: Layout, compression: Compression) {
    self.layout = layout
    self.compression = compression
  }

  /// The format that the ending of `path` stands for, or nil where none of ours fits. Case does not matter.
  public init?(path: String) {
    let (ending, compression) = Self.split(path)
    if ["zip", "parquet"].contains(ending), compression != .none { return nil }
    if let layout = Self.layouts[ending] {
      self.init(layout: layout, compression: compression)
    } else if Self.textEndings.contains(ending) {
      self.init(layout: .text, compression: compression)
    } else {
      return nil
    }
  }

  /// The format of a file that the user named: text where the ending says nothing else.
  public init(named path: String) {
    self = Self(path: path) ?? Self(layout: .text, compression: Self.split(path).1)
  }

  /// Endings of files that hold documents in a form of their own.
  public static let layouts: [String: Layout] = [
    "jsonl": .jsonLines, "ndjson": .jsonLines, "json": .jsonArray, "csv": .commas, "tsv": .tabs,
    "zip": .zip, "tar": .tar, "parquet": .parquet,
  ]

  /// Endings of text: prose and mark-up, then source code.
  public static let textEndings: Set<String> = Set(
    """
    txt text md markdown rst adoc org tex html htm xml
    swift py pyi c h cc cpp cxx hh hpp hxx m mm rs go java kt kts scala clj cs fs vb js jsx mjs cjs ts tsx css scss
    rb php pl pm lua r jl hs ml mli ex exs erl lisp scm el sql sh bash zsh fish ps1 bat zig nim d dart v vhd asm s
    f f90 cmake mk gradle proto thrift toml yaml yml ini cfg
    """.split { $0 == " " || $0 == "\n" }.map(String.init))

  /// What a folder without text is told to have lacked.
  static let advice =

    ".txt, .md, source code such as .py or .swift, .jsonl, .json, .csv, .tsv, .tar, each also as .gz, .zst, .bz2 or .xz, .zip and .parquet"

  /// The last ending in lower case, after that of a packer.
  private static func split(_ path: String) -> (ending: String, Compression) {
    let name = Path.name(path).lowercased().utf8
    var parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)[...].map {
      String(Substring($0))
    }
    var compression = Compression.none
    // Without a dot before it, the whole name is no ending.
    switch parts.count > 1 ? parts.last : nil {
    case "gz": compression = .gzip
    case "zst": compression = .zstd
    case "bz2": compression = .bzip2
    case "xz": compression = .xz
    case "tgz": return ("tar", .gzip)
    case "tzst": return ("tar", .zstd)
    case "tbz", "tbz2": return ("tar", .bzip2)
    case "txz": return ("tar", .xz)
    default: break
    }
    if compression != .none { parts.removeLast() }
    return (parts.count > 1 ? parts[parts.count - 1] : "", compression)
  }
}

extension Compression {
  /// What the file at `path` unpacks to.
  func open(_ path: String) throws(PipelineError) -> any ByteStream {
    switch self {
    case .none: try FileStream(path)
    case .gzip: try GzipStream(path)
    case .zstd: try ZstdStream(path)
    case .bzip2: try Bzip2Stream(path)
    case .xz: try XzStream(path)
    }
  }
}
