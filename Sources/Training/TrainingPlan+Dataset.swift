internal import Basics
internal import Model
public import Store

extension TrainingPlan {
  /// Chooses what `request` leaves open for this dataset and this machine, which is measured for some seconds.
  ///
  /// - Throws: ``StoreError/emptySplit(_:folder:)`` where there is nothing to train on.
  public init(_ request: TrainingRequest, dataset: Dataset, threads: Int) throws(TrainingError) {
    func tokens(_ split: Split) -> Int { dataset.splits.first { $0.split == split }?.tokens ?? 0 }
    guard tokens(.train) > 0 else { throw .store(.emptySplit(.train, folder: dataset.folder)) }
    let facts = PlanningFacts(
      trainingTokens: tokens(.train), validationTokens: tokens(.val),
      vocabularySize: dataset.tokenizer.vocabularySize, memory: Machine.availableMemory / 2)
    let planner = Planner(request, facts) { model, batch throws(TrainingError) in
      try Machine.secondsPerStep(model, batch: batch, threads: threads)
    }
    self = try planner.plan(shards: Machine.absolute(dataset.folder))
  }
}
