import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite struct `Instructions with answers` {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func texts(_ file: String, as name: String = "a.json") throws -> [String] {
    try InstructionDataset(folder.write(file, to: name)).entries.map {
      String(decoding: $0.text, as: UTF8.self)
    }
  }

  private let begin = """
    Below is an instruction that describes a task. Write a response that appropriately completes the request.

    ### Instruction:

    """

  @Test func `have Alpaca's form, with an input and without`() throws {
    let with = #"{"instruction": "Spell é.", "input": "x\ny", "output": "e \"acute\""}"#
    let without = #"{"output": "B", "instruction": "A", "input": ""}"#
    let expected = [
      begin + "Spell é.\n\n### Input:\nx\ny\n\n### Response:\ne \"acute\"", begin + "A\n\n### Response:\nB",
    ]
    #expect(try texts("[\(with),\n  \(without)\n]") == expected)
    #expect(try texts("\(with)\n\(without)\n", as: "a.jsonl") == expected)
    #expect(try texts(#"[{"instruction": "A", "output": "B"}]"#) == [expected[1]])
  }

  @Test(arguments: [
    (
      #"[{"instruction": "A", "output": "B"},\#n {"instruction": "A"}]"#,
      "line 2: the entry lacks 'instruction' or 'output'"
    ),
    (#"[{"instruction": 3, "output": "B"}]"#, "line 1: 'instruction' is not text"),
    (#"[\#n"A"]"#, "line 2: an entry is an object"), ("[]", "there is no entry in it"), ("{}", "byte 0"),
    ("[{\"instruction\": \"A\"", "byte 20: the text ends before the array does"),
  ])
  func `are refused where they are none, by file and line`(file: String, reason: String) throws {
    let said = errorText { _ = try texts(file) }
    #expect(said.contains("a.json'") && said.contains(reason), "\(said)")
  }

  @Test(arguments: ["a.json.gz", "a.jsonl.zst", "a.zip", "a.csv", "a.txt", "a.json.xz"])
  func `packed and other files are refused, as entries have their places in the file`(name: String) throws {
    // Unpacked it would be much longer than it is.
    let entry = "[{\"instruction\": \"\(String(repeating: "a", count: 10_000))\", \"output\": \"b\"}]"
    let packed = try folder.write(Packed.gzip(Array(entry.utf8)).prefix(900).map(\.self), to: name)
    let said = errorText { _ = try InstructionDataset(packed) }
    #expect(
      said
        == "'\(packed)' is neither .json (an array) nor .jsonl (a line each), unpacked; unpack it, or name it as what it is"
    )
  }

  @Test func `a file that is larger than what is held in memory is refused before it is read`() throws {
    let path = try folder.write("[", to: "a.json")
    try File.append(path).truncate(to: InstructionDataset.limit + 1)
    #expect(errorText { _ = try InstructionDataset(path) }.contains("has more than 268435456 bytes"))
  }

  @Test(arguments: [1, 2, 19, 20, 100, 1_100])
  func `are shared out in order: training, test, validation`(count: Int) {
    let rows = InstructionDataset.Shares().rows(count)
    #expect(rows.map(\.split) == [.train, .val, .test])
    let (train, val, test) = (rows[0].rows, rows[1].rows, rows[2].rows)
    #expect(train.lowerBound == 0 && train.upperBound == test.lowerBound)
    #expect(test.upperBound == val.lowerBound && val.upperBound == count)
    #expect(train.count == count * 85 / 100 && test.count == count / 10)
  }

  @Test func `become documents at their places, and a rerun changes nothing`() throws {
    let file =
      "[" + (0..<20).map { #"{"instruction": "the \#($0)", "output": "cab"}"# }.joined(separator: ",") + "]"
    let dataset = try InstructionDataset(folder.write(file, to: "a.json"))
    let tokenizer = try SmallTokenizer.make(in: folder)
    let first = try dataset.write(to: folder("s"), tokenizer: tokenizer)
    #expect(!first.wasThere && first.dataset.splits.map(\.documents) == [17, 1, 2])
    #expect(try dataset.write(to: folder("s"), tokenizer: tokenizer).wasThere)
    #expect(try verify(folder("s")).faults == [])
    for (split, rows) in dataset.shares.rows(20) {
      let found = try documents(folder("s"), split)
      #expect(found.map(\.text) == rows.map { String(decoding: dataset.entries[$0].text, as: UTF8.self) })
      #expect(found.map { $0.offset..<$0.offset + $0.count } == rows.map { dataset.entries[$0].place })
    }
    var other = dataset
    other.shares.test = 0.05
    #expect(errorText { _ = try other.write(to: folder("s"), tokenizer: tokenizer) }.contains("fractions"))
    _ = try other.write(to: folder("s"), tokenizer: tokenizer, replacing: true)
  }
}
