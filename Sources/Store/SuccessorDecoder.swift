/// Turns the content of a frame of codec 1 into ids.
///
/// What comes next depends on what came before, so that one stream waits for memory most of the time: four are decoded side by
/// side. Branches tell the codes apart, though they are often mispredicted: behind a frequent id the processor goes on
/// before it knows what came before, which without a branch it cannot. Of a frame and a table from anywhere nothing outside of
/// either is read: the tables are large enough for every byte that can come, and so is what lies behind the content.
package struct SuccessorDecoder: Sendable {
  /// For each id where its list begins in the ids, and in the low byte how many it has. One more, an empty one, belongs to
  /// the id that is not there: the vocabulary's size, which begins a stream and stands for impossible ids.
  private let lists: [UInt32]
  /// The frequent ids, the id that is not there in all other places that two bytes can say, the successors, and 256 more,
  /// so that any byte may be looked up in any list: in the one that fits the id width.
  private let narrow: [UInt16]
  private let wide: [UInt32]
  private let vocabularySize: Int

  package init(_ table: SuccessorLists) {
    vocabularySize = table.vocabularySize
    let missing = UInt32(vocabularySize)
    // Of a vocabulary of 65,536 the places that no id has are those behind the first byte 255, which is no frequent id.
    let padding = missing == 1 << 16 ? 0 : missing
    let places = (256 - SuccessorLists.ranks) * 256
    var ids = table.frequent + repeatElement(padding, count: places - table.frequent.count)
    ids.reserveCapacity(places + table.successors.count + 256)
    var starts: [Int] = []
    var start = 0
    for length in table.lengths {
      starts.append(start)
      start += Int(length)
    }
    // Lists of frequent ids side by side, so that what is used often shares the caches with nothing else.
    var lists = [UInt32](repeating: 0, count: vocabularySize) + [UInt32(places) << 8]
    for id in table.order.map({ Int($0) }) {
      let length = Int(table.lengths[id])
      lists[id] = UInt32(ids.count << 8 | length)
      ids += table.successors[starts[id]..<starts[id] + length]
    }
    ids += repeatElement(0, count: 256)
    self.lists = lists
    narrow = vocabularySize <= 65_536 ? ids.map { UInt16($0) } : []
    wide = vocabularySize <= 65_536 ? [] : ids
  }

  /// Streams of a frame, so that as many loads are under way.
  static let streams = 4
  /// Bytes of the field with the sizes of the streams but the last.
  static let sizesSize = 2 * (streams - 1)

  /// How many bytes must lie behind the content: what a stream can take beyond its end before that is noticed.
  package static let padding = 5 * (ShardFormat.frameTokens / streams + 1) + 8

  /// Where the tokens of a stream begin in a frame of `count`.
  static func start(_ stream: Int, of count: Int) -> Int { stream * count / streams }

  /// Writes `count` ids to `ids`, as many bytes each as the vocabulary needs; false where the content is not what an
  /// encoder writes. Frequent ids that the table does not have, and ids beyond the vocabulary, become ids beyond the vocabulary:
  /// those the caller refuses anyway.
  ///
  /// - Preconditions: the content has ``padding`` bytes more than `size`, and a frame has at most 8,192 tokens.
  package func decode(_ content: [UInt8], size: Int, count: Int, into ids: inout [UInt8]) -> Bool {
    precondition(
      content.count >= size + Self.padding && count <= ShardFormat.frameTokens, "there must be room")
    let width = narrow.isEmpty ? 4 : 2
    ids.resize(to: count * width)
    guard size >= Self.sizesSize else { return false }
    var ends = [Self.sizesSize]
    for stream in 0..<Self.streams - 1 {
      ends.append(ends[stream] + Int(content.span.littleEndian(at: 2 * stream) as UInt16))
    }
    ends.append(size)
    guard ends[Self.streams - 1] <= size else { return false }
    return unsafe content.withUnsafeBufferPointer { content in
      unsafe ids.withUnsafeMutableBytes { ids in
        narrow.isEmpty
          ? unsafe wide.withUnsafeBufferPointer {
            unsafe decode(content.baseAddress!, ends, count, $0.baseAddress!, ids.baseAddress!)
          }
          : unsafe narrow.withUnsafeBufferPointer {
            unsafe decode(content.baseAddress!, ends, count, $0.baseAddress!, ids.baseAddress!)
          }
      }
    }
  }

  @inline(__always)
  private func decode<ID: FixedWidthInteger & UnsignedInteger>(
    _ content: UnsafePointer<UInt8>, _ ends: [Int], _ count: Int, _ known: UnsafePointer<ID>,
    _ ids: UnsafeMutableRawPointer
  ) -> Bool {
    unsafe lists.withUnsafeBufferPointer { lists in
      let tables = unsafe Tables(
        content: content, lists: lists.baseAddress!, ids: known, missing: UInt32(vocabularySize))
      return unsafe tables.decode(ends, count, to: ids.assumingMemoryBound(to: ID.self))
    }
  }
}

