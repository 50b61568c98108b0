import Model
import TestSupport
import Testing

@Suite("Goldens")
struct GoldenTests {
  @Test(
    .enabled(if: Shared.path("golden/model") != nil, "needs ../shared"), arguments: ["tied", "untied"],
    [1, 2])
  func `PyTorch's numbers come out`(name: String, threads: Int) throws {
    for row in try Golden(Shared.path("golden/model/\(name)")!).check(threads: threads) {
      #expect(row.isMet, "\(row)")
    }
  }
}
