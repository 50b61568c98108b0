internal import Basics
internal import Pipeline

extension FuzzTarget {
  /// Packed files, each with a text of 144 bytes: made by gzip, bzip2, xz and zstd.
  static let packedTargets = [
    packed(
      "gz",
      [
        "H4sIAAAAAAACA8tIzcnJVyjPL8pJ4SrJSFUoTk3Oz0tRyMnMS9VRKM8syVDIK81NSi0qVjA0MjYx5cqgsXoAzasGR5AAAAA=",
        "H4sIAAAAAAACA8tIzcnJVyjPL8pJ4SrJSFUoTk3OBwB9veEeFAAAAB+LCAAAAAAABAOrAACDFtyMAQAAAA==",
      ]),
    packed(
      "bz2",
      [
        "QlpoOTFBWSZTWXGrASUAACbZgAAQQAQ+AB5nnoAgAEjP/VRBoyaGQDP/VUMEAA9SSbtBVVJdFq2TUbrNFl1EFUXTzBZRD5wzSQ6QmkhZNVZRVk3Y3PxdyRThQkHGrASU"
      ]),
    packed(
      "xz",
      [
        "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ACPADZdADQZSe6N6ReJOjNf/K9G9d/o6SLKEoMDV0a4oWVDaVtGRwFr39HwE5gkBWmBFB5KjYiBKS6AAAAAAJ0Wz23pUxYFAAFSkAEAAABUPanrscRn+wIAAAAABFla",
        "XQAAgAD//////////wA0GUnujekXiTozX/yvRvXf6OkiyhKDA1dGuKFlQ2lbRkcBa9/R8BOYJAVpgRQeSo2IgTQzJf//+tgcAA==",
      ]),
    packed(
      "zst",
      [
        "KLUv/SSQtQEAAkMLEaDtsBaXCCpk9H/Y4cBRjR8BwBQyhF37WXCdT0WHr1KnZejOzweSNhbNVJ8BAQDQc1JQXs6VJA==",
        "KLUv/SSQxQEABANoZWxsbyB3b3JsZAp0aGUgc2Vjb25kIGxpbmUsIHdpdGggbnVtYmVycyAxMjM0NQoBANBzUlBezpUk",
      ]),
  ]

  /// The most that is unpacked: what unpacks to more is given up, as it could be endless.
  private static let limit = 4 << 20

  /// What a file unpacks to does not depend on the length of the pieces that it is asked for in.
  private static func packed(_ ending: String, _ seeds: [String]) -> FuzzTarget {
    FuzzTarget(
      ending,
      seeds: { try seeds.map(bytes) }
    ) { input in
      let path = try Scratch.write(input, to: "a.txt.\(ending)")
      func unpack(_ step: Int) throws -> (bytes: [UInt8], error: String?) {
        var bytes: [UInt8] = []
        let error = try refusal {
          let stream = try Corpus([path]).sources[0].open()
          while bytes.count < limit, try stream.read(upTo: step, appendingTo: &bytes) > 0 {}
        }
        return (bytes, error)
      }
      let whole = try unpack(1 << 16)
      try expect(
        whole.error.map { $0.contains(path) } ?? true, "an error without its file: \(whole.error ?? "")")
      guard whole.bytes.count < 1 << 16 else { return }
      for step in [1, 7] {
        let pieces = try unpack(step)
        // How much comes before damage, and where that is said to be, may depend on it. A zstd frame that ends in an empty
        // block may be shorter than it says: libzstd sees that only where all of it fits into the piece.
        try expect(
          whole.error != nil || pieces == whole, "\(pieces) in pieces of \(step), \(whole) at once")
      }
    }
  }
}
