package import Basics
internal import Store
internal import Synchronization
package import Tokenizer

/// Counts of pretokens on the disk, for which memory has no room.
///
/// They lie in one temporary file, run after run. A run is
///
/// | bytes | what |
/// |---|---|
/// | any | records, in the order of their pretokens' bytes, no pretoken twice: the pretoken's length as a ``Varint``, its bytes, and how often it was counted as a ``Varint`` |
/// | 8 | the number of records, little-endian |
/// | 8 | XXH64 of all of the run before this, little-endian |
///
/// Where runs lie is only known here. The file, a ``NamelessFile``, is made when the first run is written.
/// Threads may write runs at the same time: each waits for the one before.
package final class CountsSpill: Sendable {
  /// Open as long as it is there.
  private final class Storage {
    let file: File
    init(_ file: consuming File) { self.file = file }
  }

  private struct State {
    /// Made when it is first needed.
    var storage: Storage?
    var runs: [Range<Int>] = []
    var end = 0
  }
  private let state: Mutex<State>
  private let folder: String
  /// About how much memory reading back may take.
  private let limit: Int

  private static let name = "bpe-train.counts"

  /// A file in `folder`, or where that is not there, in the first folder above it that is.
  package init(folder: String, limit: Int) {
    state = Mutex(State())
    self.folder = folder
    self.limit = limit
  }

  /// - Parameter file: empty, open for writing and reading
  package init(_ file: consuming sending File, limit: Int) {
    folder = Path.parent(file.path)
    state = Mutex(State(storage: Storage(file)))
    self.limit = limit
  }

  package var runCount: Int { state.withLock { $0.runs.count } }

  /// Writes the counts as a run, and forgets them.
  package func write(_ counts: inout PretokenCounts) throws(PipelineError) {
    guard counts.distinctCount > 0 else { return }
    try state.withLock { (state: inout State) throws(PipelineError) in
      let run = try filing { () throws(FileError) in
        if state.storage == nil { state.storage = Storage(try NamelessFile.make(in: folder, Self.name)) }
        return try CountsRun.write(&counts, to: state.storage!.file, at: state.end)
      }
      state.runs.append(run)
      state.end = run.upperBound
    }
  }

  /// Calls `body` with each pretoken of all runs and how often it was counted in all of them, in the order of their bytes.
  ///
  /// - Throws: ``PipelineError/damagedCounts(file:)`` where a run is not what was written; `body` may have been called with
  ///   wrong counts by then.
  package func forEach(
    isCancelled: () -> Bool = { false }, _ body: (Span<UInt8>, Int64) -> Void
  ) throws(PipelineError) {
    try state.withLock { (state: inout State) throws(PipelineError) in
      guard let storage = state.storage else { return }
      let piece = max(1 << 12, min(1 << 18, limit / 2 / max(1, state.runs.count)))
      var merger = try CountsMerger(state.runs, of: storage.file, piece: piece)
      var given = 0
      while try merger.next(of: storage.file) {
        body(merger.pretoken.span, merger.count)
        given += 1
        if given & 0xffff == 0, isCancelled() { throw .cancelled }
      }
    }
  }
}
