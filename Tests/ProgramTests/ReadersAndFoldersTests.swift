import Basics
import Glibc
import TestSupport
import Testing

@Suite struct `Folders that are shut and readers that go away` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.prepareForWriters()
  }

  @Test(
    .enabled(if: geteuid() != 0 || Mounting.isAllowed, "needs the right to mount: root passes all modes"),
    arguments: Writer.all)
  func `a read-only folder is named`(writer: Writer) throws {
    try Folder.create(place("shut"))
    if Mounting.isAllowed {
      let script = "mount --bind shut shut && mount -o remount,bind,ro shut && \(writer.line("shut"))"
      let outcome = try Mounting.run(script, in: place)
      refuse(outcome, "'shut", "Read-only file system; choose a place that you may write to")
    } else {
      let outcome = try place.shell("chmod 555 shut && \(writer.line("shut"))")
      refuse(outcome, "'shut", "Permission denied; choose a place that you may write to")
    }
    #expect(try Folder.names(place("shut")).isEmpty)
  }

  @Test(arguments: [
    "prep tokenize long.txt", "prep tokenize long.txt --to json", "prep decode long.ids", "prep export whole",
    "prep inspect whole", "prep generate-stories --megabytes 1", "prep fetch --list", "prep encode --help",
  ])
  func `a reader that goes away is no failure`(command: String) throws {
    if command.contains("long") {
      try place.writeStories("long.txt", bytes: 1_000_000)
      try place.folder.write(IDForm.ids.bytes(Array(repeating: 300, count: 400_000)), to: "long.ids")
    }
    let outcome = try place.shell("{ \(command); echo $? > code; } | head -c 1")
    #expect(outcome.output.count == 1)
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(try place.text("code") == "0\n")
  }

  @Test(arguments: ["tokenize", "count", "decode"])
  func `a filter that waits for its input ends at once when it is asked to`(command: String) throws {
    succeed(try place.shell("mkfifo pipe"))
    // More than a pipe holds: once it is written, the program is reading.
    let input = "{ yes 65 | head -c 200000; echo > written; exec sleep 60; } > pipe"
    let writer = try RunningProgram(shell: input, in: place.folder.path)
    let program = try RunningProgram(shell: "exec prep \(command) < pipe", in: place.folder.path)
    while program.isRunning, Folder.kind(place("written")) == nil { usleep(1_000) }
    program.send(SIGTERM)
    #expect(try program.wait().code == -SIGTERM)
    writer.send(SIGKILL)
    _ = try writer.wait()
  }
}
