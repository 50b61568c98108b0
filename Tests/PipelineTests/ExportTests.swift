import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite struct ExportTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
    try folder.write("one\ntwo\nthree\n", to: "a.txt")
  }

  private func export(
    _ format: DatasetExporter.Format, validation fraction: Double, to name: String
  ) throws -> DatasetExporter.Arrays {
    var encoder = DatasetEncoder(try Corpus([folder("a.txt")]), tokenizer)
    encoder.split.fraction = fraction
    _ = try encoder.run(folder: folder("s"), threads: 1, replacing: true)
    return try DatasetExporter(Dataset.open(folder("s"))).writeFiles(format, folder: folder(name))
  }

  @Test(arguments: [DatasetExporter.Format.bin, .npy])
  func `no file of another dataset's split is left beside the new ones`(format: DatasetExporter.Format) throws
  {
    let both = try export(format, validation: 0.5, to: "out")
    let (train, val) = (folder("out/train.\(format)"), folder("out/val.\(format)"))
    #expect(both.written == [train, val] && both.removed.isEmpty)
    try folder.write("x", to: "out/val.txt")
    let one = try export(format, validation: 0, to: "out")
    #expect(one.written == [train] && one.removed == [val])
    #expect(try Folder.names(folder("out")) == ["train.\(format)", "val.txt"])
  }
}
