import Basics
import TestSupport
import Testing

/// A program called curl stands in for the network. It serves the file `served`, as the file `mode` says.
@Suite(.enabled(if: Shared.path("data/book/the-verdict.txt") != nil, "needs ../shared"))
struct `Downloads that are broken off` {
  private let place: Workplace
  private let text: [UInt8]

  init() throws {
    place = try Workplace()
    text = try File.contents(Shared.path("data/book/the-verdict.txt")!)
    try place.folder.write(text, to: "served")
    let script = """
      #!/bin/sh
      echo "$*" >> calls
      from=0
      while [ $# -gt 1 ]; do
        case $1 in --output) out=$2;; --continue-at) from=$(stat -c %s "$out");; esac
        shift
      done
      [ $from -gt 0 ] || : > "$out"
      case $(cat mode) in
        cut) tail -c +$((from + 1)) served | head -c 7000 >> "$out"; exit 18;;
        whole) [ $from -lt $(stat -c %s served) ] || exit 22; tail -c +$((from + 1)) served >> "$out";;
        unavailable) echo 'The requested URL returned error: 503' >&2; exit 22;;
        no-ranges) [ $from -eq 0 ] || exit 33; cat served >> "$out";;
      esac
      """
    try place.folder.write(script, to: "fake/curl")
    succeed(try place.shell("chmod +x fake/curl"))
  }

  private func fetch(_ mode: String) throws -> Outcome {
    try place.folder.write(mode, to: "mode")
    return try place.shell("PATH=$PWD/fake:$PATH prep fetch the-verdict")
  }

  private func expectFetched(_ outcome: Outcome) throws {
    succeed(outcome)
    #expect(try place.bytes(".cache/tessera/the-verdict/the-verdict.txt") == text)
    #expect(try Folder.names(place(".cache/tessera")) == ["the-verdict"])
  }

  @Test func `go on where they stopped`() throws {
    for bytes in ["7000", "14000"] {
      refuse(try fetch("cut"), "curl could not download", "try again, which goes on where it stopped")
      #expect(succeed(try place.shell("stat -c %s .cache/tessera/*tmp*")).text == "\(bytes)\n")
    }
    let outcome = try fetch("whole")
    #expect(outcome.errors.contains("from byte 14000 on"))
    try expectFetched(outcome)
    #expect(try place.text("calls").split(separator: "\n").count { $0.contains("--continue-at -") } == 2)
  }

  @Test func `stay where the server is out of order, and go on when it is back`() throws {
    refuse(try fetch("cut"), "curl could not download")
    for _ in 0..<2 { refuse(try fetch("unavailable"), "its exit code is 22") }
    #expect(succeed(try place.shell("stat -c %s .cache/tessera/*tmp*")).text == "7000\n")
    let outcome = try fetch("whole")
    #expect(outcome.errors.contains("from byte 7000 on"))
    try expectFetched(outcome)
  }

  @Test func `begin anew where the server cannot go on`() throws {
    refuse(try fetch("cut"), "curl could not download")
    try expectFetched(fetch("no-ranges"))
  }

  @Test func `begin anew where what is there is not the file, and store nothing of it`() throws {
    refuse(try fetch("cut"), "curl could not download")
    let partial = try #require(Folder.names(place(".cache/tessera")).first)
    try place.folder.write(Array(repeating: 65, count: 7_000), to: ".cache/tessera/\(partial)")
    refuse(try fetch("whole"), "is not the-verdict.txt", "nothing was stored")
    #expect(try Folder.names(place(".cache/tessera")).isEmpty)
    try expectFetched(fetch("whole"))
  }

  @Test func `are not made twice where the whole file was there`() throws {
    refuse(try fetch("cut"), "curl could not download")
    let partial = try #require(Folder.names(place(".cache/tessera")).first)
    try place.folder.write(text, to: ".cache/tessera/\(partial)")
    try Folder.remove(place("calls"))
    try expectFetched(fetch("whole"))
    #expect(Folder.kind(place("calls")) == nil)
  }
}
