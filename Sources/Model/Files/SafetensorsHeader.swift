internal import Basics

/// What stands before the numbers of a safetensors file: 8 bytes with its length, then JSON.
///
///     {"__metadata__": {"format": "pt"}, "ln_f.bias": {"dtype": "F32", "shape": [768], "data_offsets": [0, 3072]}}
///
/// As in the format's own library the tensors' bytes must follow one another without a gap, up to the end of the file.
struct SafetensorsHeader: Sendable {
  struct Entry: Sendable {
    let type: SafetensorsType
    let shape: [Int]
    /// Of the numbers, which start after the header.
    let bytes: Range<Int>
    var count: Int { bytes.count / type.size }
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var entries: [String: Entry] = [:]
  /// Names in the order of their bytes.
  private(set) var order: [String] = []
  /// Where the numbers start in the file.
  private(set) var end = 0

  /// Headers of real models have some hundred kilobytes.
  private static let lengthLimit = 16 << 20

  init(_ file: borrowing File) throws(ModelError) {
    let path = file.path
    do {
      let size = try file.size()
      guard size >= 8 else { throw Fault("it has \(size) bytes, fewer than the 8 of a header's length") }
      var bytes: [UInt8] = []
      try file.read(at: 0, count: 8, into: &bytes)
      let length = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(min(size - 8, Self.lengthLimit)) else {
        throw Fault("its header claims \(length) bytes; the file has \(size), and 16 MiB are the limit")
      }
      try file.read(at: 8, count: Int(length), into: &bytes)
      end = 8 + Int(length)
      try parse(bytes.span, dataSize: size - end)
    } catch let fault as Fault {
      throw .tensors(path: path, fault.reason)
    } catch let error as JSONError {
      throw .tensors(path: path, "its header is not JSON: \(error)")
    } catch let error as FileError {
      throw .file(error)
    } catch {
      preconditionFailure("no other error is thrown")
    }
  }

  /// What is wrong with the header.
  private struct Fault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  private mutating func parse(_ text: Span<UInt8>, dataSize: Int) throws {
    var parser = JSONParser()
    var name: [UInt8] = []
    try parser.beginObject(text)
    while try parser.nextMember(text, name: &name) {
      let name = String(decoding: name, as: UTF8.self)
      let value = try parser.value(text)
      guard name != "__metadata__" else {
        for member in value.members ?? [] { metadata[member.name] = member.value.string }
        continue
      }
      guard entries.updateValue(try Self.entry(name, value), forKey: name) == nil else {
        throw Fault("it has two tensors '\(name.shortened)'")
      }
      order.append(name)
    }
    try parser.end(text)
    try checkPlaces(dataSize: dataSize)
  }

  private static func entry(_ name: String, _ value: JSON) throws -> Entry {
    guard let spelled = value["dtype"]?.string, let type = SafetensorsType(rawValue: spelled) else {
      throw Fault(
        "tensor '\(name.shortened)' has the unknown type \(value["dtype"]?.text.shortened ?? "nothing")")
    }
    guard let shape = sizes(value["shape"]), let offsets = sizes(value["data_offsets"]), offsets.count == 2
    else {
      throw Fault("tensor '\(name.shortened)' has no proper shape or offsets")
    }
    guard offsets[0] <= offsets[1], byteCount(shape, type) == offsets[1] - offsets[0] else {
      throw Fault(
        "tensor '\(name.shortened)' of shape \("\(shape)".shortened) does not fill bytes \(offsets[0]) to \(offsets[1])"
      )
    }
    return Entry(type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  private static func sizes(_ value: JSON?) -> [Int]? {
    guard let elements = value?.elements else { return nil }
    let sizes = elements.compactMap(\.integer)
    return sizes.count == elements.count && sizes.allSatisfy { $0 >= 0 } ? sizes : nil
  }

  /// Nil where the product is no number of bytes.
  private static func byteCount(_ shape: [Int], _ type: SafetensorsType) -> Int? {
    shape.reduce(type.size) { product, size in
      guard let (value, overflow) = product?.multipliedReportingOverflow(by: size), !overflow else {
        return nil
      }
      return value
    }
  }

  private mutating func checkPlaces(dataSize: Int) throws {
    order.sort {
      (entries[$0]!.bytes.lowerBound, entries[$0]!.bytes.upperBound, $0)
        < (entries[$1]!.bytes.lowerBound, entries[$1]!.bytes.upperBound, $1)
    }
    var place = 0
    for name in order {
      let bytes = entries[name]!.bytes
      guard bytes.lowerBound == place else {
        throw Fault(
          "tensor '\(name.shortened)' starts at byte \(bytes.lowerBound) of the data instead of \(place)")
      }
      place = bytes.upperBound
    }
    guard place == dataSize else {
      throw Fault(
        "its tensors need \(place) bytes of data and it has \(dataSize); it is cut short or damaged")
    }
  }
}
