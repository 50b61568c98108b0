/// Turns ids into the content of a frame of codec 1. Threads share it.
///
/// Each id has a small hash table of its own for its list: those of frequent ids stay in the caches near the processor, and one entry
/// is 4 bytes, as the id before need not be in it.
package final class SuccessorEncoder: Sendable {
  /// Where the table of each id begins in the slots, and in the low four bits the logarithm of its size. One more, an
  /// empty one, belongs to the id that is not there, which begins a stream.
  private let regions: [UInt32]
  /// A successor, and in the low byte its rank, with open addressing. The first slot is the table of empty lists.
  private let slots: [UInt32]
  /// The two bytes of each frequent id, the first one low; 0 for others, as no code of two bytes begins with 0.
  private let codes: [UInt16]
  private let missing: UInt32

  private static let free = UInt32.max

  package init(_ table: SuccessorLists) {
    missing = UInt32(table.vocabularySize)
    var regions: [UInt32] = []
    var slots = [Self.free]
    var start = 0
    for length in table.lengths.map({ Int($0) }) {
      let region = length == 0 ? 0 : UInt32(slots.count << 4 | Self.bits(length))
      regions.append(region)
      if length > 0 { slots += repeatElement(Self.free, count: 1 << Self.bits(length)) }
      for rank in 0..<length {
        let id = table.successors[start + rank]
        let slot = Self.search(id, region, in: slots)
        // Of an id that a list has twice the first rank counts.
        if slots[slot] == Self.free { slots[slot] = id << 8 | UInt32(rank) }
      }
      start += length
    }
    self.regions = regions + [0]
    self.slots = slots
    var codes = [UInt16](repeating: 0, count: table.vocabularySize)
    for (number, id) in table.frequent.enumerated() {
      codes[Int(id)] = UInt16(SuccessorLists.ranks + number >> 8) | UInt16(number & 0xff) << 8
    }
    self.codes = codes
  }

  /// The logarithm of a table's size: a quarter stays free, so that what is not there is found out soon.
  private static func bits(_ length: Int) -> Int {
    Int.bitWidth - (length + max(1, length / 3) - 1).leadingZeroBitCount
  }

  /// The first place of an id in the table at `region`.
  @inline(__always)
  private static func place(_ id: UInt32, _ region: UInt32) -> Int {
    Int(region >> 4) &+ Int(truncatingIfNeeded: UInt64(id &* 0x9e37_79b1) >> UInt64(32 &- region & 15))
  }

  /// The slot that has the id, or the free one where it would be.
  private static func search(_ id: UInt32, _ region: UInt32, in slots: [UInt32]) -> Int {
    let start = Int(region >> 4), mask = 1 << Int(region & 15) - 1
    var slot = place(id, region)
    while slots[slot] != free, slots[slot] >> 8 != id { slot = start + (slot - start + 1) & mask }
    return slot
  }

  /// Replaces `content` by that of a frame with `ids`, `width` bytes each.
  ///
  /// - Precondition: the ids are of the table's vocabulary, and a frame has room for them.
  package func encode(_ ids: [UInt8], width: Int, into content: inout [UInt8]) {
    let count = ids.count / width
    precondition(count <= ShardFormat.frameTokens, "a frame has at most 8,192 tokens")
    content.resize(to: SuccessorDecoder.sizesSize + count * (1 + width))
    let size = unsafe content.withUnsafeMutableBufferPointer { content in
      unsafe ids.withUnsafeBytes { ids in
        width == 2
          ? unsafe encode(ids, as: UInt16.self, count, content.baseAddress!)
          : unsafe encode(ids, as: UInt32.self, count, content.baseAddress!)
      }
    }
    content.removeLast(content.count - size)
  }

  @inline(__always)
  private func encode<ID: FixedWidthInteger & UnsignedInteger>(
    _ ids: UnsafeRawBufferPointer, as: ID.Type, _ count: Int, _ content: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var place = SuccessorDecoder.sizesSize
    for stream in 0..<SuccessorDecoder.streams {
      let start = place
      let tokens =
        SuccessorDecoder.start(stream, of: count)..<SuccessorDecoder.start(stream + 1, of: count)
      place = unsafe encode(ids, as: ID.self, tokens, content, at: place)
      guard stream < SuccessorDecoder.streams - 1 else { break }
      unsafe content[2 * stream] = UInt8(truncatingIfNeeded: place - start)
      unsafe content[2 * stream + 1] = UInt8(truncatingIfNeeded: (place - start) >> 8)
    }
    return place
  }

  /// One stream; returns where it ends. What the slots of the tokens hold is fetched for all of them before any is looked at,
  /// so that the waits for memory overlap.
  @inline(__always)
  private func encode<ID: FixedWidthInteger & UnsignedInteger>(
    _ ids: UnsafeRawBufferPointer, as: ID.Type, _ tokens: Range<Int>,
    _ content: UnsafeMutablePointer<UInt8>, at start: Int
  ) -> Int {
    var place = start
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: tokens.count) { entries in
      var previous = missing
      for token in tokens {
        let id = unsafe Self.id(ids, token, as: ID.self)
        let slot = unsafe Self.place(id, regions[unchecked: Int(previous)])
        unsafe entries[token &- tokens.lowerBound] = slots[unchecked: slot]
        previous = id
      }
      previous = missing
      for token in tokens {
        let id = unsafe Self.id(ids, token, as: ID.self)
        var entry = unsafe entries[token &- tokens.lowerBound]
        if entry != Self.free, entry >> 8 != id {
          entry = unsafe slots[Self.search(id, regions[unchecked: Int(previous)], in: slots)]
        }
        let code = unsafe UInt32(codes[unchecked: Int(id)])
        // A rank is one byte; what is written behind it the next code takes the place of.
        let isRank: UInt32 = entry == Self.free ? 0 : 1
        unsafe content[place] = UInt8(truncatingIfNeeded: code ^ (code ^ entry) & (0 &- isRank))
        unsafe content[place &+ 1] = UInt8(truncatingIfNeeded: code >> 8)
        if code | isRank == 0 {
          unsafe content[place] = UInt8(SuccessorLists.literal)
          unsafe UnsafeMutableRawPointer(content + (place &+ 1)).storeBytes(
            of: ID(id).littleEndian, as: ID.self)
          place &+= 1 &+ MemoryLayout<ID>.size
        } else {
          place &+= 2 &- Int(isRank)
        }
        previous = id
      }
    }
    return place
  }

  @unsafe @inline(__always)
  private static func id<ID: FixedWidthInteger & UnsignedInteger>(
    _ ids: UnsafeRawBufferPointer, _ token: Int, as: ID.Type
  ) -> UInt32 {
    unsafe UInt32(
      ID(littleEndian: ids.loadUnaligned(fromByteOffset: token &* MemoryLayout<ID>.size, as: ID.self)))
  }
}

extension Array {
  /// An element of a table whose index was computed to be in it: a check costs as much as the look-up.
  @unsafe @inline(__always)
  fileprivate subscript(unchecked index: Int) -> Element {
    unsafe withUnsafeBufferPointer { unsafe $0[index] }
  }
}
