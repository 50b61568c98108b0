import Basics
import Model
import TestSupport
import Testing

/// Safetensors files byte by byte, right and wrong ones.
struct RawSafetensors {
  var header: String
  var data: [UInt8] = []
  /// What the first eight bytes say; the header's true length where nil.
  var claimedLength: UInt64?

  init(_ header: String, data: [UInt8] = [], claimedLength: UInt64? = nil) {
    self.header = header
    self.data = data
    self.claimedLength = claimedLength
  }

  /// One tensor `x` that fills all data.
  init(_ type: String, shape: [Int], _ data: [UInt8]) {
    self.init(
      #"{"x":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[0,\#(data.count)]}}"#, data: data)
  }

  /// Tensors one after another.
  init(_ tensors: [(name: String, type: SafetensorsType, shape: [Int], data: [UInt8])]) {
    var entries: [String] = []
    var data: [UInt8] = []
    for tensor in tensors {
      let start = data.count
      data += tensor.data
      entries.append(
        #""\#(tensor.name)":{"dtype":"\#(tensor.type.rawValue)","shape":\#(tensor.shape),"#
          + #""data_offsets":[\#(start),\#(data.count)]}"#)
    }
    self.init("{\(entries.joined(separator: ","))}", data: data)
  }

  var bytes: [UInt8] {
    let text = Array(header.utf8)
    let length = claimedLength ?? UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + text + data
  }

  /// Writes the file to `folder` and opens it.
  func open(in folder: TemporaryFolder) throws -> SafetensorsFile {
    try SafetensorsFile(path: folder.write(bytes, to: "model.safetensors"))
  }

  /// Expects the file to be refused for this reason.
  func expectRefusal(
    in folder: TemporaryFolder, _ reason: String, at location: SourceLocation = #_sourceLocation
  ) {
    let path = folder("model.safetensors")
    #expect(throws: ModelError.tensors(path: path, reason), sourceLocation: location) {
      try open(in: folder)
    }
  }

  /// Two tensors as they should be: floats 1, 2 and 3, and integers -1 and 7.
  static let good = RawSafetensors(
    #"{"__metadata__":{"format":"pt"},"b":{"dtype":"I32","shape":[2],"data_offsets":[12,20]},"#
      + #""a":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]}}"#,
    data: [
      0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0xff, 0xff, 0xff, 0xff, 7, 0, 0, 0,
    ])
}

extension FixedWidthInteger {
  /// Its bytes, the lowest first.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self($0 * 8)) }
  }
}
