/// Turns the content of a frame of codec 1 into ids.
///
/// What comes next depends on what came before, so that one stream waits for memory most of the time: four of a frame's
/// sixteen are decoded side by side, all that a window of a thousand tokens needs. Branches tell the codes apart, though they are
/// often mispredicted: behind a frequent id the processor goes on before it knows what came before, which without a branch it
/// cannot. Of a frame and a table from anywhere nothing outside of either is read: the tables are large enough for every byte
/// that can come, and so is what lies behind the content.
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

  /// Streams of a frame.
  static let streams = 16
  /// Streams that are decoded side by side, so that as many loads are under way.
  static let group = 4
  /// Bytes of the field with the sizes of the streams but the last.
  static let sizesSize = 2 * (streams - 1)

  /// How many bytes must lie behind the content: what a stream can take beyond its end before that is noticed.
  package static let padding = 5 * (ShardFormat.frameTokens / streams + 1) + 8

  /// Where the tokens of a stream begin in a frame of `count`.
  static func start(_ stream: Int, of count: Int) -> Int { stream * count / streams }

  /// The stream that has a token of a frame of `count`: the last that begins at or before it.
  static func stream(of token: Int, in count: Int) -> Int { ((token + 1) * streams - 1) / count }

  /// Writes the `count` ids of a frame to `ids` from `start`; false where the content is not what an encoder writes.
  ///
  /// - Preconditions: as of ``decode(from:of:size:count:into:at:)``.
  package func decode(
    _ content: [UInt8], size: Int, count: Int, into ids: inout [UInt32], at start: Int = 0
  ) -> Bool {
    for first in stride(from: 0, to: Self.streams, by: Self.group) {
      guard decode(from: first, of: content, size: size, count: count, into: &ids, at: start) else {
        return false
      }
    }
    return true
  }

  /// Writes the ids of the four streams from `first` on to their places in a frame that begins at `start` of `ids`; false where
  /// these streams are not what an encoder writes.
  ///
  /// - Preconditions: there are four such streams, the content has ``padding`` bytes more than `size`, a frame has at most 8,192
  ///   tokens, and there is room for them.
  func decode(
    from first: Int, of content: [UInt8], size: Int, count: Int, into ids: inout [UInt32], at start: Int
  ) -> Bool {
    precondition(
      0...Self.streams - Self.group ~= first && content.count >= size + Self.padding
        && 0...ShardFormat.frameTokens ~= count && 0...ids.count - count ~= start, "there must be room")
    guard let ends = Self.ends(from: first, of: content, size: size) else { return false }
    return unsafe content.withUnsafeBufferPointer { content in
      unsafe ids.withUnsafeMutableBufferPointer { ids in
        narrow.isEmpty
          ? unsafe wide.withUnsafeBufferPointer {
            unsafe decode(first, ends, content.baseAddress!, count, $0.baseAddress!, ids.baseAddress! + start)
          }
          : unsafe narrow.withUnsafeBufferPointer {
            unsafe decode(first, ends, content.baseAddress!, count, $0.baseAddress!, ids.baseAddress! + start)
          }
      }
    }
  }

  /// Where four streams begin in the content, and where the last of them ends; nil where that is beyond its end.
  private static func ends(from first: Int, of content: [UInt8], size: Int) -> InlineArray<5, Int>? {
    var ends = InlineArray<5, Int>(repeating: 0)
    var end = sizesSize
    for stream in 0..<first + group {
      guard end <= size else { return nil }
      if stream >= first { ends[stream - first] = end }
      end = stream == streams - 1 ? size : end + Int(content.span.littleEndian(at: 2 * stream) as UInt16)
    }
    ends[group] = end
    return end <= size ? ends : nil
  }

  @inline(__always)
  private func decode<ID: FixedWidthInteger & UnsignedInteger>(
    _ first: Int, _ ends: InlineArray<5, Int>, _ content: UnsafePointer<UInt8>, _ count: Int,
    _ known: UnsafePointer<ID>, _ ids: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    unsafe lists.withUnsafeBufferPointer { lists in
      let tables = unsafe Tables(
        content: content, lists: lists.baseAddress!, ids: known, missing: UInt32(vocabularySize))
      return unsafe tables.decode(first, ends, count, to: ids)
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
  func decode(_ first: Int, _ ends: InlineArray<5, Int>, _ count: Int, to frame: UnsafeMutablePointer<UInt32>)
    -> Bool
  {
    func start(_ number: Int) -> Int { SuccessorDecoder.start(first + number, of: count) }
    let out = unsafe (frame + start(0), frame + start(1), frame + start(2), frame + start(3))
    var (a, b, c, d) = (ends[0], ends[1], ends[2], ends[3])
    var (p, q, r, s) = unsafe (missing, missing, missing, missing)
    // The top bit stays as long as every list has the ranks that are looked up in it, and every id is in the vocabulary.
    var valid = UInt32.max
    let shortest = count / SuccessorDecoder.streams
    for index in 0..<shortest {
      p = unsafe next(&a, p, &valid)
      q = unsafe next(&b, q, &valid)
      r = unsafe next(&c, r, &valid)
      s = unsafe next(&d, s, &valid)
      unsafe out.0[index] = p
      unsafe out.1[index] = q
      unsafe out.2[index] = r
      unsafe out.3[index] = s
    }
    // Where the tokens are no multiple of the streams, some have one more.
    if start(1) - start(0) > shortest { unsafe out.0[shortest] = next(&a, p, &valid) }
    if start(2) - start(1) > shortest { unsafe out.1[shortest] = next(&b, q, &valid) }
    if start(3) - start(2) > shortest { unsafe out.2[shortest] = next(&c, r, &valid) }
    if start(4) - start(3) > shortest { unsafe out.3[shortest] = next(&d, s, &valid) }
    return valid >> 31 == 1 && (a, b, c, d) == (ends[1], ends[2], ends[3], ends[4])
  }

  /// The token whose code is at `place`, which moves past it. Where the list of `previous` does not have the rank, or the
  /// vocabulary the id, the top bit of `valid` is taken away, and the token is some other.
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
    let id: UInt32
    if first < SuccessorLists.literal {
      let number = unsafe (Int(first) &- SuccessorLists.ranks) << 8 | Int(content[place])
      place &+= 1
      id = unsafe UInt32(ids[number])
    } else {
      let literal = unsafe UnsafeRawPointer(content + place).loadUnaligned(as: ID.self)
      place &+= MemoryLayout<ID>.size
      id = unsafe UInt32(min(UInt64(ID(littleEndian: literal)), UInt64(missing)))
    }
    unsafe valid &= id &- missing
    return id
  }
}
