import Basics
import TestSupport
import Testing
import Training

@Suite("Metrics")
struct MetricsLogTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder("metrics.jsonl")
  }

  private func record(_ step: Int) -> StepRecord {
    var record = StepRecord(step: step, tokens: 8 * step, epoch: 0.1 * Double(step), seconds: 1)
    record.loss = 1 / Double(step + 1)
    return record
  }

  private func write(_ steps: ClosedRange<Int>, keepingThrough step: Int? = nil) throws {
    let log = try MetricsLog(path: path, keepingThrough: step)
    for step in steps { try log.append(record(step)) }
  }

  @Test func `a record is one line with the names that readers expect`() throws {
    var record = StepRecord(step: 3, tokens: 24, epoch: 0.5, seconds: 2.5)
    record.loss = 1.5
    record.learningRate = 0.001
    record.gradientNorm = 2
    record.validationLoss = 1.75
    record.validationBitsPerByte = 1.25
    record.sample = "a\nb"
    record.tokensPerSecond = 100
    let line = record.json.text
    #expect(
      line == """
        {"step":3,"tokens":24,"epoch":0.5,"loss":1.5,"lr":0.001,"grad_norm":2.0,"val_loss":1.75,\
        "val_bits_per_byte":1.25,"sample":"a\\nb","tokens_per_s":100.0,"seconds":2.5}
        """)
    #expect(StepRecord(json: try JSON.parse(line)) == record)
  }

  @Test func `a run that goes on first cuts away the steps it will do again`() throws {
    try write(0...9)
    try write(6...7, keepingThrough: 5)
    #expect(try MetricsLog.records(path) == (0...7).map(record))
  }

  @Test func `a new run starts an empty file`() throws {
    try write(0...3)
    try write(0...1)
    #expect(try MetricsLog.records(path) == (0...1).map(record))
  }

  @Test func `a last line that a killed process cut off is removed`() throws {
    try write(0...3)
    let file = try File.append(path)
    try file.write("{\"step\":4,\"tok")
    try write(4...5, keepingThrough: 4)
    #expect(try MetricsLog.records(path) == (0...5).map(record))
  }
}
