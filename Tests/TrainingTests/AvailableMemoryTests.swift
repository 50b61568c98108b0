import TestSupport
import Testing
import Training

@Suite("Memory that a run may take")
struct AvailableMemoryTests {
  private let root: TemporaryFolder

  init() throws {
    root = try TemporaryFolder()
    try root.write("MemTotal: 16000000 kB\nMemAvailable:    8000000 kB\n", to: "proc/meminfo")
  }

  private var bytes: Int { AvailableMemory.bytes(root: root.path) }

  @Test func `is what the machine has left where no group limits it`() throws {
    #expect(bytes == 8_192_000_000)
    try root.write("4:memory:/a\n0::/a/b\n", to: "proc/self/cgroup")
    try root.write("max\n", to: "sys/fs/cgroup/a/b/memory.max")
    try root.write("1000\n", to: "sys/fs/cgroup/a/b/memory.current")
    try root.write("9223372036854771712\n", to: "sys/fs/cgroup/memory/a/memory.limit_in_bytes")
    try root.write("1000\n", to: "sys/fs/cgroup/memory/a/memory.usage_in_bytes")
    #expect(bytes == 8_192_000_000)
  }

  @Test func `is no more than a group leaves, files in memory not counted`() throws {
    try root.write("0::/a/b\n", to: "proc/self/cgroup")
    try root.write("3000000000\n", to: "sys/fs/cgroup/a/b/memory.max")
    try root.write("1700000000\n", to: "sys/fs/cgroup/a/b/memory.current")
    try root.write("anon 5\ninactive_file 700000000\nactive_file 9\n", to: "sys/fs/cgroup/a/b/memory.stat")
    #expect(bytes == 2_000_000_000)
    // A group above it has less.
    try root.write("1500000000\n", to: "sys/fs/cgroup/a/memory.max")
    try root.write("1600000000\n", to: "sys/fs/cgroup/a/memory.current")
    #expect(bytes == 0)
  }

  @Test func `is found in a container that has another path for its group, in version 1, too`() throws {
    try root.write("9:name=systemd:/\n4:cpu,memory:/host/7f\n0::/\n", to: "proc/self/cgroup")
    try root.write("2000000000\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
    try root.write("900000000\n", to: "sys/fs/cgroup/memory/memory.usage_in_bytes")
    try root.write("inactive_file 1\ntotal_inactive_file 400000000\n", to: "sys/fs/cgroup/memory/memory.stat")
    #expect(bytes == 1_500_000_000)
  }

  @Test(arguments: ["", "nonsense", "0::", "0::/a\u{0}b\n::::\n4:memory", "0:memory:///\n"])
  func `whatever the files say, it is some number`(text: String) throws {
    try root.write(text, to: "proc/self/cgroup")
    try root.write("12 apples\n", to: "sys/fs/cgroup/memory.max")
    #expect(bytes == 8_192_000_000)
    try root.write("MemAvailable: many kB", to: "proc/meminfo")
    #expect(bytes == 4 << 30)
  }
}
