import Basics
import Store

/// Codec 1 as docs/shard-format.md has it, slowly: the judge of the fast encoder and decoder.
struct ReferenceCodec {
  var frequent: [UInt32] = []
  /// By id.
  var lists: [[UInt32]] = []

  init(frequent: [UInt32], lists: [[UInt32]]) {
    self.frequent = frequent
    self.lists = lists
  }

  /// Made up: some ids are frequent, and some have lists of any length.
  init(vocabularySize: Int, using random: inout SplitMix64) {
    let ids = (0..<UInt32(vocabularySize)).shuffled(using: &random)
    let most = min(vocabularySize, 24_320)
    let count = vocabularySize == 65_536 ? most : Int.random(in: 0...most, using: &random)
    frequent = Array(ids.prefix(count))
    for start in stride(from: 0, to: frequent.count, by: 256) {
      frequent[start..<min(start + 256, frequent.count)].sort()
    }
    lists = [[UInt32]](repeating: [], count: vocabularySize)
    let places = places
    for _ in 0..<min(vocabularySize, 300) {
      let id = Int.random(in: 0..<vocabularySize, using: &random)
      let length = Int.random(in: 0...min(160, vocabularySize), using: &random)
      var list = Array(ids.shuffled(using: &random).prefix(length))
      var start = 4
      for size in [4, 8, 16, 32, 64, 32] where start < length {
        list[start..<min(start + size, length)].sort { places[Int($0)] < places[Int($1)] }
        start += size
      }
      lists[id] = list
    }
  }

  var places: [Int] {
    let isFrequent = Set(frequent)
    let rest = (0..<UInt32(lists.count)).filter { !isFrequent.contains($0) }
    var places = [Int](repeating: 0, count: lists.count)
    for (place, id) in (frequent + rest).enumerated() { places[Int(id)] = place }
    return places
  }

  var table: SuccessorLists {
    SuccessorLists(
      frequent: frequent, lengths: lists.map { UInt8($0.count) }, successors: lists.flatMap(\.self))
  }

  /// The codes of each stream, by the first rule that says the token.
  func encode(_ tokens: [UInt32], width: Int) -> [UInt8] {
    let streams = (0..<16).map { stream -> [UInt8] in
      var bytes: [UInt8] = []
      var previous: UInt32?
      for token in tokens[stream * tokens.count / 16..<(stream + 1) * tokens.count / 16] {
        if let rank = previous.flatMap({ lists[Int($0)].firstIndex(of: token) }) {
          bytes.append(UInt8(rank))
        } else if let number = frequent.firstIndex(of: token) {
          bytes += [UInt8(160 + number / 256), UInt8(number % 256)]
        } else {
          bytes += [255] + Reference.bytes(UInt64(token), width)
        }
        previous = token
      }
      return bytes
    }
    return streams.prefix(15).flatMap { Reference.bytes(UInt64($0.count), 2) } + streams.flatMap(\.self)
  }

  /// The tokens of a content, or an error where it breaks a rule of the page.
  func decode(_ content: [UInt8], count: Int, width: Int) throws -> [UInt32] {
    func require(_ condition: Bool) throws { try ReferenceShard.require(condition, "the codes of codec 1") }
    try require(content.count >= 30)
    var tokens: [UInt32] = []
    var place = 30
    for stream in 0..<16 {
      let size =
        stream < 15 ? Int(Reference.number(content[2 * stream..<2 * stream + 2])) : content.count - place
      let end = place + size
      try require(size >= 0 && end <= content.count)
      var previous: UInt32?
      for _ in stream * count / 16..<(stream + 1) * count / 16 {
        try require(place < end)
        let first = Int(content[place])
        let length = first < 160 ? 1 : first < 255 ? 2 : 1 + width
        try require(place + length <= end)
        if first < 160 {
          let list = previous.map { lists[Int($0)] } ?? []
          try require(first < list.count)
          previous = list[first]
        } else if first < 255 {
          let number = 256 * (first - 160) + Int(content[place + 1])
          try require(number < frequent.count)
          previous = frequent[number]
        } else {
          previous = UInt32(Reference.number(content[place + 1..<place + 1 + width]))
          try require(Int(previous!) < lists.count)
        }
        tokens.append(previous!)
        place += length
      }
      try require(place == end)
    }
    return tokens
  }
}

extension ReferenceCodec {
  /// Reads a codec table's file.
  init(file: [UInt8]) throws {
    func require(_ condition: Bool) throws { try ReferenceShard.require(condition, "the codec table") }
    try require(file.prefix(12) == Array("TESSTBL\n".utf8) + [1, 0, 0, 0])
    func field(_ offset: Int) -> Int { Int(Reference.number(file[offset..<offset + 4])) }
    let content = try Zstd.unpack(Array(file[32...]))
    var place = 0
    func number() -> Int {
      var (value, shift) = (0, 0)
      repeat {
        value |= Int(content[place] & 127) << shift
        shift += 7
        place += 1
      } while content[place - 1] > 127
      return value
    }
    func ascending(_ count: Int) -> [Int] {
      var numbers: [Int] = []
      for _ in 0..<count { numbers.append(number() + (numbers.last.map { $0 + 1 } ?? 0)) }
      return numbers
    }
    while frequent.count < field(16) {
      frequent += ascending(min(256, field(16) - frequent.count)).map { UInt32($0) }
    }
    let lengths = content[place..<place + field(12)].map { Int($0) }
    place += field(12)
    let isFrequent = Set(frequent)
    let order = frequent + (0..<UInt32(field(12))).filter { !isFrequent.contains($0) }
    for length in lengths {
      var list: [Int] = []
      for _ in 0..<min(4, length) { list.append(number()) }
      for size in [4, 8, 16, 32, 64, 32] { list += ascending(max(0, min(size, length - list.count))) }
      lists.append(list.map { order[$0] })
    }
    try require(place == content.count && lengths.reduce(0, +) == field(20))
  }
}
