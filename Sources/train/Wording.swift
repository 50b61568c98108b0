internal import Commands
internal import Glibc
internal import Model
internal import Store
internal import Training

/// What the program says about data, plans and steps.
enum Wording {
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  /// `1,234,567`.
  static func grouped(_ number: Int) -> String {
    var digits = Array("\(abs(number))")
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return (number < 0 ? "-" : "") + String(digits)
  }

  static func describe(_ data: DatasetMixture) -> [String] {
    let weights = Double(data.parts.reduce(0) { $0 + $1.weight })
    return data.parts.map { part in
      let dataset = part.dataset
      let splits = dataset.splits.map { "\(grouped($0.tokens)) tokens in \($0.split.rawValue)" }
      let share =
        data.parts.count == 1
        ? "data" : "\(Quantity.fixed(100 * Double(part.weight) / weights, 2)) % '\(dataset.folder)'"
      return
        "\(share): \(splits.joined(separator: ", ")); vocabulary of "
        + "\(grouped(dataset.tokenizer.vocabularySize)) ('\(dataset.tokenizer.name)')"
    }
  }

  static func describe(_ plan: TrainingPlan, _ data: DatasetMixture) -> [String] {
    let recipe = plan.configuration.recipe
    let model = recipe.model
    let trained = data.parts.reduce(0) { $0 + $1.dataset.tokenCount(.train) }
    let epochs = Double(recipe.steps) / recipe.stepsPerEpoch(tokens: trained)
    let shape =
      "\(count(model.layers, "layer")), \(count(model.heads, "head")), width \(model.width), context "
      + "\(model.contextLength), dropout \(model.dropout): "
      + "\(Quantity.text(Double(model.parameterCount), "parameters"))"
    var lines =
      plan.reasons + [
        "model: \(shape)",
        "run: \(count(recipe.steps, "step")) of \(grouped(recipe.tokensPerStep)) tokens "
          + "(\(Quantity.fixed(epochs, 1)) passes over the text), learning rate \(recipe.learningRate), seed \(recipe.seed)",
      ]
    if let seconds = plan.seconds, let step = plan.secondsPerStep {
      let speed = Quantity.text(Double(recipe.tokensPerStep) / step, "tokens")
      lines.append("time: about \(Quantity.time(seconds)) at \(speed)/s")
    }
    return lines
  }

  static func loss(_ record: StepRecord) -> String? {
    guard let loss = record.loss, let speed = record.tokensPerSecond else { return nil }
    return "step \(record.step), loss \(Quantity.fixed(loss, 3)), \(Quantity.text(speed, "tokens"))/s"
  }

  static func validation(_ record: StepRecord, of steps: Int) -> String? {
    guard let loss = record.validationLoss else { return nil }
    var line = "step \(record.step) of \(steps): validation loss \(Quantity.fixed(loss, 4))"
    line += " (perplexity \(Quantity.fixed(exp(loss), 2))"
    if let bits = record.validationBitsPerByte { line += ", \(Quantity.fixed(bits, 3)) bits a byte" }
    line += ")"
    if let loss = record.loss { line += ", training loss \(Quantity.fixed(loss, 4))" }
    return line + ", \(Quantity.fixed(record.epoch, 2)) epochs, \(Quantity.time(record.seconds))"
  }

  static func best(_ best: CheckpointState.Best?) -> String {
    guard let best else { return "" }
    return ", best validation loss \(Quantity.fixed(best.validationLoss, 4)) at step \(best.step)"
  }
}
