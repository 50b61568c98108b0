/// The different words of a corpus, as tokens that merges make longer.
///
/// Every byte of every word has a place, and so has the border between two words. A token writes its id into the places
/// of its first and of its last byte, so that both neighbours of a token are found without following links; the places
/// between belong to no token. Words are in order of how often they occur.
@safe struct Corpus: ~Copyable {
  /// In a place between words.
  static var border: UInt32 { .max }
  /// In a place inside a token.
  private static var inside: UInt32 { .max - 1 }

  let count: Int
  private let places: UnsafeMutablePointer<UInt32>
  /// Where words begin that occur less often than those before, and how often they occur.
  private var runs: [(start: UInt32, weight: Int64)] = []
  /// For each 32 places the run that the first one is in.
  private var runOf: [UInt32] = []
  /// By token.
  private var lengths: [UInt32]

  /// - Parameter ids: the token of each byte
  init(_ counts: consuming PretokenCounts, ids: [UInt32]) throws(TokenizerError) {
    var words: [(weight: Int64, place: UInt32, length: UInt32)] = []
    words.reserveCapacity(counts.distinctCount)
    var texts: [UInt8] = []
    var bytes = 0
    unsafe counts.forEach { pretoken, weight in
      bytes += pretoken.count + 1
      guard bytes < Int(Self.inside) else { return }
      words.append((weight, UInt32(texts.count), UInt32(pretoken.count)))
      unsafe texts.append(contentsOf: pretoken)
    }
    _ = consume counts
    guard bytes < Int(Self.inside) else { throw .corpusTooLarge(bytes: bytes) }
    words.sort { $0.weight > $1.weight }
    count = bytes + 1
    lengths = [UInt32](repeating: 1, count: 256)
    unsafe places = .allocate(capacity: count)
    var place = 0
    for word in words {
      if runs.last?.weight != word.weight { runs.append((UInt32(place), word.weight)) }
      unsafe places[place] = Self.border
      for index in 0..<Int(word.length) {
        unsafe places[place + 1 + index] = ids[Int(texts[Int(word.place) + index])]
      }
      place += 1 + Int(word.length)
    }
    unsafe places[place] = Self.border
    fillRunOf()
  }

  deinit { unsafe places.deallocate() }

  private mutating func fillRunOf() {
    var run = 0
    for start in stride(from: 0, to: count, by: 32) {
      while run + 1 < runs.count, runs[run + 1].start <= start { run += 1 }
      runOf.append(UInt32(run))
    }
  }

  /// How often the word at a place occurs.
  @inline(__always)
  func weight(at place: UInt32) -> Int64 {
    var run = Int(runOf[Int(place) / 32])
    while run + 1 < runs.count, runs[run + 1].start <= place { run += 1 }
    return runs[run].weight
  }

  /// What is written in a place.
  @inline(__always)
  subscript(place: UInt32) -> UInt32 { unsafe places[Int(place)] }

  @inline(__always)
  func length(of token: UInt32) -> UInt32 { lengths[Int(token)] }

  /// Whether `left` still begins at the place, where it once did, and `right` follows it.
  @inline(__always)
  func has(_ left: UInt32, _ right: UInt32, at place: UInt32) -> Bool {
    // No longer token can end at this place and have the id of `left`: if `left` has more bytes than one, the next
    // place belongs to the same token; if it has one, longer tokens have other ids.
    self[place] == left && self[place + length(of: left)] == right
  }

  /// Numbers the token that a merge will make.
  mutating func add(_ left: UInt32, _ right: UInt32) -> UInt32 {
    lengths.append(length(of: left) + length(of: right))
    return UInt32(lengths.count - 1)
  }

  /// Puts `token` in the place of the two tokens that begin at `place`.
  @inline(__always)
  mutating func merge(at place: UInt32, _ left: UInt32, _ right: UInt32, into token: UInt32) {
    let middle = place + length(of: left), end = middle + length(of: right)
    unsafe places[Int(middle) - 1] = Self.inside
    unsafe places[Int(middle)] = Self.inside
    unsafe places[Int(place)] = token
    unsafe places[Int(end) - 1] = token
  }
}
