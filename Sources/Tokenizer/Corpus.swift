/// The different words of a corpus, as tokens that merges make longer.
///
/// Every byte of every word has a place, and so has the border between two words. A token writes its id into the places
/// of its first and of its last byte, so that both neighbours of a token are found without following links; the places
/// between belong to no token. Words are in order of how often they occur (``WordLayout``), so that this needs no place
/// beside each.
@safe struct Corpus: ~Copyable {
  /// In a place between words.
  static var border: UInt32 { .max }
  /// In a place inside a token.
  private static var inside: UInt32 { .max - 1 }

  let count: Int
  private let places: UnsafeMutablePointer<UInt32>
  /// Where words begin that occur less often than those before, and how often they occur.
  private let runs: [(start: UInt32, weight: Int64)]
  /// For each 32 places the run that the first one is in.
  private var runOf: [UInt32] = []
  /// By token.
  private var lengths: [UInt32]
  /// Where the next word of each weight goes.
  private var ends: [Int64: Int] = [:]

  /// A corpus whose words are yet to be added: just those that the layout counted, in any order.
  ///
  /// - Parameter lengths: the bytes of each token that words are made of
  /// - Throws: ``TokenizerError/corpusTooLarge(bytes:)``
  init(_ layout: consuming WordLayout, lengths: [UInt32]) throws(TokenizerError) {
    guard layout.places < Int(Self.inside) else { throw .corpusTooLarge(bytes: layout.places) }
    count = layout.places
    self.lengths = lengths
    unsafe places = .allocate(capacity: count)
    runs = layout.runs.map { (UInt32($0.start), $0.weight) }
    for run in runs { ends[run.weight] = Int(run.start) }
    unsafe places[count - 1] = Self.border
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

  /// Makes room for a word and writes the border before it; returns where its first byte goes.
  @inline(__always)
  private mutating func makeRoom(length: Int, weight: Int64) -> Int {
    guard let place = ends[weight], place + 1 + length < count else {
      preconditionFailure("the words are those that were laid out")
    }
    ends[weight] = place + 1 + length
    unsafe places[place] = Self.border
    return place + 1
  }

  /// Adds a word as single bytes.
  ///
  /// - Parameter ids: the token of each byte
  mutating func add(_ word: Span<UInt8>, weight: Int64, ids: [UInt32]) {
    let place = makeRoom(length: word.count, weight: weight)
    for index in word.indices { unsafe places[place + index] = ids[Int(word[index])] }
  }

  /// Adds a word that was encoded.
  mutating func add(tokens: [UInt32], weight: Int64) {
    var place = makeRoom(length: tokens.reduce(0) { $0 + Int(length(of: $1)) }, weight: weight)
    for token in tokens {
      let end = place + Int(length(of: token))
      for inner in place..<end { unsafe places[inner] = Self.inside }
      unsafe places[place] = token
      unsafe places[end - 1] = token
      place = end
    }
  }

  /// Tokens so far.
  var tokenCount: Int { lengths.count }

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
