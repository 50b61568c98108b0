internal import Commands

// The commands of `benchmarks`.
Program(
  "benchmarks", "Measure Tessera, and check it against what other systems compute",
  [
    GoldenCommand.self, EncodeBenchmark.self, DecodeBenchmark.self, LearnBenchmark.self,
    ManifestBenchmark.self, StepsBenchmark.self, TrainBenchmark.self,
  ]
).main()
