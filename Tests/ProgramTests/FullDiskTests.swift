import Basics
import TestSupport
import Testing

@Suite struct `A disk without room` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.prepareForWriters()
  }

  @Test(.enabled(if: Mounting.isAllowed, "needs the right to mount"), arguments: Writer.all)
  func `is named, nothing unfinished is left, and with more room the work is done`(writer: Writer) throws {
    try Folder.create(place("disk"))
    let outcome = try Mounting.run(
      """
      mount -t tmpfs -o size=8192k none disk
      mkdir disk/out
      head -c \(8192 - writer.room)k /dev/zero > disk/filler
      \(writer.line("disk/out")); first=$?
      find disk -name '*.tmp-*' > unfinished
      rm disk/filler
      \(writer.nextLine("disk/out")) > /dev/null 2> next; second=$?
      echo $first $second > codes
      cp -r disk/out result
      exit $first
      """, in: place)
    refuse(outcome, "free some space and run it again")
    #expect(try place.text("unfinished").isEmpty)
    let errors = try place.text("next")
    #expect(try place.text("codes") == "1 0\n", "\(errors)")
    succeed(try place.shell("mkdir elsewhere; \(writer.line("elsewhere"))"))
    for ending in [".shard", ".txt", ".jsonl", ".csv", ".bin"] where !writer.line("").hasPrefix("train") {
      #expect(try place.files("result", ending: ending) == place.files("elsewhere", ending: ending))
    }
  }

  /// The system ends a process where a file grows over the limit, unless the process asks for an error.
  @Test(arguments: Writer.all)
  func `may also be a limit on the size of a file`(writer: Writer) throws {
    try Folder.create(place("limited"))
    let outcome = try place.shell("ulimit -f 8; \(writer.line("limited"))")
    refuse(outcome, "'limited/")
    #expect(try Folder.names(place("limited")).allSatisfy { !$0.contains(".tmp-") })
  }

  @Test(arguments: [
    "prep tokenize corpora/stories.jsonl", "prep count corpora/stories.jsonl", "prep export whole",
    "prep inspect whole", "prep generate-stories --megabytes 0.2", "prep fetch --list", "prep encode --help",
    "prep decode ids",
  ])
  func `may also take no result`(command: String) throws {
    try place.folder.write("65 66 67", to: "ids")
    refuse(try place.shell("\(command) > /dev/full"), "'standard output'", "No space left on device")
  }
}
