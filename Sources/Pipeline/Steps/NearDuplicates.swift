/// Groups documents that share a band's key, directly or through others, and finds the first of each group.
///
/// Keys are sorted on the disk; groups are kept as a forest (union-find, Tarjan 1975) of 4 bytes a document whose roots are the groups' first documents.
final class NearDuplicates {
  private static let blockLength = 1_024

  private let keys: RecordSorter<SIMD2<UInt64>>
  /// Where each document begins, in the corpus' order.
  private let places: RecordFile<SIMD2<UInt64>>
  private var heldPlaces: [SIMD2<UInt64>] = []
  private var parents: [UInt32] = []

  init(folder: String, memory: Int) {
    keys = RecordSorter(folder: folder, name: "encode.bands", memory: memory)
    places = RecordFile(folder: folder, name: "encode.documents")
  }

  /// Takes a document. Those of one place follow each other.
  ///
  /// - Throws: ``PipelineError/tooManyDocuments(limit:)`` beyond 2^32.
  func add(_ print: DuplicateSearch.Fingerprint) throws(PipelineError) {
    guard let number = UInt32(exactly: parents.count) else { throw .tooManyDocuments(limit: 1 << 32) }
    parents.append(number)
    heldPlaces.append(SIMD2(UInt64(print.place.source), UInt64(print.place.offset)))
    if heldPlaces.count == Self.blockLength {
      try places.append(heldPlaces[...])
      heldPlaces.removeAll(keepingCapacity: true)
    }
    for key in print.bands { try keys.append(SIMD2(key, UInt64(number))) }
  }

  /// Calls `body` with each document that is not the first of its group, and that first one.
  func finish(
    isCancelled: () -> Bool, _ body: (DocumentPlace, DocumentPlace) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    var before: SIMD2<UInt64>?
    try keys.finish(isCancelled: isCancelled) { record throws(PipelineError) in
      if let before, before[0] == record[0] { join(Int(before[1]), Int(record[1])) }
      before = record
    }
    var cache: (block: Int, places: [SIMD2<UInt64>]) = (-1, [])
    var firsts = cache
    for number in parents.indices {
      let root = root(number)
      guard root != number else { continue }
      try body(try place(number, &cache), try place(root, &firsts))
    }
  }

  private func place(
    _ number: Int, _ cache: inout (block: Int, places: [SIMD2<UInt64>])
  ) throws(PipelineError) -> DocumentPlace {
    let (block, rest) = number.quotientAndRemainder(dividingBy: Self.blockLength)
    if cache.block != block {
      cache = (block, block < places.blocks.count ? try places.read(block) : heldPlaces)
    }
    return DocumentPlace(source: Int(cache.places[rest][0]), offset: Int(cache.places[rest][1]))
  }

  private func root(_ number: Int) -> Int {
    var number = number
    while Int(parents[number]) != number {
      parents[number] = parents[Int(parents[number])]
      number = Int(parents[number])
    }
    return number
  }

  /// The lower root stays one: so the outcome does not depend on the order of joining.
  private func join(_ a: Int, _ b: Int) {
    let (a, b) = (root(a), root(b))
    if a < b { parents[b] = UInt32(a) } else { parents[a] = UInt32(b) }
  }
}
