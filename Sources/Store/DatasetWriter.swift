internal import Basics
internal import Synchronization

/// Writes a dataset: creates its folder, or goes on where an earlier run was interrupted.
///
///     let writer = try DatasetWriter(folder: "shards", plan: plan)
///     let done = writer.committedSegments
///     for index in plan.segments.indices where !done.contains(index) {
///       var segment = try writer.beginSegment(index)
///       try segment.append(tokens.span, document: entry, split: .train)
///       try segment.commit()
///     }
///     let summary = try writer.finish()
///
/// A segment exists once it is committed; a process killed at any instant loses the segments that were not, and a
/// rerun yields the same bytes as a run that was never killed. Segments may be written from several threads and in
/// any order.
public final class DatasetWriter: Sendable {
  let folder: String
  let plan: DatasetPlan
  let state: Mutex<State>

  /// What the threads share.
  struct State: ~Copyable {
    let manifest: Manifest
    /// Nil where the dataset was complete already, or where the manifest's own lock serves.
    let lock: FolderLock?
    var segments: [SegmentRecord?]
    /// Nil once the dataset is complete.
    var run: Run?
    /// Segments that are being written.
    var active: Set<Int> = []
    /// What new shards use; nil for plain ids.
    var codecTable: CodecTable?
    /// The tables that the manifest names.
    var codecTables: [CodecTableRecord]
  }

  /// - Parameter growing: whether a dataset that is there may become one of this plan: a finished one whose segments the plan
  ///   begins with, or one under way that has some in common with it. Those segments stay as they are.
  /// - Throws: ``StoreError/otherDataset(folder:differences:)`` where the folder holds a dataset of another plan;
  ///   ``StoreError/inUse(folder:)`` where another process is writing it.
  public init(folder: String, plan: DatasetPlan, growing: Bool = false) throws(StoreError) {
    self.folder = folder
    self.plan = plan
    if let state = try Self.openComplete(folder, plan, growing: growing) {
      self.state = Mutex(state)
    } else {
      state = Mutex(try Self.openUnfinished(folder, plan, growing: growing))
    }
  }

  /// Whether the dataset was finished by an earlier run or by ``finish()``.
  public var isComplete: Bool { state.withLock { $0.run == nil } }

  /// The segments that need not be written any more: made anew at each call.
  public var committedSegments: Set<Int> {
    state.withLock { Set($0.segments.compactMap { $0?.number }) }
  }

  /// Starts the segment of that number.
  ///
  /// - Precondition: it is in the plan, not committed, and not being written.
  public func beginSegment(_ index: Int) throws(StoreError) -> SegmentWriter {
    begin(index, isDeferred: false)
  }

  /// The same, where threads compress what is appended: see ``SegmentParts``.
  package func beginDeferredSegment(_ index: Int) -> SegmentWriter { begin(index, isDeferred: true) }

  /// Compresses what such segments are given. One for each thread, made once the codec table is chosen.
  package func packer() -> PartPacker { PartPacker(codecTable?.encoder) }

  private func begin(_ index: Int, isDeferred: Bool) -> SegmentWriter {
    precondition(plan.segments.indices.contains(index), "the plan has no segment \(index)")
    state.withLock { state in
      precondition(state.segments[index] == nil, "segment \(index) is committed already")
      precondition(state.active.insert(index).inserted, "segment \(index) is being written already")
    }
    return SegmentWriter(self, index, isDeferred: isDeferred)
  }

  /// Lets a segment be begun again.
  func end(_ index: Int) { state.withLock { _ = $0.active.remove(index) } }

  /// Records a segment whose shards have their names.
  func record(_ segment: SegmentRecord, _ rows: SegmentRows) throws(StoreError) {
    try state.withLock { state throws(StoreError) in
      var run = state.run!
      run.segments += 1
      try state.manifest.commit(segment, rows, run)
      state.run = run
      state.segments[segment.number] = segment
    }
  }

  /// Whether the manifest surely does not have the segment: not known where even reading fails.
  func isSurelyMissing(_ index: Int) -> Bool {
    state.withLock { state in
      (try? state.manifest.integer("SELECT digest IS NULL FROM segment WHERE number = \(index)")) == 1
    }
  }

  /// Computes the root hash and marks the dataset complete. Where it is already, says what it holds.
  ///
  /// - Throws: ``StoreError/incomplete(folder:segments:of:)`` where a segment is missing.
  public func finish() throws(StoreError) -> DatasetSummary {
    try state.withLock { state throws(StoreError) in
      let segments = state.segments.compactMap(\.self)
      guard segments.count == state.segments.count else {
        throw .incomplete(folder: folder, segments: segments.count, of: state.segments.count)
      }
      let rootHash = plan.rootHash(segments)
      if var run = state.run {
        run.ended = currentTime()
        try state.manifest.complete(
          rootHash: rootHash,
          storedDigest: plan.storedDigest(state.codecTables, segments, rootHash: rootHash), run)
        state.run = nil
      }
      var rejects = 0
      for segment in segments { try state.manifest.forEachReject(segment) { _ in rejects += 1 } }
      return DatasetSummary(
        rootHash: rootHash, splits: try SplitSummary.of(segments, state.manifest),
        rejects: rejects, codecTableBytes: state.codecTables.reduce(0) { $0 + $1.byteCount })
    }
  }
}
