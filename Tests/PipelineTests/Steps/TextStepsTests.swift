import Basics
import Pipeline
import TestSupport
import Testing

@Suite struct TextStepsTests {
  private func randomBytes(_ random: inout SplitMix64) -> [UInt8] {
    (0..<Int.random(in: 0...60, using: &random)).map { _ in
      [13, 13, 10, 10, 97, 98, 0xc3, 0xa9, 0xff].randomElement(using: &random)!
    }
  }

  @Test func `newlines of all kinds become LF, whatever is around them`() {
    var random = SplitMix64(seed: 1)
    let options = StepOptions.with { $0.newlines = true }
    for _ in 0..<20_000 {
      let text = randomBytes(&random)
      var expected: [UInt8] = []
      for (place, byte) in text.enumerated() {
        if byte == 10, place > 0, text[place - 1] == 13 { continue }
        expected.append(byte == 13 ? 10 : byte)
      }
      #expect(options.result(text) == .kept(expected))
      #expect((options.apply(to: text).outcome == .changed) == (text != expected))
    }
  }

  @Test func `texts that are too short, too long or have too long a line are dropped`() {
    var random = SplitMix64(seed: 2)
    for _ in 0..<20_000 {
      let text = randomBytes(&random)
      let bound = Int.random(in: 1...40, using: &random)
      let longest = text.split(separator: 10, omittingEmptySubsequences: false).map(\.count).max()!
      #expect((StepOptions.with { $0.minBytes = bound }.result(text) == .dropped) == (text.count < bound))
      #expect((StepOptions.with { $0.maxBytes = bound }.result(text) == .dropped) == (text.count > bound))
      #expect((StepOptions.with { $0.maxLine = bound }.result(text) == .dropped) == (longest > bound))
    }
  }

  @Test func `the reason names the step, what was found and the bound`() {
    #expect(StepOptions.with { $0.minBytes = 9 }.reason("12345678") == "min-bytes: 8 bytes, fewer than 9")
    #expect(StepOptions.with { $0.maxBytes = 7 }.reason("12345678") == "max-bytes: 8 bytes, more than 7")
    #expect(
      StepOptions.with { $0.maxLine = 4 }.reason("1234\n12345\n1")
        == "max-line: a line of 5 bytes at byte 5 of the text, more than 4")
  }

  @Test func `a book is taken out of Project Gutenberg's wrapping`() {
    let options = StepOptions.with { $0.stripGutenberg = true }
    func book(_ text: String) -> String {
      String(decoding: options.apply(to: Array(text.utf8)).text, as: UTF8.self)
    }
    let head = "The Project Gutenberg EBook of X\n\nTitle: X\n\n"
    let tail = "\n\nMost people start at our Web site\n"
    for the in ["THE", "THIS"] {
      for stars in ["*** ", "***"] {
        let start = "\(stars)START OF \(the) PROJECT GUTENBERG EBOOK X ***\n"
        let end = "\(stars)END OF \(the) PROJECT GUTENBERG EBOOK X ***\n"
        #expect(book(head + start + "\n \n\n  One.\n\nTwo.\n\n\n" + end + tail) == "  One.\n\nTwo.\n")
        #expect(book(head + start + "One.\n") == "One.\n")
        #expect(book("One.\n\n" + end + tail) == "One.\n")
        #expect(book(head + start + end + tail) == "")
      }
    }
    let wrapped = "*** start of this project gutenberg etext A LONG\r\nTITLE ***\r\n\r\nOne.\r\n"
    #expect(book(wrapped) == "One.\r\n")
    for text in [
      "One.\n*** START ***\nTwo.", " *** START OF THE PROJECT GUTENBERG EBOOK ***\nOne", "***", "",
    ] {
      #expect(options.apply(to: Array(text.utf8)).outcome == .kept)
    }
  }
}
