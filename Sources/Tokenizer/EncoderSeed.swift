/// What encoders begin with: the tokens of every short pretoken that is itself in the vocabulary.
///
/// Unchecked: nothing changes after `init`; encoders copy it.
final class EncoderSeed: @unchecked Sendable {
  let cache: PretokenCache

  /// A token's own bytes need not become that token: merges of other pairs may come first.
  init(_ tokenizer: Tokenizer.Storage) {
    let vocabulary = tokenizer.vocabulary
    let ids = tokenizer.ordinaryTokens
    let isItself = tokenizer.takesWholeTokens ? nil : tokenizer.reachability()
    var cache = PretokenCache(entries: ids.count, vocabularySize: vocabulary.count)
    var merger = ShortMerger(tokenizer.merges)
    unsafe withUnsafeTemporaryAllocation(of: TokenID.self, capacity: PretokenKey.longest) { room in
      let room = room.baseAddress!
      for id in ids where vocabulary.length(of: id) <= PretokenKey.longest {
        let bytes = unsafe vocabulary.pointer(to: id)
        unsafe room[0] = TokenID(id)
        let count =
          unsafe isItself?[id] ?? true
          ? 1 : merger.merge(bytes.baseAddress!, count: bytes.count, into: room)
        let key = unsafe PretokenKey(bytes.baseAddress!, count: bytes.count)
        unsafe cache.insert(key, UnsafeBufferPointer(start: room, count: count))
      }
    }
    self.cache = cache
  }
}
