internal import Commands
internal import Model

/// Compares the model with what PyTorch computed.
struct GoldenCommand: Command {
  static let name = "golden"
  static let summary = "Check the model against numbers that PyTorch computed"
  static let example = "benchmarks golden ../shared/golden/model/tied"
  static var options: [Option<Self>] {
    [
      .argument("FOLDER", \.folder, "Golden to check: model/, expected.safetensors, expected.json"),
      .option("--threads", \.threads, "N", "Threads that compute"),
    ]
  }

  var folder = ""
  var threads = 2

  func run() throws {
    let rows = try Golden(folder).check(threads: threads)
    for row in rows { Console.out(row.description) }
    let failed = rows.count { !$0.isMet }
    if failed > 0 { throw GoldenMismatch(failed: failed, of: rows.count) }
    Console.note("all \(rows.count) differences are within their bounds")
  }
}

/// Some bounds are exceeded.
struct GoldenMismatch: Error, CustomStringConvertible {
  let failed: Int
  let of: Int
  var description: String { "\(failed) of \(of) differences exceed their bounds" }
}
