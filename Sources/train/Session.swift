internal import Commands
internal import Training

/// Shows how a run goes on, and says how it ended.
struct Session {
  private let trainer: Trainer
  private let start: Int
  private let steps: Int
  private let progress: Progress

  init(_ trainer: Trainer) {
    self.trainer = trainer
    start = trainer.step
    steps = trainer.description.configuration.recipe.steps
    progress = Progress("training", total: steps - start, unit: "steps")
  }

  /// - Throws: ``Interrupted`` where somebody asked to stop: not all is done, and what waits for it must not go on.
  func run() throws {
    let outcome = try trainer.run(report: show, isCancelled: { Interrupt.isRequested })
    switch outcome {
    case .interrupted(let step, _): throw Interrupted(step: step, run: trainer.folder.path)
    case .finished:
      progress.finish()
      finish()
    }
  }

  private func show(_ event: TrainingEvent) {
    switch event {
    case .step(let record):
      if let text = Wording.loss(record) { progress.note(text) }
      progress.reach(record.step - start)
      if let line = Wording.validation(record, of: steps) { say(line) }
      if let sample = record.sample { say("step \(record.step) writes: \(sample)") }
    case .validating(let tokens): progress.note("validating, \(Quantity.text(Double(tokens), "tokens"))")
    case .saved(let step, let path):
      if Interrupt.isRequested { say("saved step \(step) as '\(path)'") }
    }
  }

  private func say(_ line: String) {
    Console.note(Console.isTerminal ? "\r\u{1b}[K\(line)" : line)
  }

  private func finish() {
    let path = trainer.folder.path
    Console.out("\(path): \(steps) steps\(Wording.best(trainer.best))")
    Console.note("write with it: train generate \(path) --prompt \"...\"")
  }
}

/// A run that was asked to stop, and did.
struct Interrupted: Error, CustomStringConvertible {
  let step: Int
  let run: String

  var description: String { "stopped after step \(step), which is saved; go on with `train --resume \(run)`" }
}
