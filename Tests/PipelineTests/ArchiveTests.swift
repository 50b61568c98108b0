import Basics
import Foundation
import Pipeline
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct ArchiveTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encode(
    _ path: String, to name: String = "s", _ change: (inout DatasetEncoder) -> Void = { _ in }
  ) throws -> [ReadDocument] {
    var encoder = DatasetEncoder(try Corpus([path]), tokenizer)
    encoder.split.fraction = 0
    change(&encoder)
    _ = try encoder.run(folder: folder(name), threads: 2, replacing: true)
    return try documents(folder(name), .train)
  }

  private func rejects() throws -> [String] { try Dataset.open(folder("s")).rejects().map(\.reason) }

  private let files = [
    ("c/a.txt", "the cab\n"), ("c/b.jsonl", "{\"text\":\"one\"}\n\n{\"text\":\"two\"}\n"),
    ("c/c.csv", "id,text\n1,three\n"),
    ("c/d.json", "[\"four\"]"), ("c/e.json", "{\"no\":\"text\"}"), ("c/.hidden.txt", "no"),
    ("c/photo.png", "no"), ("c/f.md", ""),
  ]
  private let texts = ["the cab\n", "one", "two", "three", "four", ""]

  /// Runs a packer of the system in the folder; nil where there is none.
  private func pack(_ program: String, _ arguments: [String]) throws -> String? {
    guard
      FileManager.default.fileExists(atPath: "/usr/bin/\(program)")
        || FileManager.default.fileExists(atPath: "/bin/\(program)")
    else {
      print("skipped: this machine has no \(program)")
      return nil
    }
    for (name, text) in files { try folder.write(text, to: name) }
    let script = "cd '\(folder.path)' && \(program) " + arguments.joined(separator: " ")
    return try output("/bin/sh", ["-c", script]) == nil ? nil : folder.path
  }

  @Test(arguments: ["tar", "tar.gz", "tgz", "tar.bz2", "tar.xz", "txz"])
  func `the members of a tar archive are documents, as a folder's files are`(ending: String) throws {
    let names = files.map(\.0).joined(separator: " ")
    guard try pack("tar", ["-caf", "a.\(ending)", names]) != nil else { return }
    let read = try encode(folder("a.\(ending)"))
    #expect(read.map(\.text) == texts)
    #expect(read.allSatisfy { $0.source == "a.\(ending)" })
    let plain = try contents(source(folder("a.\(ending)")).open())
    #expect(
      String(decoding: plain[read[0].offset..<read[0].offset + read[0].count], as: UTF8.self) == texts[0])
    #expect(
      String(decoding: plain[read[3].offset..<read[3].offset + read[3].count], as: UTF8.self) == "1,three")
  }

  @Test(arguments: ["ustar", "pax", "gnu", "v7"])
  func `all forms of tar are read, with long names where they have them`(form: String) throws {
    let deep = "c/" + String(repeating: "folder/", count: form == "v7" ? 4 : 20) + "deep.txt"
    try folder.write("deep", to: deep)
    let names = files.map(\.0).joined(separator: " ")
    guard try pack("tar", ["--format=\(form)", "-cf", "a.tar", names, deep]) != nil else { return }
    #expect(try encode(folder("a.tar")).map(\.text) == texts + ["deep"])
  }

  @Test(arguments: ["-0", "-9"])
  func `the members of a zip archive are documents, deflated or stored`(level: String) throws {
    guard try pack("zip", [level, "-q", "a.zip", files.map(\.0).joined(separator: " ")]) != nil else {
      return
    }
    let read = try encode(folder("a.zip"))
    #expect(read.map(\.text) == texts)
    let plain = try contents(source(folder("a.zip")).open())
    #expect(plain == Array(files.map(\.1).joined().utf8))
    for document in read {
      let bytes = String(decoding: plain[document.offset..<document.offset + document.count], as: UTF8.self)
      #expect(document.text.isEmpty ? bytes.isEmpty : bytes.contains(document.text))
    }
  }

  @Test func `a zip archive of Zip64's form is read`() throws {
    // zip writes this form where it cannot know the size before.
    guard try pack("zip", ["-q", "-fz", "a.zip", "c/a.txt", "c/c.csv"]) != nil else { return }
    #expect(try encode(folder("a.zip")).map(\.text) == ["the cab\n", "three"])
  }

  @Test func `names that lead elsewhere, links and devices are left out, with the reason`() throws {
    let bytes =
      Ustar.member("a.txt", "kept") + Ustar.member("../b.txt", "no") + Ustar.member("/etc/c.txt", "no")
      + Ustar.member("x/../../d.txt", "no")
      + Ustar.member("link.txt", "", type: "2") + Ustar.member("hard.txt", "", type: "1")
      + Ustar.member("device.txt", "", type: "3")
      + Ustar.member("pipe.txt", "", type: "6") + Ustar.member("dir.txt", "", type: "5")
      + Ustar.member("list.txt", "Ya.txt\0\0", type: "D")
      + Ustar.member("e.txt.gz", "no")
      + Ustar.member("f.zip", "no") + Ustar.member("g.txt", "kept too") + Ustar.end
    #expect(try encode(folder.write(bytes, to: "a.tar")).map(\.text) == ["kept", "kept too"])
    let reasons = try rejects()
    let expected = [
      "'../b.txt' in the archive: the name leads out", "'/etc/c.txt' in the archive: the name is absolute",
      "'x/../../d.txt' in the archive: the name leads out", "'link.txt' in the archive: a link",
      "'hard.txt' in the archive: a link",
      "'device.txt' in the archive: neither", "'pipe.txt' in the archive: neither",
      "'e.txt.gz' in the archive: packed inside", "'f.zip' in the archive: an archive in an archive",
    ]
    #expect(reasons.count == expected.count)
    for (reason, start) in zip(reasons, expected) { #expect(reason.hasPrefix(start)) }
  }

  @Test func `what is left out at the end of an archive is noted, too`() throws {
    let link = Ustar.member("link.txt", "", type: "2")
    #expect(try encode(folder.write(link + Ustar.end, to: "a.tar")).isEmpty)
    #expect(try rejects() == ["'link.txt' in the archive: a link"])
    // Behind a batch that is full.
    let text = String(repeating: "abc ", count: 300_000)
    #expect(
      try encode(folder.write(Ustar.member("a.txt", text) + link + Ustar.end, to: "a.tar")).count == 1)
    #expect(try rejects() == ["'link.txt' in the archive: a link"])
  }

  @Test func `a name that no file can have is not repeated in the manifest`() throws {
    let name = String(repeating: "n", count: 100_000) + ".txt\0"
    let bytes =
      Ustar.member("long", name, type: "L") + Ustar.member("short.txt", "no") + Ustar.member("a.txt", "kept")
    #expect(try encode(folder.write(bytes + Ustar.end, to: "a.tar")).map(\.text) == ["kept"])
    let reasons = try rejects()
    #expect(reasons.count == 1 && reasons[0].utf8.count < 1_000)
    #expect(reasons[0].hasSuffix("in the archive: the name is longer than 4096 bytes"))
  }

  @Test func `a sparse file is left out, and what follows it is read`() throws {
    // Ten pieces: the header has room for four, a block behind it for 21.
    let script = """
      cd '\(folder.path)' && for n in 0 1 2 3 4 5 6 7 8 9; do \
      dd if=/dev/urandom of=sparse.txt bs=4096 count=1 seek=$((n * 100)) conv=notrunc 2> /dev/null; done; \
      echo other > other.txt; tar --sparse --format=gnu -cf a.tar sparse.txt other.txt
      """
    guard try output("/bin/sh", ["-c", script]) != nil else { return print("skipped: no tar") }
    #expect(try encode(folder("a.tar")).map(\.text) == ["other\n"])
    let reasons = try rejects()
    #expect(reasons == ["'sparse.txt' in the archive: a sparse file"] || reasons.isEmpty)
  }

  @Test(arguments: ["a.tar", "a.tar.gz"])
  func `what is no text can be passed over no longer than somebody wants`(name: String) throws {
    let bytes =
      (0..<200).flatMap { Ustar.member("\($0).png", [UInt8](repeating: 7, count: 5_000)) } + Ustar.end
    let path = try folder.write(name.hasSuffix("gz") ? Packed.gzip(bytes) : bytes, to: name)
    let calls = Mutex(0)
    let refusal = errorText {
      _ = try DatasetEncoder(Corpus([path]), tokenizer).count(
        threads: 1,
        isCancelled: {
          calls.withLock { calls in
            calls += 1
            return calls > 20
          }
        })
    }
    #expect(refusal == "\(PipelineError.cancelled)")
    #expect(calls.withLock { $0 } < 40)
  }

  @Test func `what is left out is noted, also where nothing else comes`() throws {
    try folder.write(Ustar.member("link.txt", "", type: "2") + Ustar.end, to: "c/a.tar")
    try folder.write(Array(repeating: 0x61, count: 3 << 20) + [0xff], to: "c/b.txt")
    #expect(try encode(folder("c")) { $0.text.invalid = .skip } == [])
    let reasons = try rejects()
    #expect(reasons.count == 2 && reasons.last == "not UTF-8 at byte 3145728", "\(reasons)")
    #expect(reasons.first?.hasPrefix("'link.txt' in the archive: a link") == true)
  }

  @Test func `a tar archive cut off anywhere is an error`() throws {
    let bytes = Ustar.member("a.txt", "some text") + Ustar.member("b.jsonl", "{\"text\":\"b\"}\n") + Ustar.end
    for count in stride(from: 0, to: bytes.count - 512, by: 61) {
      let path = try folder.write(Array(bytes[..<count]), to: "a.tar")
      let text = errorText { _ = try encode(path) }
      #expect(
        text.contains("a.tar': byte ") && text.contains(count == 0 ? "is empty" : "cut off"),
        "\(count): \(text)")
    }
  }

  @Test func `a changed bit in a tar archive's headers is an error, or says nothing about the texts`() throws
  {
    let bytes = Ustar.member("a.txt", "some text") + Ustar.end
    for place in stride(from: 0, to: 512, by: 3) {
      var changed = bytes
      changed[place] ^= 1
      let path = try folder.write(changed, to: "a.tar")
      #expect(errorText { _ = try encode(path) }.contains("not a tar archive"), "\(place)")
    }
  }

  @Test func `what tar's numbers promise takes no memory`() throws {
    for (size, reason) in [("77777777777", "cut off"), ("0000000000x", "no number"), ("\u{7f}", "no number")]
    {
      var bytes = Ustar.member("a.txt", "some text") + Ustar.end
      bytes.replaceSubrange(124..<124 + size.utf8.count, with: size.utf8)
      bytes.replaceSubrange(148..<156, with: Array("        ".utf8))
      let sum = String(bytes[..<512].reduce(0) { $0 + Int($1) }, radix: 8)
      bytes.replaceSubrange(
        148..<156, with: Array((String(repeating: "0", count: 6 - sum.count) + sum + "\0 ").utf8))
      #expect(errorText { _ = try encode(folder.write(bytes, to: "a.tar")) }.contains(reason))
    }
  }

  @Test
  func
    `a member of a zip archive that unpacks to more or less than stated, or to as much as none of text, is an error`()
    throws
  {
    for (promised, reason): (UInt32, String) in [
      (0, "to more than"), (27, "to more than"), (105, "to more than"), (107, "to less than"),
      (1 << 26, "to less than"), (1 << 30, "from 28 to 1073741824 bytes, as no text does"),
      (0xffff_fffe, "as no text does"),
    ] {
      let path = try folder.write(ZipSample.promising(promised), to: "a.zip")
      let text = errorText { _ = try encode(path) { $0.text.textField = "ham" } }
      #expect(
        text.contains("a.zip': 'words/table.tsv' unpacks ") && text.contains(reason), "\(promised): \(text)")
    }
  }

  @Test func `a zip archive cut off or changed anywhere is an error, or gives the same texts`() throws {
    let bytes = ZipSample.bytes
    let path = try folder.write(bytes, to: "a.zip")
    let texts = try encode(path) { $0.text.textField = "ham" }.map(\.text)
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place * 5 % 8)
      try folder.write(changed, to: "a.zip")
      do {
        let read = try encode(path) { $0.text.textField = "ham" }.map(\.text)
        // A changed name may lose its ending, and then is no text.
        #expect(read == texts || read.isEmpty)
      } catch is PipelineError {}
    }
  }

  @Test(arguments: [2, 50])
  func `members that share bytes are refused`(copies number: Int) throws {
    // The directory lists one member twice, as archives do that unpack to more than they could hold.
    var bytes = ZipSample.bytes
    let end = bytes.count - 22
    let directory = Int(bytes[end + 16]) | Int(bytes[end + 17]) << 8
    let entries = Array(bytes[directory..<end])
    let copies = Array(repeatElement(entries, count: number).joined())
    var record = Array(bytes[end...])
    let (count, size) = (2 * number, copies.count)
    record.replaceSubrange(
      8..<16, with: [UInt8(count), 0, UInt8(count), 0, UInt8(size & 255), UInt8(size >> 8), 0, 0])
    bytes = Array(bytes[..<directory]) + copies + record
    #expect(errorText { _ = try encode(folder.write(bytes, to: "a.zip")) }.contains("share "))
  }

  @Test func `the tail of an archive begins with a document`() throws {
    let bytes = (0..<10).flatMap { Ustar.member("\($0).txt", "text \($0)") } + Ustar.end
    let path = try folder.write(bytes, to: "a.tar")
    _ = try encode(path) {
      $0.split.method = .tail
      $0.split.fraction = 0.2
    }
    #expect(try documents(folder("s"), .val).map(\.text) == ["text 7", "text 8", "text 9"])
  }

  @Test func `an error inside an archive names the member and its own byte`() throws {
    let bytes =
      Ustar.member("a.txt", "fine") + Ustar.member("b.jsonl", "{\"text\":\"b\"}\n{\"text\":1}\n") + Ustar.end
    let path = try folder.write(bytes, to: "a.tar")
    #expect(
      errorText { _ = try encode(path) }.hasPrefix("'\(path)/b.jsonl', line 2: field 'text' holds a number"))
  }

  @Test func `a vocabulary is learned from archives, too`() throws {
    let path = try folder.write(Ustar.member("a.txt", "the the") + Ustar.end, to: "a.tar")
    #expect(try VocabularyLearner(try Corpus([path]), vocabularySize: 258).run(threads: 2).textBytes == 7)
  }
}
