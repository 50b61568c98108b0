internal import Basics
internal import Model
public import Store

extension TrainingPlan {
  /// Chooses what `request` leaves open for these data and this machine, which is measured for some seconds.
  ///
  /// - Throws: ``StoreError/emptySplit(_:folder:)`` where there is nothing to train on; ``TrainingError/cancelled``.
  public init(
    _ request: TrainingRequest, data: DatasetMixture, threads: Int,
    isCancelled: @escaping () -> Bool = { false }
  ) throws(TrainingError) {
    func tokens(_ split: Split) -> Int { data.parts.reduce(0) { $0 + $1.dataset.tokenCount(split) } }
    for part in data.parts where part.dataset.tokenCount(.train) == 0 {
      throw .store(.emptySplit(.train, folder: part.dataset.folder))
    }
    let facts = PlanningFacts(
      trainingTokens: tokens(.train), validationTokens: tokens(.val),
      vocabularySize: data.tokenizer.vocabularySize, memory: AvailableMemory.bytes() / 2)
    let planner = Planner(request, facts) { model, batch throws(TrainingError) in
      try Machine.secondsPerStep(model, batch: batch, threads: threads, isCancelled: isCancelled)
    }
    self = try planner.plan(shards: data.text(Machine.absolute))
  }
}
