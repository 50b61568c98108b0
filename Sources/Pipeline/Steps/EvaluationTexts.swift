internal import Basics
internal import Store
internal import Tokenizer

/// The words in a row of an evaluation's texts, each with one place where it is: 48 to 96 bytes of memory for each, half as much more while they
/// are collected.
///
/// The file is read as a corpus of one file would be, a text for each of its documents. A text of fewer words has no words in a row to look for.
/// What it is called decides nothing: where words are is said by numbers.
final class EvaluationTexts: Sendable {
  /// Where words in a row begin.
  struct Place: Sendable {
    /// Where the text begins in its file.
    let offset: Int
    /// The number of the file, as FILE may be a folder.
    let file: UInt32
    /// Where the words begin in the text.
    let byte: UInt32
  }

  /// More are refused.
  static let mostGrams = 1 << 27

  /// How many files were read.
  let files: Int
  /// How many words are in a row.
  let length: Int
  /// What the file holds.
  let digest: Digest
  private let key: UInt64
  private let shift: UInt64
  /// Hashes at places that their own upper bits, mixed with the key, tell; 0 for none.
  private let hashes: [UInt64]
  private let places: [Place]

  /// - Throws: ``PipelineError``; ``PipelineError/noEvaluation(file:words:)`` where no text is long enough.
  init(_ path: String, length: Int, _ options: TextOptions) throws(PipelineError) {
    self.length = length
    var grams: [(UInt64, Place)] = []
    var plain = options
    plain.steps = StepOptions()
    let corpus = try Corpus([path], textField: options.textField, encoding: options.encoding).reading(plain)
    files = corpus.sources.count
    digest = try Self.digest(corpus.sources)
    let words = WordHashes()
    try corpus.forEachText(plain) { text, file, offset throws(PipelineError) in
      var taken = grams.count
      words.forEachGram(of: length, in: text) { hash, byte in
        taken += 1
        guard taken <= Self.mostGrams else { return }
        grams.append((hash | 1, Place(offset: offset, file: UInt32(file), byte: UInt32(byte))))
      }
      guard taken <= Self.mostGrams else { throw .evaluationTooLarge(file: path, limit: Self.mostGrams) }
    }
    // What was hashed is what was read.
    for source in corpus.sources { try source.checkUnchanged() }
    guard !grams.isEmpty else { throw .noEvaluation(file: path, words: length) }
    var size = 16
    while size < 2 * grams.count { size *= 2 }
    key = UInt64.random(in: 0...UInt64.max)
    shift = UInt64(64 - size.trailingZeroBitCount)
    var hashes = [UInt64](repeating: 0, count: size)
    var places = [Place](repeating: Place(offset: 0, file: 0, byte: 0), count: size)
    for (hash, place) in grams {
      var slot = Int(TextHash.fold(hash ^ key, 0x9e37_79b9_7f4a_7c15) >> shift)
      while hashes[slot] != 0, hashes[slot] != hash { slot = (slot + 1) & (size - 1) }
      // The first place of several stays.
      if hashes[slot] == 0 { (hashes[slot], places[slot]) = (hash, place) }
    }
    self.hashes = hashes
    self.places = places
  }

  /// A place where words in a row of this hash are.
  @inline(__always)
  func place(of hash: UInt64) -> Place? {
    let hash = hash | 1
    var slot = Int(TextHash.fold(hash ^ key, 0x9e37_79b9_7f4a_7c15) >> shift)
    while hashes[slot] != hash {
      if hashes[slot] == 0 { return nil }
      slot = (slot &+ 1) & (hashes.count &- 1)
    }
    return places[slot]
  }

  /// Of all files, one after another.
  private static func digest(_ sources: [Source]) throws(PipelineError) -> Digest {
    var hash = SHA256()
    for source in sources {
      let stream = try FileStream(source.path, 0..<source.byteCount)
      var bytes: [UInt8] = []
      while try stream.read(upTo: 1 << 18, appendingTo: &bytes) > 0 {
        hash.update(bytes.span)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    return hash.finish()
  }
}

extension TextOptions {
  /// The texts that ``StepOptions/decontaminate`` names.
  func evaluation() throws(PipelineError) -> EvaluationTexts? {
    guard let path = steps.decontaminate else { return nil }
    return try EvaluationTexts(path, length: steps.decontaminateWords, self)
  }
}

extension Corpus {
  /// Calls `body` with each text, in order, the number of its source, and where its document begins in that.
  fileprivate func forEachText(
    _ options: TextOptions, _ body: (Span<UInt8>, Int, Int) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    let rule = SplitRule.hash(0)
    var rules = ReadingRules(split: rule, options: options, special: [], pattern: .gpt2)
    rules.length = StepOptions.longestDocument
    let reader = BatchReader(sources, sources.indices.map { SourceRange(source: $0) }, rules, TailCuts())
    let texts = BatchTexts(sources, options, rule: rule)
    while let batch = try reader.next() {
      _ = try texts.forEach(in: batch) { text, place throws(PipelineError) in
        try body(text, place.source, place.offset)
      }
    }
  }
}
