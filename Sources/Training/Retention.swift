extension RunFolder {
  /// Removes the checkpoints that are neither among the newest `keep` nor the best one.
  func removeOldCheckpoints(keep: Int, best: Int?) throws(TrainingError) {
    for step in try checkpointSteps().dropLast(keep) where step != best {
      try checkpoint(step).remove()
    }
  }
}
