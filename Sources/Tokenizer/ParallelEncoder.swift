internal import Basics
internal import Synchronization

/// Turns many documents into tokens with several threads. What comes out is the same for any number of them.
///
///     var encoder = ParallelEncoder(tokenizer, threads: 8)
///     let encoded = try encoder.encode(documents)
///     encoded.tokens        // of all documents, one after another
///     encoded[3]            // of document 3
///
/// Each thread has an ``Encoder`` of its own, which remembers what it met from call to call, and takes one share of about 64 KiB of text after
/// another: neither large documents nor many small ones leave a thread without work, and none ever waits for another.
/// Documents larger than a share are cut where that changes no token.
public struct ParallelEncoder: ~Copyable {
  private let tokenizer: Tokenizer
  private let pool: ThreadPool
  private let workers: [DocumentWorker]

  /// - Parameters:
  ///   - threads: at least one
  ///   - cacheBytes: as for an ``Encoder``, for each thread
  public init(_ tokenizer: Tokenizer, threads: Int, cacheBytes: Int = Encoder.defaultCacheBytes) {
    self.tokenizer = tokenizer
    pool = ThreadPool(threads: threads)
    workers = (0..<pool.threads).map { _ in DocumentWorker(tokenizer, cacheBytes: cacheBytes) }
  }

  /// The tokens of all documents.
  ///
  /// - Throws: ``TokenizerError/inDocument(_:_:)`` with the first document that cannot be encoded, and
  ///   ``TokenizerError/unknownSpecialToken(_:)``.
  public mutating func encode(_ documents: [[UInt8]], special: SpecialTokenPolicy = .ordinary)
    throws(TokenizerError) -> EncodedDocuments
  {
    let names = try SpecialTokenSearch(tokenizer, special)
    let shares = DocumentShares(documents, names, tokenizer.pattern)
    let next = Atomic<Int>(0)
    pool.run(parts: workers.count) { part in
      workers[part].begin()
      while true {
        let share = next.add(1, ordering: .relaxed).oldValue
        guard share < shares.count, workers[part].encode(share, of: shares, documents, special) else { break }
      }
    }
    if let failure = workers.compactMap(\.failure).min(by: { $0.share < $1.share }) {
      throw .inDocument(failure.document, failure.error)
    }
    return join(shares, documents: documents.count)
  }

  /// Puts the shares together in order, with several threads.
  private func join(_ shares: DocumentShares, documents: Int) -> EncodedDocuments {
    var finished: [(worker: Int, share: EncodedShare)] = []
    for (number, worker) in workers.enumerated() { finished += worker.shares.map { (number, $0) } }
    finished.sort { $0.share.number < $1.share.number }
    var ends = [Int](repeating: 0, count: documents)
    var places: [Int] = [], total = 0
    for (_, share) in finished {
      places.append(total)
      // Of a document in several pieces, the last one says where it ends.
      for (piece, end) in zip(shares[share.number], share.ends) { ends[piece.document] = total + end }
      total += share.tokens.count
    }
    let tokens = unsafe [TokenID](unsafeUninitializedCapacity: total) { output, count in
      let start = output.baseAddress
      pool.run(parts: workers.count) { part in
        for index in stride(from: part, to: finished.count, by: workers.count) {
          let (worker, share) = finished[index]
          unsafe workers[worker].copy(share.tokens, to: start! + places[index])
        }
      }
      count = total
    }
    return EncodedDocuments(tokens: tokens, ends: ends)
  }
}

/// The tokens of some documents.
public struct EncodedDocuments: Sendable, Equatable {
  /// Of all documents, one after another.
  public let tokens: [TokenID]
  /// Where the tokens of each document end.
  public let ends: [Int]

  /// The number of documents.
  public var count: Int { ends.count }

  /// The tokens of one document.
  public subscript(document: Int) -> ArraySlice<TokenID> {
    tokens[(document == 0 ? 0 : ends[document - 1])..<ends[document]]
  }
}