/// What the loop looks up.
@unsafe private struct Tables<ID: FixedWidthInteger & UnsignedInteger> {
  let content: UnsafePointer<UInt8>
  let lists: UnsafePointer<UInt32>
  let ids: UnsafePointer<ID>
  /// The id that is not there.
  let missing: UInt32

  @inline(__always)
  func decode(_ ends: [Int], _ count: Int, to out: UnsafeMutablePointer<ID>) -> Bool {
    let starts = (1...3).map { SuccessorDecoder.start($0, of: count) }
    let (second, third, fourth) = (starts[0], starts[1], starts[2])
    var (a, b, c, d) = (ends[0], ends[1], ends[2], ends[3])
    var (p, q, r, s) = unsafe (missing, missing, missing, missing)
    // The top bit stays as long as every list has the ranks that are looked up in it.
    var valid = UInt32.max
    let shortest = count / SuccessorDecoder.streams
    for index in 0..<shortest {
      p = unsafe next(&a, p, &valid)
      q = unsafe next(&b, q, &valid)
      r = unsafe next(&c, r, &valid)
      s = unsafe next(&d, s, &valid)
      unsafe out[index] = ID(truncatingIfNeeded: p).littleEndian
      unsafe out[second &+ index] = ID(truncatingIfNeeded: q).littleEndian
      unsafe out[third &+ index] = ID(truncatingIfNeeded: r).littleEndian
      unsafe out[fourth &+ index] = ID(truncatingIfNeeded: s).littleEndian
    }
    // Where the tokens are no multiple of four, some streams have one more.
    if second > shortest { unsafe out[shortest] = ID(truncatingIfNeeded: next(&a, p, &valid)).littleEndian }
    if third - second > shortest {
      unsafe out[second + shortest] = ID(truncatingIfNeeded: next(&b, q, &valid)).littleEndian
    }
    if fourth - third > shortest {
      unsafe out[third + shortest] = ID(truncatingIfNeeded: next(&c, r, &valid)).littleEndian
    }
    if count - fourth > shortest {
      unsafe out[fourth + shortest] = ID(truncatingIfNeeded: next(&d, s, &valid)).littleEndian
    }
    return valid >> 31 == 1 && (a, b, c, d) == (ends[1], ends[2], ends[3], ends[4])
  }

  /// The token whose code is at `place`, which moves past it. Where the list of `previous` does not have the rank, the top bit
  /// of `valid` is taken away, and the token is some other.
  @inline(__always)
  private func next(_ place: inout Int, _ previous: UInt32, _ valid: inout UInt32) -> UInt32 {
    let first = unsafe UInt32(content[place])
    place &+= 1
    if first < SuccessorLists.ranks {
      let list = unsafe lists[Int(previous)]
      // Negative where the list has the rank.
      valid &= first &- list & 0xff
      return unsafe UInt32(ids[Int(list >> 8 &+ first)])
    }
    if first < SuccessorLists.literal {
      let number = unsafe (Int(first) &- SuccessorLists.ranks) << 8 | Int(content[place])
      place &+= 1
      return unsafe UInt32(ids[number])
    }
    let literal = unsafe UnsafeRawPointer(content + place).loadUnaligned(as: ID.self)
    place &+= MemoryLayout<ID>.size
    return unsafe UInt32(min(UInt64(ID(littleEndian: literal)), UInt64(missing)))
  }
}
