import Basics
import Model
import TestSupport
import Testing

/// Shapes and offsets are checked against each other and against the file before anything is reserved for them.
@Suite("Places in safetensors")
struct SafetensorsPlacesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func expectRefusal(
    _ file: RawSafetensors, _ reason: String, at location: SourceLocation = #_sourceLocation
  ) {
    file.expectRefusal(in: folder, reason, at: location)
  }

  @Test(arguments: [
    "1", "[1]", "[0,4,4]", "[-4,0]", "[0,4.5]", #"["0","4"]"#, "[0,1e300]", "[0,99999999999999999999]",
    "null",
  ])
  func `offsets or shapes that are no sizes`(sizes: String) {
    expectRefusal(
      RawSafetensors(#"{"x":{"dtype":"F32","shape":[1],"data_offsets":\#(sizes)}}"#, data: [0, 0, 0, 0]),
      "tensor 'x' has no proper shape or offsets")
    guard sizes != "[1]", sizes != "[0,4,4]" else { return }
    expectRefusal(
      RawSafetensors(#"{"x":{"dtype":"F32","shape":\#(sizes),"data_offsets":[0,4]}}"#, data: [0, 0, 0, 0]),
      "tensor 'x' has no proper shape or offsets")
  }

  @Test func `a tensor that says nothing`() {
    expectRefusal(RawSafetensors(#"{"x":{}}"#), "tensor 'x' has the unknown type nothing")
    expectRefusal(RawSafetensors(#"{"x":[1,2]}"#), "tensor 'x' has the unknown type nothing")
    expectRefusal(RawSafetensors(#"{"x":{"dtype":"F32"}}"#), "tensor 'x' has no proper shape or offsets")
  }

  /// Whatever the product, nothing is reserved for it; the largest ones are beyond every Int.
  @Test(arguments: [
    ([2], 0, 4), ([0], 0, 4), ([1, 1, 2], 0, 4), ([1], 4, 0), ([1 << 40], 0, 1 << 42 - 4),
    ([1 << 62], 0, 0), ([1 << 31, 1 << 31], 0, 0), ([Int.max, Int.max], 0, 4),
  ])
  func `shapes that do not fill their bytes`(shape: [Int], start: Int, end: Int) {
    expectRefusal(
      RawSafetensors(
        #"{"x":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(start),\#(end)]}}"#, data: [0, 0, 0, 0]),
      "tensor 'x' of shape \(shape) does not fill bytes \(start) to \(end)")
  }

  /// Places of two tensors of four bytes each in eight bytes of data.
  @Test(arguments: [
    (0, 0, "tensor 'b' starts at byte 0 of the data instead of 4"),
    (0, 2, "tensor 'b' starts at byte 2 of the data instead of 4"),
    (1, 5, "tensor 'a' starts at byte 1 of the data instead of 0"),
    (0, 5, "tensor 'b' starts at byte 5 of the data instead of 4"),
    (4, 8, "tensor 'a' starts at byte 4 of the data instead of 0"),
  ])
  func `tensors that overlap or leave gaps`(first: Int, second: Int, reason: String) {
    func tensor(_ start: Int) -> String {
      #"{"dtype":"F32","shape":[1],"data_offsets":[\#(start),\#(start + 4)]}"#
    }
    expectRefusal(
      RawSafetensors(
        #"{"a":\#(tensor(first)),"b":\#(tensor(second))}"#, data: [UInt8](repeating: 0, count: 8)),
      reason)
  }

  @Test(arguments: [0, 19, 21, 40])
  func `data cut short or too long`(count: Int) {
    var file = RawSafetensors.good
    file.data = [UInt8](repeating: 0, count: count)
    expectRefusal(
      file, "its tensors need 20 bytes of data and it has \(count); it is cut short or damaged")
  }

  @Test func `a tensor far beyond the end`() {
    let size = 1 << 40
    expectRefusal(
      RawSafetensors(#"{"x":{"dtype":"F32","shape":[\#(size)],"data_offsets":[0,\#(4 * size)]}}"#),
      "its tensors need \(4 * size) bytes of data and it has 0; it is cut short or damaged")
  }
}
