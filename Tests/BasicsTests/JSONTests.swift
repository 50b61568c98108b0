import Basics
import TestSupport
import Testing

@Suite struct `JSON text` {
  @Test func `is read and written in order`() throws {
    let text = #"{"b":[1,-2.5,true,null],"a":{"é\n\"":"\\"}}"#
    let value = try JSON.parse(text)
    #expect(value["b"]?.elements?.count == 4)
    #expect(value["b"]?.elements?[0].integer == 1)
    #expect(value["b"]?.elements?[1].number == -2.5)
    #expect(value.text == text)
    #expect(try JSON.parse(value.indented) == value)
  }

  @Test(arguments: [
    (#""\u00e9\ud83d\ude42\/\b\f""#, "é🙂/\u{8}\u{c}"), (#""\u0000""#, "\0"), ("\"日本\"", "日本"),
  ])
  func `escapes stand for characters`(text: String, value: String) throws {
    #expect(try JSON.parse(text).string == value)
  }

  @Test(arguments: [
    ("", "the text ends in the middle of a value at byte 0"),
    ("[1,]", "expected a value at byte 3"),
    ("{\"a\" 1}", "expected ':' at byte 5"),
    ("{\"a\":1,}", "expected a member's name at byte 7"),
    ("[1 2]", "expected ',' at byte 3"),
    ("01", "there is more after the end of the value at byte 1"),
    ("\"\\ud800\"", "half of a surrogate pair stands alone at byte 1"),
    ("\"a\nb\"", "a control character must be escaped in a string at byte 2"),
    ("\"abc", "the string never ends at byte 0"),
    ("1e999", "the number is too large at byte 0"),
    ("nul", "expected a value at byte 0"),
  ])
  func `faults are named with their byte`(text: String, message: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
    #expect(error?.description == message)
  }

  @Test func `deep nesting is refused, not a crash`() {
    #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "{\"a\":", count: 100_000)) }
  }

  @Test func `text that is not UTF-8 is refused at its byte`() {
    let error = #expect(throws: JSONError.self) { try JSON.parse([0x22, 0x61, 0xff, 0x22].span) }
    #expect(error == JSONError(reason: "the text is not UTF-8", offset: 2))
  }

  /// Strings are read eight bytes at a time, so that what ends a run, and what may not be in it, must be seen at each of the eight places.
  @Test(arguments: 0..<300 as Range<UInt64>)
  func `strings are read, and their faults found, wherever something else stands`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let others: [([UInt8], [UInt8]?)] = [
      (Array(#"\n"#.utf8), [0x0a]), (Array(#"\""#.utf8), [0x22]), (Array(#"\\"#.utf8), [0x5c]),
      (Array(#"\u00e9"#.utf8), Array("é".utf8)), (Array("ü".utf8), Array("ü".utf8)),
      (Array("😀".utf8), Array("😀".utf8)), ([0x7f], [0x7f]),
      ([UInt8.random(in: 0..<0x20, using: &random)], nil),
      ([UInt8.random(in: 0xf5...0xff, using: &random)], nil),
      ([UInt8.random(in: 0x80..<0xc0, using: &random)], nil),
    ]
    var text: [UInt8] = [0x22]
    var expected: [UInt8] = []
    var fault: Int?
    // Faults are rare, so that what comes before them is long.
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        let plain = UInt8.random(in: 0x20..<0x7f, using: &random)
        guard plain != 0x22, plain != 0x5c else { continue }
        text.append(plain)
        expected.append(plain)
      }
      let (bytes, meaning) = others[Int.random(in: 0..<(seed % 3 == 0 ? others.count : 7), using: &random)]
      if meaning == nil, fault == nil { fault = text.count }
      text += bytes
      expected += meaning ?? []
    }
    text.append(0x22)
    var parser = JSONParser()
    var output: [UInt8] = [1, 2, 3]
    do {
      try parser.string(text.span, into: &output)
      #expect(fault == nil && output == expected && parser.offset == text.count)
    } catch {
      #expect(error.offset == fault)
    }
  }

  /// y_ must be read, n_ refused, i_ may be either: https://github.com/nst/JSONTestSuite
  @Test(.enabled(if: Shared.path("data/naughty/JSONTestSuite/test_parsing") != nil, "needs ../shared"))
  func `passes the parsing suite`() throws {
    let folder = try #require(Shared.path("data/naughty/JSONTestSuite/test_parsing"))
    for name in try Folder.names(folder) {
      let bytes = try File.contents("\(folder)/\(name)")
      let isRead = (try? JSON.parse(bytes.span)) != nil
      if name.hasPrefix("y_") { #expect(isRead && canSkip(bytes), "\(name)") }
      if name.hasPrefix("n_") { #expect(!isRead && !canSkip(bytes), "\(name)") }
    }
  }

  private func canSkip(_ bytes: [UInt8]) -> Bool {
    var parser = JSONParser()
    return (try? parser.skip(bytes.span)) != nil && (try? parser.end(bytes.span)) != nil
  }

  @Test(arguments: 0..<10)
  func `what is skipped is checked as what is read`(run: UInt64) {
    for seed in 200 * run..<200 * (run + 1) { skipAndRead(seed) }
  }

  private func skipAndRead(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var bytes = Array(
      #"{"a":[1,-2.5e-3,0,{"b":"\u00e9\ud83d\ude42 é"},[],{}],"c":null,"d":[true,false,"\\"]}"#.utf8)
    let letters = Array(#"{}[]",:\u0e-.1 n"#.utf8) + [0x0a, 0xe9]
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      bytes[Int.random(in: bytes.indices, using: &random)] = letters.randomElement(using: &random)!
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
    }
    let text = String(decoding: bytes, as: UTF8.self)
    do {
      _ = try JSON.parse(bytes.span)
      #expect(canSkip(bytes), "\(text)")
    } catch {
      let isGrammatical = ["half of a surrogate pair stands alone", "the number is too large"]
      #expect(!canSkip(bytes) || isGrammatical.contains(error.reason), "\(text)")
    }
  }

  @Test(arguments: ["1e999", "-1e999", #""\ud800""#, #"{"\udc00":[1e400,"\udfff x"]}"#])
  func `numbers of any size and halves of surrogate pairs can be skipped`(text: String) {
    #expect(canSkip(Array(text.utf8)))
    #expect(throws: JSONError.self) { try JSON.parse(text) }
  }

  @Test func `what is skipped is nested 512 deep at most`() {
    for (depth, isSkipped) in [(512, true), (513, false), (1_000_000, false)] {
      let bytes = [UInt8](repeating: UInt8(ascii: "["), count: depth)
      #expect(canSkip(bytes + [UInt8](repeating: UInt8(ascii: "]"), count: depth)) == isSkipped)
    }
  }

  @Test(arguments: 0..<200)
  func `damaged text never crashes`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var bytes = Array(#"{"a":[1,2.5e-3,{"b":"\u00e9\ud83d\ude42 é"}],"c":null,"d":[true,false,"\\"]}"#.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
    _ = try? JSON.parse(bytes.span)
  }
}

@Suite struct `Whole numbers` {
  @Test(arguments: [
    ("0", 0), (" -7,", -7), ("50256}", 50_256), ("999999999999999999", 999_999_999_999_999_999),
  ])
  func `are read where they stand`(text: String, expected: Int) throws {
    var parser = JSONParser()
    #expect(try parser.integer(Array(text.utf8).span) == expected)
  }

  @Test(arguments: ["", "-", "01", "1.0", "1e3", "\"1\"", "1000000000000000000", "x"])
  func `are told from everything else`(text: String) {
    #expect(throws: JSONError.self) {
      var parser = JSONParser()
      _ = try parser.integer(Array(text.utf8).span)
    }
  }
}

@Suite struct `UTF-8 text` {
  @Test(arguments: 0..<300)
  func `is told from other bytes as the standard library does`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let pool: [UInt8] = [
      0x41, 0x80, 0xbf, 0xc1, 0xc2, 0xe0, 0xa0, 0x9f, 0xed, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff,
    ]
    let bytes = (0..<Int.random(in: 0...8, using: &random)).map { _ in pool.randomElement(using: &random)! }
    let valid = String(validating: bytes, as: UTF8.self) != nil
    #expect((UTF8Check.firstInvalid(bytes.span) == nil) == valid)
  }
}
