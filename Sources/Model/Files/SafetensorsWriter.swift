internal import Basics

/// A tensor to be written, whose values are asked for when its turn comes, so that one is in memory at a time.
public struct SafetensorsTensor {
  /// Its name in the file.
  public let name: String
  /// Its dimensions; none for a single number.
  public let shape: [Int]
  let values: () -> [Float]

  /// A tensor of float32 numbers, as many as `shape` says.
  public init(_ name: String, shape: [Int], values: @escaping () -> [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  var byteCount: Int { shape.reduce(4, *) }
}

/// Writes safetensors files.
public enum SafetensorsWriter {
  /// Writes `tensors` to `path`. The file is there under its name only once it is whole and on the disk.
  ///
  /// - Parameter metadata: what the file says about itself. Tools for PyTorch ask for `format` to be `pt`.
  public static func write(
    _ tensors: [SafetensorsTensor], metadata: [String: String] = ["format": "pt"], to path: String
  ) throws(ModelError) {
    do throws(FileError) {
      let file = try AtomicFile(path)
      try file.write(header(tensors, metadata).span)
      for tensor in tensors {
        let values = tensor.values()
        precondition(values.count * 4 == tensor.byteCount, "'\(tensor.name)' has another size than its shape")
        try write(values, to: file)
      }
      try file.commit()
    } catch {
      throw .file(error)
    }
  }

  private static func header(_ tensors: [SafetensorsTensor], _ metadata: [String: String]) -> [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let sorted = metadata.sorted { $0.key < $1.key }
      members.append(
        JSON.Member("__metadata__", .object(sorted.map { JSON.Member($0.key, .string($0.value)) })))
    }
    var place = 0
    for tensor in tensors {
      let offsets: JSON = [.integer(place), .integer(place + tensor.byteCount)]
      place += tensor.byteCount
      let shape = JSON.array(tensor.shape.map { .integer($0) })
      members.append(JSON.Member(tensor.name, ["dtype": "F32", "shape": shape, "data_offsets": offsets]))
    }
    var text = JSON.object(members).bytes
    // The numbers start at a multiple of 8 bytes.
    text += [UInt8](repeating: UInt8(ascii: " "), count: -text.count & 7)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
  }

  private static func write(_ values: [Float], to file: borrowing AtomicFile) throws(FileError) {
    let blockSize = 1 << 20
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: values.count, by: blockSize) {
      bytes.removeAll(keepingCapacity: true)
      for value in values[start..<min(start + blockSize, values.count)] {
        let pattern = value.bitPattern
        bytes.append(UInt8(truncatingIfNeeded: pattern))
        bytes.append(UInt8(truncatingIfNeeded: pattern >> 8))
        bytes.append(UInt8(truncatingIfNeeded: pattern >> 16))
        bytes.append(UInt8(truncatingIfNeeded: pattern >> 24))
      }
      try file.write(bytes.span)
    }
  }
}
