import Basics
import Model
import TestSupport
import Testing

/// Nothing that a file says about itself is believed.
@Suite("Damaged safetensors")
struct SafetensorsDamageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func expectRefusal(
    _ file: RawSafetensors, _ reason: String, at location: SourceLocation = #_sourceLocation
  ) {
    file.expectRefusal(in: folder, reason, at: location)
  }

  @Test func `a file shorter than a header's length`() throws {
    for count in 0..<8 {
      let path = try folder.write([UInt8](repeating: 0, count: count), to: "model.safetensors")
      let reason = "it has \(count) bytes, fewer than the 8 of a header's length"
      #expect(throws: ModelError.tensors(path: path, reason)) { try SafetensorsFile(path: path) }
    }
  }

  @Test(arguments: [13, 1 << 24, 1 << 40, 1 << 63, UInt64.max])
  func `a header longer than the file`(length: UInt64) {
    expectRefusal(
      RawSafetensors("{}", data: [0, 0], claimedLength: length),
      "its header claims \(length) bytes; the file has 12, and 16 MiB are the limit")
  }

  /// The file is as large as it says, all of it a hole.
  @Test func `a header larger than any model's`() throws {
    let length = 16 << 20 + 1
    let path = folder("model.safetensors")
    let file = try File.create(path)
    try file.write(UInt64(length).littleEndianBytes.span)
    try file.truncate(to: 8 + length)
    let reason = "its header claims \(length) bytes; the file has \(8 + length), and 16 MiB are the limit"
    #expect(throws: ModelError.tensors(path: path, reason)) { try SafetensorsFile(path: path) }
  }

  @Test(arguments: [
    ("", "the text ends in the middle of a value at byte 0"), ("[]", "expected an object at byte 0"),
    ("{", "the text ends in the middle of a value at byte 1"),
    ("{} x", "there is more after the end of the value at byte 3"),
    (#"{"a":}"#, "expected a value at byte 5"),
    (#"{"a":{"dtype":"F32","shape":[1e999]}}"#, "the number is too large at byte 29"),
  ])
  func `a header that is no JSON object`(header: String, reason: String) {
    expectRefusal(RawSafetensors(header), "its header is not JSON: \(reason)")
  }

  @Test(arguments: [
    (#""F33""#, "\"F33\""), ("7", "7"), (#"null"#, "null"),
  ])
  func `a type that does not exist`(type: String, named: String) {
    expectRefusal(
      RawSafetensors(#"{"x":{"dtype":\#(type),"shape":[],"data_offsets":[0,4]}}"#, data: [0, 0, 0, 0]),
      "tensor 'x' has the unknown type \(named)")
  }

  @Test func `two tensors of one name`() {
    let tensor = #"{"dtype":"F32","shape":[],"data_offsets":[0,4]}"#
    expectRefusal(
      RawSafetensors(#"{"x":\#(tensor),"x":\#(tensor)}"#, data: [0, 0, 0, 0]), "it has two tensors 'x'")
  }

  @Test func `no file, or a folder in its place`() {
    for path in [folder("nothing"), folder.path] {
      let error = #expect(throws: ModelError.self) { try SafetensorsFile(path: path) }
      guard case .file(let cause) = error else {
        Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
        continue
      }
      #expect("\(cause)".contains(path))
    }
  }

  /// Between the check and the reading anything can happen to a file.
  @Test func `a file that shrinks while it is used`() throws {
    let file = try RawSafetensors("F32", shape: [1_000], [UInt8](repeating: 0, count: 4_000)).open(in: folder)
    _ = try RawSafetensors("F32", shape: [1], [0, 0, 0, 0]).open(in: folder)
    let error = #expect(throws: ModelError.self) { try file.floats(of: "x") }
    guard case .file = error else {
      Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
      return
    }
    try Folder.remove(file.path)
    #expect(throws: ModelError.self) { try file.floats(of: "x") }
  }

  /// Either the file is still one, or the error says which it is.
  @Test(arguments: 0..<1_000 as Range<UInt64>)
  func `random damage never crashes`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var bytes = RawSafetensors.good.bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: bytes.indices, using: &random)
      // Digits and brackets make more mischief than other bytes.
      bytes[place] =
        Bool.random(using: &random)
        ? UInt8.random(in: 0...255, using: &random)
        : Array(#"0123456789-.eE[]{}",:"#.utf8).randomElement(using: &random)!
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
    }
    let path = try folder.write(bytes, to: "model.safetensors")
    do throws(ModelError) {
      let file = try SafetensorsFile(path: path)
      for name in file.names {
        _ = try? file.floats(of: name)
        _ = try? file.ints(of: name)
      }
    } catch {
      #expect("\(error)".contains(path))
    }
  }
}
