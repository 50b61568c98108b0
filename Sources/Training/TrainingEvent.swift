/// What a run tells while it goes on.
public enum TrainingEvent: Sendable, Equatable {
  /// A step is done, with its validation and sample where they were due.
  case step(StepRecord)
  /// So many of the tokens of a validation are done.
  case validating(tokens: Int)
  /// A checkpoint is on the disk.
  case saved(step: Int, path: String)
}

/// How a run's session ended.
public enum TrainingOutcome: Sendable, Equatable {
  /// All steps are done; false where they were before.
  case finished(hasTrained: Bool)
  /// It was asked to stop, and saved what it had.
  case interrupted(step: Int, checkpoint: String)
}
