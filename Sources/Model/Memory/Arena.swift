internal import Glibc

/// One large piece of memory, zero at first, from which everything of one kind is cut: all parameters, or all
/// activations. Reserving it costs nothing; pages are taken when they are first written.
///
/// The arena asks for huge pages, which are worth a tenth of the time of a step.
@safe package final class Arena {
  package let values: Floats
  private let start: UnsafeMutableRawPointer
  private let byteCount: Int

  /// - Throws: ``ModelError/memory(bytes:purpose:)``
  package init(floats: Int, for purpose: String) throws(ModelError) {
    let hugePage = 2 << 20
    // Room to start at a huge page wherever the system puts it.
    byteCount = (floats * 4 + 2 * hugePage - 1) / hugePage * hugePage
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let start = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
      unsafe start != UnsafeMutableRawPointer(bitPattern: -1)
    else { throw .memory(bytes: floats * 4, purpose: purpose) }
    unsafe self.start = start
    let address = (UInt(bitPattern: start) + UInt(hugePage) - 1) / UInt(hugePage) * UInt(hugePage)
    let aligned = unsafe UnsafeMutableRawPointer(bitPattern: address)!
    _ = unsafe madvise(aligned, floats * 4, MADV_HUGEPAGE)
    values = unsafe Floats(aligned.bindMemory(to: Float.self, capacity: floats), count: floats)
  }

  deinit { unsafe munmap(start, byteCount) }
}
