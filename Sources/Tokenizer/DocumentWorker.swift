/// Where the tokens of a share are.
struct EncodedShare {
  let number: Int
  /// In the buffer of the thread that made them.
  var tokens: Range<Int>
  /// Where those of each piece end, counted from the share's first.
  var ends: [Int] = []
}

/// What one thread of a ``ParallelEncoder`` works with.
///
/// Unchecked: each thread uses its own, and others only read it when all work is done.
final class DocumentWorker: @unchecked Sendable {
  private var encoder: Encoder
  private var tokens = TokenBuffer()
  private(set) var shares: [EncodedShare] = []
  private(set) var failure: (share: Int, document: Int, error: TokenizerError)?

  init(_ tokenizer: Tokenizer, cacheBytes: Int) { encoder = Encoder(tokenizer, cacheBytes: cacheBytes) }

  func begin() {
    tokens.removeAll()
    shares.removeAll()
    failure = nil
  }

  /// Encodes one share; false where a document is refused. As shares are taken in order and each is looked at up to its first
  /// failure, the earliest of all threads' failures is the first there is.
  func encode(
    _ number: Int, of all: DocumentShares, _ documents: [[UInt8]], _ special: SpecialTokenPolicy
  ) -> Bool {
    var share = EncodedShare(number: number, tokens: tokens.count..<tokens.count)
    let start = tokens.count
    for piece in all[number] {
      let document = documents[piece.document]
      do throws(TokenizerError) {
        try encoder.encode(
          document.span.extracting(piece.bytes), special: special, into: &tokens)
      } catch .specialTokenInText(let name, let offset) {
        failure = (number, piece.document, .specialTokenInText(name, offset: piece.bytes.lowerBound + offset))
        return false
      } catch {
        failure = (number, piece.document, error)
        return false
      }
      share.ends.append(tokens.count - start)
    }
    share.tokens = start..<tokens.count
    shares.append(share)
    return true
  }

  @unsafe func copy(_ range: Range<Int>, to output: UnsafeMutablePointer<TokenID>) {
    tokens.withTokens({ narrow in
      for place in 0..<range.count {
        unsafe (output + place).initialize(to: TokenID(narrow[range.lowerBound + place]))
      }
    }) { wide in
      unsafe wide.extracting(range).withUnsafeBufferPointer { tokens in
        guard let source = tokens.baseAddress else { return }
        unsafe output.initialize(from: source, count: tokens.count)
      }
    }
  }
}
