internal import Basics

/// The encodings that OpenAI published as `.tiktoken` files, with what the files do not say.
public enum PublishedEncoding: String, CaseIterable, Sendable {
  case r50k_base, p50k_base, p50k_edit, cl100k_base, o200k_base, o200k_harmony

  /// The encoding whose file this is, or nil. Two encodings may share a file: its name then tells which, or it is taken for the
  /// plainer one.
  public init?(tiktokenFile: [UInt8], name: String? = nil) {
    let digest = SHA256.hash(tiktokenFile).description
    let encodings = Self.allCases.filter { $0.fileDigest == digest }
    guard let encoding = encodings.first(where: { $0.rawValue == name }) ?? encodings.first else {
      return nil
    }
    self = encoding
  }

  public var pattern: Pretokenizer.Pattern {
    switch self {
    case .r50k_base, .p50k_base, .p50k_edit: .gpt2
    case .cl100k_base: .cl100k
    case .o200k_base, .o200k_harmony: .o200k
    }
  }

  /// SHA-256 of the file, as tiktoken checks it.
  private var fileDigest: String {
    switch self {
    case .r50k_base: "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"
    case .p50k_base, .p50k_edit: "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069"
    case .cl100k_base: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
    case .o200k_base, .o200k_harmony: "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
    }
  }

  public var specialTokens: [SpecialToken] {
    let names: [(String, TokenID)] =
      switch self {
      case .r50k_base, .p50k_base: [("endoftext", 50_256)]
      case .p50k_edit:
        [("endoftext", 50_256), ("fim_prefix", 50_281), ("fim_middle", 50_282), ("fim_suffix", 50_283)]
      case .cl100k_base:
        [
          ("endoftext", 100_257), ("fim_prefix", 100_258), ("fim_middle", 100_259), ("fim_suffix", 100_260),
          ("endofprompt", 100_276),
        ]
      case .o200k_base: [("endoftext", 199_999), ("endofprompt", 200_018)]
      case .o200k_harmony: Self.harmony
      }
    return names.map { SpecialToken(name: "<|\($0)|>", id: $1) }
  }

  /// Of the ids that o200k leaves, all up to 201,087 are reserved. `endofprompt` keeps its id beside the name reserved for
  /// it, which is left out here: one id has one name.
  private static var harmony: [(String, TokenID)] {
    let named: [TokenID: String] = [
      199_998: "startoftext", 199_999: "endoftext", 200_002: "return", 200_003: "constrain",
      200_005: "channel", 200_006: "start", 200_007: "end", 200_008: "message", 200_012: "call",
      200_018: "endofprompt",
    ]
    return (199_998..<201_088).map { (named[$0] ?? "reserved_\($0)", $0) }
  }
}
