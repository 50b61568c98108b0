internal import Commands

// The commands of `train`.
Program(
  "train", "Train a GPT on token shards, and use it",
  [Pretrain.self, Generate.self, Evaluate.self], fallback: Pretrain.self
).main()
