internal import Basics
internal import Pipeline

extension FuzzTarget {
  /// Archives of text, and text in other encodings.
  static let archiveTargets = [
    FuzzTarget("tar", seeds: { tars }) { input in
      try documents(input, in: "a.tar")
      try documents(ArchiveBytes.sealed(input), in: "a.tar")
    },
    FuzzTarget("zip-members", seeds: { try zipMembers() }) { input in
      // Deflated bytes become at most 1,032 times as many.
      try documents(input, in: "a.zip", factor: 3 * 1_032)
    },
    FuzzTarget(
      "encode-archive",
      seeds: { try tars.map { [0] + $0 } + zipMembers().map { [1] + $0 } + zipMembers().map { [131] + $0 } }
    ) { input in
      guard let kind = input.first else { return }
      let bytes = Array(input.dropFirst())
      try encode([kind] + (kind & 1 == 0 ? ArchiveBytes.sealed(bytes) : bytes), as: ["a.tar", "a.zip"])
    },
    FuzzTarget("encoding", seeds: { encodingSeeds }, read: encoding),
  ]

  private static let files: [ArchiveBytes.File] = [
    .init("c/a.txt", "the cat and the dog\n"), .init("c/", "", type: "5"),
    .init("c/b.jsonl", "{\"text\": \"one\"}\n\n{\"text\": \"two \\u00e9\"}\n"),
    .init("c/c.csv", "id,text\n1,\"three\nlines\"\n"), .init("c/d.json", "[\"four\", {\"text\": \"five\"}]"),
    .init("c/e.json", "{\"no\": \"text\"}"), .init("../f.txt", "six"), .init("c/g.md", ""),
    .init("c/h.txt", "a.txt", type: "2"), .init("c/i.txt.gz", "seven"),
    .init("c/j.txt", String(repeating: "then and there ", count: 70)),
  ]

  private static let tars = [
    ArchiveBytes.tar(files), ArchiveBytes.tar([]),
    ArchiveBytes.tar([
      .init("././@LongLink", "c/" + String(repeating: "long", count: 40) + ".txt\0", type: "L"),
      .init("c/long", "the cat"),
      .init("x", "18 path=c/pax.tsv\n9 size=8\n", type: "x"), .init("c/y", "text\none"),
      .init("g", "12 a=global\n", type: "g"), .init("c/z.txt", "the dog", type: "7"),
    ]),
  ]

  private static func zipMembers() throws -> [[UInt8]] {
    try [
      ArchiveBytes.zip(files), ArchiveBytes.zip([]), ArchiveBytes.zip(files.map(\.deflated)),
      ArchiveBytes.zip(files.prefix(3).map(\.wide)),
    ] + zips.map(bytes)
  }

  private static let encodings = [
    "latin1", "utf-16", "utf-16le", "utf-32", "utf-7", "shift_jis", "gb18030", "iso-2022-jp", "big5",
    "koi8-r",
    "utf-8",
  ]

  private static let encodingSeeds: [[UInt8]] = [
    [0, 0x63, 0x61, 0x66, 0xe9, 0x20, 0x74, 0x68, 0x65],
    [1, 0xff, 0xfe, 0x74, 0, 0xe9, 0, 0x3d, 0xd8, 0x09, 0xde], [18, 0x74, 0, 0x3d, 0xd8],
    [3, 0, 0, 0xfe, 0xff, 0, 0, 0, 0x74], [4, 0x61, 0x2b, 0x41, 0x4f, 0x6b, 0x2d],
    [37, 0x93, 0xfa, 0x96, 0x7b, 0x20], [6, 0xc8, 0xd5, 0x81, 0x30, 0x81, 0x30],
    [7, 0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42], [56, 0xa4, 0xe9], [9, 0xd4, 0xc5, 0xcb],
    [10, 0xef, 0xbb, 0xbf, 0x74], latin1Line,
  ]

  /// "café", as a line of JSON.
  private static let latin1Line: [UInt8] = [64] + Array(#"{"text": "caf"#.utf8) + [0xe9, 0x22, 0x7d, 0x0a]

  /// Which encoding, policy and layout, then the file.
  @Sendable private static func encoding(_ input: [UInt8]) throws {
    guard let kind = input.first else { return }
    try documents(Array(input.dropFirst()), in: kind & 64 == 0 ? "a.txt" : "a.jsonl", factor: 4) { options in
      options.encoding = encodings[Int(kind & 15) % encodings.count]
      options.invalid = [.fail, .replace, .skip, .keep][Int(kind >> 4 & 3)]
      options.dropsMark = kind & 128 != 0
    }
  }
}
