internal import Synchronization

/// Adds up what several threads did and tells how far the work is.
final class Meter: Sendable {
  private let state: Mutex<DatasetEncoder.Progress>
  private let report: @Sendable (DatasetEncoder.Progress) -> Void

  init(totalBytes: Int, _ report: @escaping @Sendable (DatasetEncoder.Progress) -> Void) {
    var progress = DatasetEncoder.Progress()
    progress.totalBytes = totalBytes
    state = Mutex(progress)
    self.report = report
  }

  var progress: DatasetEncoder.Progress { state.withLock { $0 } }

  /// What follows is work.
  func endPlanning() { update { ($0.isPlanning, $0.bytes) = (false, 0) } }

  func update(_ change: (inout DatasetEncoder.Progress) -> Void) {
    state.withLock { progress in
      change(&progress)
      report(progress)
    }
  }
}
