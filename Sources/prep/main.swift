internal import Commands

// The commands of `prep`.
Program(
  "prep", "Turn text into token shards that a model can be trained on",
  [
    LearnVocabulary.self,
    ReportVocabulary.self,
    Encode.self,
    Tokenize.self,
    Decode.self,
    Count.self,
    ConvertTokenizer.self,
    Inspect.self,
    Statistics.self,
    Trace.self,
    Verify.self,
    Repair.self,
    Merge.self,
    Export.self,
    BuildSpamDataset.self,
    BuildInstructionDataset.self,
    Fetch.self,
    GenerateStories.self,
  ]
).main()
