import Basics
import Store
import Testing

@Suite("Numbers as bytes")
struct NumberTests {
  /// Numbers of every length in bits, and their neighbours.
  static let interesting: [UInt64] = (0..<64).flatMap { bits in
    let power = UInt64(1) << UInt64(bits)
    return [power &- 1, power, power &+ 1, ~power]
  }

  @Test(
    arguments: [
      (0, [0x00]), (1, [0x01]), (127, [0x7f]), (128, [0x80, 0x01]), (300, [0xac, 0x02]),
      (.max, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
    ] as [(UInt64, [UInt8])])
  func `a varint has seven bits a byte, the lowest first`(value: UInt64, expected: [UInt8]) {
    var bytes: [UInt8] = []
    Varint.append(value, to: &bytes)
    #expect(bytes == expected)
  }

  @Test func `varints are read back, one after another`() {
    var bytes: [UInt8] = []
    for value in Self.interesting { Varint.append(value, to: &bytes) }
    var offset = 0
    for value in Self.interesting { #expect(Varint.read(bytes.span, at: &offset) == value) }
    #expect(offset == bytes.count)
    #expect(Varint.read(bytes.span, at: &offset) == nil)
  }

  @Test func `a varint cut off is none`() {
    for value in Self.interesting {
      var bytes: [UInt8] = []
      Varint.append(value, to: &bytes)
      for count in 0..<bytes.count {
        var offset = 0
        #expect(Varint.read(bytes.span.extracting(0..<count), at: &offset) == nil)
      }
    }
  }

  @Test(arguments: [
    [UInt8](repeating: 0x80, count: 10), [UInt8](repeating: 0x80, count: 1_000),
    [UInt8](repeating: 0xff, count: 9) + [0x02], [UInt8](repeating: 0xff, count: 10) + [0x00],
  ])
  func `a varint of more than 64 bits is none`(bytes: [UInt8]) {
    var offset = 0
    #expect(Varint.read(bytes.span, at: &offset) == nil)
  }

  @Test(
    arguments: [(0, 0), (-1, 1), (1, 2), (-2, 3), (2, 4), (.max, .max - 1), (.min, .max)] as [(Int, UInt64)])
  func `zigzag keeps small numbers of either sign small`(value: Int, expected: UInt64) {
    #expect(Varint.zigzag(value) == expected)
    #expect(Varint.unzigzag(expected) == value)
  }

  @Test func `zigzag is undone`() {
    for bits in Self.interesting {
      #expect(Varint.zigzag(Varint.unzigzag(bits)) == bits)
      #expect(Varint.unzigzag(Varint.zigzag(Int(bitPattern: UInt(bits)))) == Int(bitPattern: UInt(bits)))
    }
  }

  @Test func `integers are written with the lowest byte first`() {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: 0x01 as UInt8)
    bytes.append(littleEndian: 0x0302 as UInt16)
    bytes.append(littleEndian: 0x0706_0504 as UInt32)
    bytes.append(littleEndian: 0x0f0e_0d0c_0b0a_0908 as UInt64)
    #expect(bytes == Array(1...15))
    #expect(bytes.span.littleEndian(at: 0) as UInt8 == 0x01)
    #expect(bytes.span.littleEndian(at: 1) as UInt16 == 0x0302)
    #expect(bytes.span.littleEndian(at: 3) as UInt32 == 0x0706_0504)
    #expect(bytes.span.littleEndian(at: 7) as UInt64 == 0x0f0e_0d0c_0b0a_0908)
  }
}
