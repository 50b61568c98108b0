import Basics
import Fuzzing
import Glibc
import TestSupport
import Testing

@Suite struct `Readers of files from anywhere` {
  /// Inputs that once were findings, and those that reach the most code.
  private static func kept(_ target: String) throws -> [[UInt8]] {
    try KeptInputs("\(Shared.package)/Tests/FuzzTests/Corpus/\(target).txt").all
  }

  /// Address space beyond what is in use already: a reader that believes a size in its input needs more.
  private static func limitMemory(to bytes: Int) throws {
    let status = String(decoding: try File.contents("/proc/self/statm"), as: UTF8.self)
    let pages = Int(status.prefix { $0 != " " })!
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    limit.rlim_cur = min(rlim_t(pages * sysconf(Int32(_SC_PAGESIZE)) + bytes), limit.rlim_max)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }

  /// What readers are given as files goes to a folder of the test, which removes it whatever becomes of this process.
  private static func writeFiles(in folder: String) { unsafe setenv("TMPDIR", folder, 1) }

  /// In a process of its own, as a crash is what is looked for. The input under way is in a file of `report`, and so is what
  /// was found.
  static func feed(_ name: String, mutations: Int, report: String) throws {
    writeFiles(in: report)
    let target = FuzzTarget.named(name)!
    func read(_ input: [UInt8]) throws {
      try File.create(Path.join(report, "input")).write(input.span)
      do {
        try target.read(input)
      } catch {
        try File.create(Path.join(report, "finding")).write("\(error)")
        exit(EXIT_FAILURE)
      }
    }
    let seeds = try target.seeds()
    let inputs = try seeds + kept(name)
    try limitMemory(to: 1 << 30)
    for input in inputs { try read(input) }
    var random = SplitMix64(seed: UInt64(inputs.count))
    for _ in 0..<mutations {
      let input = inputs.randomElement(using: &random)!
      try read(Mutations.mutated(input, with: inputs, limit: 1 << 15, using: &random))
    }
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func `take what was found once, and changed inputs, without a crash and in bounded memory`(target: String)
    async throws
  {
    let report = try TemporaryFolder()
    let result = await #expect(processExitsWith: .success) {
      [target = target as String, path = report.path as String] in
      try Self.feed(target, mutations: 150, report: path)
    }
    if result == nil {
      let finding = (try? File.contents(report("finding"))) ?? []
      let input = (try? File.contents(report("input"))) ?? []
      Issue.record(
        "\(String(decoding: finding, as: UTF8.self)), of \(input.count) bytes: \(input.prefix(400))")
    }
  }

  /// Texts and JSON that others collected to break programs with.
  @Test(.enabled(if: Shared.path("data/naughty") != nil, "needs ../shared"))
  func `take what others collected`() async throws {
    let report = try TemporaryFolder()
    let result = await #expect(processExitsWith: .success) { [path = report.path as String] in
      Self.writeFiles(in: path)
      var files: [String] = []
      func search(_ folder: String) throws {
        for name in try Folder.names(folder) {
          let file = Path.join(folder, name)
          if Folder.kind(file) == .folder { try search(file) } else { files.append(file) }
        }
      }
      try search(Shared.path("data/naughty")!)
      let readers = [
        "text", "jsonl", "json-array", "csv", "tsv", "json", "tokenizer-json", "vocabulary", "model-config",
        "checkpoint-state", "loader-state", "mixture", "ids",
      ]
      for file in files {
        let bytes = try File.contents(file)
        for reader in readers {
          try File.create(Path.join(path, "input")).write("\(file) as \(reader)")
          try FuzzTarget.named(reader)!.read(bytes)
        }
      }
      if files.count < 100 { exit(EXIT_FAILURE) }
    }
    if result == nil {
      Issue.record(
        "\((try? File.contents(report("input"))).map { String(decoding: $0, as: UTF8.self) } ?? "")")
    }
  }

  @Test func `the seeds of every reader are distinct and small enough to be fed`() throws {
    defer { Scratch.remove() }
    for target in FuzzTarget.all {
      let seeds = try target.seeds()
      #expect(Set(seeds).count == seeds.count && !seeds.isEmpty, "\(target.name)")
      #expect(seeds.allSatisfy { $0.count <= 32_768 }, "\(target.name): \(seeds.map(\.count))")
    }
  }
}
