internal import Basics

/// Short stories made from a grammar: people who lose, share, fear, build and learn things, with causes,
/// dialogue and an end that follows from the beginning.
///
///     let stories = Stories(seed: 1)
///     stories.forEach(0..<3) { story in ... }   // UTF-8, paragraphs on lines of their own
///
/// A sample of a model that was trained on them shows at a glance what it learned: names and things stay the
/// same through a story, pronouns agree with them, sentences and quotation marks are closed. Story number n
/// depends on the seed and n alone, so that it is the same on every machine and in a corpus of any size.
public struct Stories: Sendable {
  /// What the numbers that choose words begin with.
  public let seed: UInt64

  /// The stories of one seed; there are more than anyone can read.
  public init(seed: UInt64) { self.seed = seed }

  /// Lends the stories of these numbers to `body`, one after another, until it returns false.
  public func forEach(_ numbers: Range<Int>, _ body: (Span<UInt8>) throws -> Bool) rethrows {
    var teller = Storyteller(Self.grammar)
    var text: [UInt8] = []
    for number in numbers {
      text.removeAll(keepingCapacity: true)
      teller.tell(seed: seed(of: number), to: &text)
      guard try body(text.span) else { return }
    }
  }

  /// Streams of SplitMix64 overlap where their states are near; mixed twice, they are far apart.
  private func seed(of number: Int) -> UInt64 {
    SplitMix64.mix(SplitMix64.mix(seed &+ 0x9e37_79b9_7f4a_7c15) &+ UInt64(bitPattern: Int64(number)))
  }

  static let grammar = GrammarParser.parse(
    [
      StoryWords.text, StoryPlots.toys, StoryPlots.gifts, StoryPlots.friends, StoryPlots.courage,
      StoryPlots.garden,
    ].joined(separator: "\n"))
}
