internal import Commands
internal import Store
internal import Training

/// The options of `train pretrain`.
extension Pretrain {
  static var options: [Option<Self>] { place + model + optimization + length + cadence }

  private static var place: [Option<Self>] {
    [
      .argument("RUN", \.old, "Run to go on with, together with --resume"),
      .option(
        "--shards", \.shards, "SHARDS",
        "Folder that `prep encode` made, or several with their weights: A=0.7,B=0.3; a run that goes on knows its own"
      ),
      .option("--out", \.out, "RUN", "Folder of the run; without it, runs/ and the time"),
      .flag("--resume", \.isResuming, "Go on with the run from its newest checkpoint"),
      .option("--threads", \.threads, "N", "Threads to compute on; the result is the same for any number"),
    ]
  }

  private static var model: [Option<Self>] {
    [
      .option(
        "--layers", \.request.layers, "N", "Blocks; this and all that follows is chosen where left out"),
      .option("--heads", \.request.heads, "N", "Attention heads of a block; they divide the width"),
      .option("--width", \.request.width, "N", "Channels of the residual stream"),
      .option("--context", \.request.context, "N", "Tokens that the model can look back on"),
      .option("--dropout", \.request.dropout, "P", "Share of values that training drops"),
      .flag("--untied", \.isUntied, "Give the head weights of its own instead of the token embedding's"),
    ]
  }

  private static var optimization: [Option<Self>] {
    [
      .option("--batch-size", \.request.batchSize, "N", "Rows that are computed at once"),
      .option("--accumulate", \.request.accumulate, "N", "Batches that make one step"),
      .option("--learning-rate", \.request.learningRate, "X", "Highest learning rate, after the warm-up"),
      .option("--min-learning-rate", \.request.minimumLearningRate, "X", "Last one; a tenth where left out"),
      .option("--warmup", \.request.warmupSteps, "N", "Steps in which the learning rate rises"),
      .option("--beta1", \.request.beta1, "X", "AdamW's memory of the gradient"),
      .option("--beta2", \.request.beta2, "X", "AdamW's memory of its square"),
      .option("--epsilon", \.request.epsilon, "X", "What AdamW adds to the root of that"),
      .option("--weight-decay", \.request.weightDecay, "X", "Decay of the matrices"),
      .option("--clip", \.request.clip, "X", "Longest gradient; 0 for any"),
      .option(
        "--shuffle", \.request.shuffle, "ORDER",
        "Order of the text: full (where left out) mixes all, block reads less of the disk for it, none is as stored"
      ),
      .option("--seed", \.request.seed, "N", "Decides the first weights, the order of the text and dropout"),
    ]
  }

  private static var length: [Option<Self>] {
    [
      .option("--minutes", \.request.minutes, "X", "Train for about as long; about 10 where nothing is said"),
      .option("--steps", \.request.steps, "N", "Train for so many steps; may grow when a run goes on"),
      .option("--epochs", \.request.epochs, "X", "Train for so many passes over the text"),
    ]
  }

  private static var cadence: [Option<Self>] {
    [
      .option(
        "--eval-interval", \.request.evaluationInterval, "N", "Steps between validations; 0: at the end"),
      .option(
        "--eval-batches", \.request.evaluationBatches, "N", "Batches of a validation; 0: the whole split"),
      .option("--sample-interval", \.request.sampleInterval, "N", "Steps between samples; 0: none"),
      .option("--sample-prompt", \.request.samplePrompt, "TEXT", "How samples begin"),
      .option("--sample-tokens", \.request.sampleTokens, "N", "Tokens of a sample"),
      .option(
        "--checkpoint-interval", \.request.checkpointInterval, "N", "Steps between checkpoints; 0: at the end"
      ),
      .option("--keep", \.request.keep, "N", "Newest checkpoints to keep, beside the best one"),
    ]
  }
}

extension Shuffle: OptionValue {}
