import Basics
import Pipeline
import TestSupport
import Testing
import Tokenizer

@Suite struct TextPiecesTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [0, 1, 1 << 20])
  func `text without white space is taken up to 16 MiB, and then refused with the place`(more: Int) throws {
    let count = TextPieces.maximumPiece + more
    let path = try folder.write([UInt8](repeating: 97, count: count), to: "a.txt")
    let pieces = TextPieces(try source(path).open(), file: path, pattern: .gpt2)
    var bytes: [UInt8] = []
    guard more > 0 else {
      #expect(try pieces.next(appendingTo: &bytes) == 1 << 24 && pieces.isDone)
      return
    }
    let error = #expect(throws: PipelineError.self) { try pieces.next(appendingTo: &bytes) }
    #expect(error.map { "\($0)" }?.contains("after byte 0: no white space in 16777216 bytes") == true)
  }
}
