extension Forgery {
  static let headers: [Forgery] = [
    .header("frame magic", at: 0, 0x184d_2a51, "it does not begin like a shard"),
    .header("frame size", at: 4, 105, "its header contradicts itself"),
    .header("magic", at: 8, 0, "it does not begin like a shard"),
    .header("version 0", at: 16, 0, "it is of version 0, and this program reads version 1"),
    .header("version 2", at: 16, 2, "it is of version 2, and this program reads version 1"),
    .header("id width 4", at: 20, 4, "its header contradicts itself"),
    .header("id width 0", at: 20, 0, "its header contradicts itself"),
    .header("unknown split", at: 24, 3, "its header names no known split"),
    .header("other split", at: 24, 1, "its header does not fit the manifest"),
    .header("other segment", at: 28, 1, "its header does not fit the manifest"),
    .header("no frame tokens", at: 32, 0, "its header contradicts itself"),
    .header("huge frame tokens", at: 32, 0xffff_ffff, "its header contradicts itself"),
    .header("vocabulary size", at: 36, 1_001, "its header does not fit the manifest"),
    .header("tokenizer digest", at: 40, 0, size: 8, "its header does not fit the manifest"),
    .header("codec table digest", at: 72, 1, size: 8, "its header does not fit the manifest"),
  ]

  static let tables: [Forgery] = [
    .entry("stored size 0", 0, at: 0, 0, size: 4, "its parts do not fill the file"),
    .entry("huge stored size", 0, at: 0, 0xffff_ffff, size: 4, "impossible entry, number 0"),
    .entry("frame over the limit", 0, at: 0, 65_537, size: 4, "impossible entry, number 0"),
    .entry("block over the limit", 1, at: 0, 1_048_577, size: 4, "impossible entry, number 1"),
    .entry("no tokens", 0, at: 4, 0, size: 2, "impossible entry, number 0"),
    .entry("too many tokens", 0, at: 4, 8_193, size: 2, "impossible entry, number 0"),
    .entry("no documents", 1, at: 4, 0, size: 2, "impossible entry, number 1"),
    .entry("too many documents", 1, at: 4, 65_535, size: 2, "impossible entry, number 1"),
    .entry(
      "other number of tokens", 0, at: 4, 8_192, size: 2, "its seek table and its footer count differently"),
    .entry("codec 1", 0, at: 6, 1, size: 1, "it uses codec 1, and its shard names no codec table"),
    .entry("codec 254", 0, at: 6, 254, size: 1, "it uses codec 254, which this program does not know"),
    .entry("reserved", 1, at: 7, 1, size: 1, "impossible entry, number 1"),
    .entry("hash of the frame", 0, at: 8, 0, size: 8, "its bytes do not match their hash"),
    .entry("hash of the documents", 1, at: 8, 0, size: 8, "document block 0 does not match its hash"),
    Forgery("two short frames", "impossible entry, number 1") { shard in
      shard.entries.insert(shard.entries[0], at: 1)
      shard.parts.insert(shard.parts[0], at: 1)
      shard.footer.replaceSubrange(24..<32, with: Reference.bytes(3, 8))
    },
    Forgery("a gap before the seek table", "its parts do not fill the file") { $0.parts.append([1, 2, 3]) },
  ]

  static let footers: [Forgery] = [
    .footer("huge token count", at: 8, 1 << 47, "its seek table and its footer count differently"),
    .footer("huge document count", at: 16, 1 << 47, "its seek table and its footer count differently"),
    .footer("no parts", at: 24, 0, "its seek table"),
    .footer("one part too many", at: 24, 3, "its seek table is not where it should be"),
    .footer("more parts than fit", at: 24, 1 << 20, "its footer counts too many parts"),
    .footer("2^60 parts", at: 24, 1 << 60, "its footer counts too many parts"),
    .footer("2^63 - 1 parts", at: 24, .max >> 1, "its footer counts too many parts"),
    .footer("2^63 parts", at: 24, 1 << 63, "its footer contradicts itself"),
  ]
}
