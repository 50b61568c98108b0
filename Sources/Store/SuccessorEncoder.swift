/// Turns ids into the content of a frame of codec 1. Threads share it.
package final class SuccessorEncoder: Sendable {
  private let ranks: SuccessorRanks
  /// The two bytes of each frequent id, the first one low; 0 for others, as no code of two bytes begins with 0.
  private let codes: [UInt16]

  /// Where ranks, and the places that they are looked up at, stay for a moment.
  @unsafe private struct Room {
    let ranks: UnsafeMutablePointer<UInt8>
    let places: UnsafeMutablePointer<UInt32>
  }

  package init(_ table: SuccessorLists) {
    ranks = SuccessorRanks(table)
    var codes = [UInt16](repeating: 0, count: table.vocabularySize)
    for (number, id) in table.frequent.enumerated() {
      codes[Int(id)] = UInt16(SuccessorLists.ranks + number >> 8) | UInt16(number & 0xff) << 8
    }
    self.codes = codes
  }

  /// Replaces `content` by that of a frame with `ids`, `width` bytes each.
  ///
  /// - Precondition: the ids are of the table's vocabulary, and a frame has room for them.
  package func encode(_ ids: [UInt8], width: Int, into content: inout [UInt8]) {
    let count = ids.count / width
    precondition(count <= ShardFormat.frameTokens, "a frame has at most 8,192 tokens")
    content.resize(to: SuccessorDecoder.sizesSize + count * (1 + width))
    // A temporary allocation would keep the look-ups from being inlined.
    var ranks = [UInt8](repeating: 0, count: count / SuccessorDecoder.streams + 1)
    var places = [UInt32](repeating: 0, count: SuccessorRanks.ahead)
    let size = unsafe content.withUnsafeMutableBufferPointer { content in
      unsafe ranks.withUnsafeMutableBufferPointer { ranks in
        unsafe places.withUnsafeMutableBufferPointer { places in
          unsafe ids.withUnsafeBytes { ids in
            let room = unsafe Room(ranks: ranks.baseAddress!, places: places.baseAddress!)
            return width == 2
              ? unsafe encode(ids, as: UInt16.self, count, content.baseAddress!, room)
              : unsafe encode(ids, as: UInt32.self, count, content.baseAddress!, room)
          }
        }
      }
    }
    content.removeLast(content.count - size)
  }

  @inline(__always)
  private func encode<ID: FixedWidthInteger & UnsignedInteger>(
    _ ids: UnsafeRawBufferPointer, as: ID.Type, _ count: Int, _ content: UnsafeMutablePointer<UInt8>,
    _ room: Room
  ) -> Int {
    var place = SuccessorDecoder.sizesSize
    for stream in 0..<SuccessorDecoder.streams {
      let start = place
      let tokens =
        SuccessorDecoder.start(stream, of: count)..<SuccessorDecoder.start(stream + 1, of: count)
      place = unsafe encode(ids, as: ID.self, tokens, content, at: place, room)
      guard stream < SuccessorDecoder.streams - 1 else { break }
      unsafe content[2 * stream] = UInt8(truncatingIfNeeded: place - start)
      unsafe content[2 * stream + 1] = UInt8(truncatingIfNeeded: (place - start) >> 8)
    }
    return place
  }

  /// One stream; returns where it ends. All ranks are looked up before any is written, so that the waits for memory overlap.
  @inline(__always)
  private func encode<ID: FixedWidthInteger & UnsignedInteger>(
    _ ids: UnsafeRawBufferPointer, as: ID.Type, _ tokens: Range<Int>,
    _ content: UnsafeMutablePointer<UInt8>, at start: Int, _ room: Room
  ) -> Int {
    unsafe ranks.look(up: tokens, of: ids, as: ID.self, into: room.ranks, places: room.places)
    return unsafe codes.withUnsafeBufferPointer { codes in
      var place = start
      for token in tokens {
        let id = unsafe SuccessorRanks.id(ids, token, as: ID.self)
        let rank = unsafe UInt32(room.ranks[token &- tokens.lowerBound])
        let code = unsafe UInt32(codes[Int(id)])
        // A rank is one byte; what is written behind it the next code takes the place of.
        let isRank: UInt32 = rank == SuccessorRanks.none ? 0 : 1
        unsafe content[place] = UInt8(truncatingIfNeeded: code ^ (code ^ rank) & (0 &- isRank))
        unsafe content[place &+ 1] = UInt8(truncatingIfNeeded: code >> 8)
        place &+= 2 &- Int(isRank)
        if code | isRank == 0 {
          unsafe content[place &- 2] = UInt8(SuccessorLists.literal)
          unsafe UnsafeMutableRawPointer(content + (place &- 1)).storeBytes(
            of: ID(id).littleEndian, as: ID.self)
          place &+= MemoryLayout<ID>.size &- 1
        }
      }
      return place
    }
  }
}
