import Basics
import TestSupport
import Testing

@Suite struct `Programs` {
  @Test(arguments: ["prep", "train", "benchmarks"])
  func `explain themselves`(program: String) throws {
    let folder = try TemporaryFolder()
    let help = try run(program, "--help", in: folder.path)
    #expect(help.code == 0)
    #expect(help.text.contains("Usage: \(program) COMMAND"))
  }

  @Test(arguments: ["prep", "train", "benchmarks"])
  func `end with 2 where the command line is bad`(program: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try run(program, "no-such-command", in: folder.path)
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("unknown command 'no-such-command'"))
    #expect(outcome.output.isEmpty)
  }
}
