internal import CHints
internal import Glibc

/// Memory from the system, all zeros: pages that are not touched take none, and large runs are asked to be of huge pages,
/// which are cleared four times as fast and cost less to find.
///
/// Unchecked: whoever has the value has the memory alone.
@safe struct Pages: ~Copyable, @unchecked Sendable {
  private(set) var start: UnsafeMutableRawPointer
  private(set) var byteCount: Int

  private static let hugePage = 2 << 20

  /// - Parameter bytes: what is needed at least
  init(bytes: Int) {
    byteCount = Self.rounded(bytes)
    unsafe start = Self.map(byteCount)
  }

  deinit { unsafe _ = munmap(start, byteCount) }

  /// Makes room for `bytes`. What was there moves without being copied.
  mutating func grow(to bytes: Int) {
    let grown = Self.rounded(bytes)
    let place = unsafe Self.map(grown)
    let moved = unsafe chints_move_pages(start, byteCount, grown, place)
    guard unsafe moved == place else { fatalError("there is no memory for \(grown) bytes") }
    unsafe start = place
    byteCount = grown
    unsafe Self.advise(start, byteCount)
  }

  /// Has all pages cleared now.
  func touch() {
    for place in stride(from: 0, to: byteCount, by: 4_096) { unsafe chints_touch(start + place) }
  }

  private static func rounded(_ bytes: Int) -> Int {
    let page = bytes >= hugePage ? hugePage : 4_096
    return (max(bytes, 1) + page - 1) & ~(page - 1)
  }

  private static func map(_ bytes: Int) -> UnsafeMutableRawPointer {
    // Huge pages need a place that is a multiple of theirs: what is reserved before and after it is given back.
    let spare = bytes >= hugePage ? hugePage : 0
    let place = unsafe mmap(
      nil, bytes + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let place = unsafe place, unsafe place != MAP_FAILED else {
      // Not a trap: release builds, too, should say why they end.
      fatalError("there is no memory for \(bytes) bytes")
    }
    guard spare > 0 else { return unsafe place }
    let before = -Int(bitPattern: place) & (hugePage - 1)
    let start = unsafe place + before
    if before > 0 { unsafe _ = munmap(place, before) }
    if before < spare { unsafe _ = munmap(start + bytes, spare - before) }
    unsafe advise(start, bytes)
    return unsafe start
  }

  private static func advise(_ start: UnsafeMutableRawPointer, _ bytes: Int) {
    if bytes >= hugePage { unsafe _ = madvise(start, bytes, 14 /* MADV_HUGEPAGE */) }
  }
}
