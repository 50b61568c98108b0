import Basics
import Pipeline
import TestSupport
import Testing

@Suite struct VocabularyLearnerTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test func `a file that changes while it is counted is an error`() throws {
    let path = try folder.write("the cab", to: "a.txt")
    let learner = VocabularyLearner(try Corpus([path]), vocabularySize: 260)
    let error = #expect(throws: PipelineError.self) {
      try learner.run(
        threads: 1,
        report: { progress in
          // The same size, so that no read can notice.
          if case .counting = progress { try? AtomicFile.write(Array("the cat".utf8).span, to: path) }
        })
    }
    #expect(
      error.map { "\($0)" }
        == "'\(path)' changed while it was being read; run it again when nobody writes to it")
  }
}
