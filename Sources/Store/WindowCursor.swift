internal import Basics

/// A walk over the windows of one split, epoch after epoch, a row at a time.
///
/// The place is kept in tokens: windows that were begun, times the tokens of a window, and what was taken of the next one.
/// So rows may get another length anywhere. Within an epoch the windows stay as long as they were when it began; shorter
/// rows take a window in several pieces, and longer ones are padded. Each token is still a target once. The
/// next epoch's windows are as long as its rows.
struct WindowCursor {
  let tokenCount: Int
  private(set) var place: LoaderState.Place
  private let shuffle: Shuffle
  private let seed: UInt64
  private let rootHash: Digest
  private var sampler: WindowSampler

  /// At the start of epoch 0.
  init(tokenCount: Int, contextLength: Int, shuffle: Shuffle, seed: UInt64, rootHash: Digest) {
    self.tokenCount = tokenCount
    self.shuffle = shuffle
    self.seed = seed
    self.rootHash = rootHash
    place = LoaderState.Place(epoch: 0, token: 0, contextLength: contextLength)
    sampler = WindowSampler(
      tokenCount: tokenCount, contextLength: contextLength, shuffle: shuffle, seed: seed, epoch: 0,
      rootHash: rootHash)
  }

  /// Windows in this epoch.
  var windowCount: Int { sampler.windowCount }

  /// Passes over the split so far.
  var passes: Double {
    Double(place.epoch) + Double(place.token / place.contextLength) / Double(sampler.windowCount)
  }

  /// The targets of the next row of up to `length` tokens; goes on behind them.
  mutating func next(_ length: Int) -> Range<Int> {
    let range = targets(length)
    advance(past: range, length)
    return range
  }

  /// Goes on behind the next row without saying where it is.
  mutating func skip(_ length: Int) {
    if length >= place.contextLength, place.token % place.contextLength == 0 {
      finishWindow(length)
    } else {
      advance(past: targets(length), length)
    }
  }

  private func targets(_ length: Int) -> Range<Int> {
    let (position, offset) = place.token.quotientAndRemainder(dividingBy: place.contextLength)
    let start = sampler.window(at: position) * place.contextLength
    let end = min(start + place.contextLength, tokenCount)
    return min(start + offset, end)..<min(start + offset + length, end)
  }

  private mutating func advance(past range: Range<Int>, _ length: Int) {
    if range.upperBound == tokenCount || range.upperBound % place.contextLength == 0 {
      finishWindow(length)
    } else {
      place.token += range.count
    }
  }

  private mutating func finishWindow(_ length: Int) {
    let position = place.token / place.contextLength + 1
    guard position == sampler.windowCount else {
      place.token = position * place.contextLength
      return
    }
    go(to: LoaderState.Place(epoch: place.epoch + 1, token: 0, contextLength: length))
  }

  private mutating func go(to place: LoaderState.Place) {
    self.place = place
    sampler = WindowSampler(
      tokenCount: tokenCount, contextLength: place.contextLength, shuffle: shuffle, seed: seed,
      epoch: place.epoch, rootHash: rootHash)
  }

  /// Goes to a place that was saved, for rows of `length` tokens; false where there is none such.
  mutating func restore(_ place: LoaderState.Place, _ length: Int) -> Bool {
    var other = self
    var place = place
    if place.token == 0 { place.contextLength = length }
    other.go(to: place)
    guard place.token / place.contextLength < other.sampler.windowCount, !other.targets(1).isEmpty else {
      return false
    }
    self = other
    return true
  }
}
