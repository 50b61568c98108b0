internal import Basics

extension CodecTable {
  /// The table that makes a dataset smallest, made from a sample of its tokens; nil where none pays for itself.
  ///
  /// A pair of tokens is worth its place in the table where it saves more than that takes. Of English text a place takes 1.2 to 1.4 bytes
  /// of the file, and each use of it saves 0.77 of the frames. A pair that occurs twice in the sample is therefore
  /// always in; one that occurs once where the dataset is so much larger that it will occur again: of such pairs three in ten did for
  /// each further text as long as the sample.
  ///
  /// - Parameters:
  ///   - chunks: tokens in the order of the text, in parts of any size.
  ///   - vocabularySize: every token is below it.
  ///   - growth: about how many times as many tokens the dataset has.
  package static func make(
    from chunks: [[UInt32]], vocabularySize: Int, growth: Double, threads: Int = 1
  ) -> CodecTable? {
    let count = chunks.reduce(0) { $0 + $1.count }
    guard count > 1, vocabularySize <= SuccessorLists.maximumVocabulary else { return nil }
    let least = 1 + 0.3 * (growth - 1) > 1.3 / 0.77 ? 1 : 2
    let lists = SuccessorLists(
      chunks, vocabularySize: vocabularySize, leastCount: least, pool: ThreadPool(threads: threads))
    let table = CodecTable(lists)
    return table.pays(for: chunks, count, growth: growth) ? table : nil
  }

  /// How many frames of the sample are written in both ways to see whether the table pays for itself.
  private static let trials = 32

  private func pays(for chunks: [[UInt32]], _ count: Int, growth: Double) -> Bool {
    let width = vocabularySize <= 65_536 ? 2 : 4
    let frame = min(count, ShardFormat.frameTokens)
    let trials = min(Self.trials, count / frame)
    var plain = FrameEncoder(nil), ranked = FrameEncoder(encoder)
    var plainSize = 0, rankedSize = 0
    for trial in 0..<trials {
      let start = trial * (count / trials)
      let tokens = Self.tokens(start..<start + frame, of: chunks)
      var ids: [UInt8] = [], output: [UInt8] = []
      _ = IDBytes.append(tokens.span, 0..<frame, width: width, to: &ids)
      plainSize += plain.encode(ids, width: width, appendingTo: &output).size
      rankedSize += ranked.encode(ids, width: width, appendingTo: &output).size
    }
    let saved = Double(plainSize - rankedSize) / Double(trials * frame)
    return saved * Double(count) * growth > Double(bytes.count)
  }

  private static func tokens(_ range: Range<Int>, of chunks: [[UInt32]]) -> [UInt32] {
    var tokens: [UInt32] = []
    var start = 0
    for chunk in chunks {
      let part = range.clamped(to: start..<start + chunk.count)
      tokens += chunk[part.lowerBound - start..<part.upperBound - start]
      start += chunk.count
    }
    return tokens
  }
}
