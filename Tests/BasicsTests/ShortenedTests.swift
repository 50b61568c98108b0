import Basics
import Testing

@Suite struct `Text that errors repeat` {
  @Test func `is as it was where it is short`() {
    #expect("".shortened == "")
    #expect("caf\u{e9} 'x'".shortened == "caf\u{e9} 'x'")
    #expect(String(repeating: "a", count: 100).shortened == String(repeating: "a", count: 100))
  }

  @Test func `is its beginning where it is long, however long its characters are`() {
    #expect(String(repeating: "a", count: 101).shortened == String(repeating: "a", count: 100) + "...")
    let accents = "e" + String(repeating: "\u{301}", count: 100_000)
    #expect(accents.count == 1 && accents.shortened.utf8.count == 1 + 2 * 99 + 3)
  }

  @Test func `has nothing in it that a terminal obeys`() {
    #expect("a\u{1b}[2J\n\u{9b}b".shortened == "a\u{fffd}[2J\u{fffd}\u{fffd}b")
  }
}
