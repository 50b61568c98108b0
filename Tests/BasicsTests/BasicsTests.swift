import Basics
import Glibc
import TestSupport
import Testing

@Suite struct `SHA-256` {
  /// The examples of FIPS 180-4.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func `agrees with the standard's examples`(text: String, digest: String) {
    #expect(SHA256.hash(Array(text.utf8)).description == digest)
  }

  @Test(arguments: 0..<50)
  func `does not depend on how the bytes are cut`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let bytes = (0..<Int.random(in: 0..<500, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    var hash = SHA256()
    var start = 0
    while start < bytes.count {
      let end = Int.random(in: start...bytes.count, using: &random)
      hash.update(bytes[start..<end].span)
      start = end
    }
    #expect(hash.finish() == SHA256.hash(bytes))
  }

  @Test(arguments: 0..<100)
  func `is the same with and without the processor's instructions`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var plain = SHA256(usingInstructions: false)
    var fast = SHA256()
    for _ in 0..<4 {
      let piece = (0..<Int.random(in: 0..<700, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      plain.update(piece.span)
      fast.update(piece.span)
    }
    #expect(plain.finish() == fast.finish())
  }

  @Test func `hexadecimal digits are read back`() {
    let digest = SHA256.hash([1, 2, 3])
    #expect(Digest(hexadecimal: digest.description) == digest)
    #expect(Digest(hexadecimal: "12") == nil)
    #expect(Digest(hexadecimal: String(repeating: "g", count: 64)) == nil)
  }
}

@Suite struct `Random numbers` {
  /// The reference implementation's first numbers for seed 1234567.
  @Test func `agree with the published generator`() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
  }
}

@Suite struct `Threads` {
  @Test(arguments: 1...4)
  func `do every part once, however many the system gives`(given: Int) {
    var left = given - 1
    let pool = ThreadPool(
      threads: 4,
      start: { body in
        left -= 1
        return left >= 0 && Thread.start(body)
      })
    #expect(pool.threads == given)
    doEveryPartOnce(pool)
  }

  @Test(arguments: [1, 2, 3, 5])
  func `do every part once`(threads: Int) { doEveryPartOnce(ThreadPool(threads: threads)) }

  private func doEveryPartOnce(_ pool: ThreadPool) {
    for parts in [0, 1, 2, 7, 64] {
      let counts = UnsafeCounts(parts)
      for _ in 0..<20 { pool.run(parts: parts) { counts.add($0) } }
      #expect(counts.values == [Int](repeating: 20, count: parts))
    }
  }
}

/// Counters that different threads write at different places.
@safe private final class UnsafeCounts {
  private let memory: UnsafeMutableBufferPointer<Int>
  init(_ count: Int) {
    unsafe memory = .allocate(capacity: count)
    unsafe memory.initialize(repeating: 0)
  }
  deinit { unsafe memory.deallocate() }
  func add(_ index: Int) { unsafe memory[index] += 1 }
  var values: [Int] { unsafe Array(memory) }
}

@Suite struct `Files` {
  @Test func `exist only once they are committed`() throws {
    let folder = try TemporaryFolder()
    func start() throws {
      let file = try AtomicFile(folder("a"))
      try file.write([1, 2].span)
      #expect(Folder.kind(folder("a")) == nil)
    }
    try start()
    #expect(try Folder.names(folder.path).isEmpty)
    try AtomicFile.write([3, 4].span, to: folder("a"))
    #expect(try File.contents(folder("a")) == [3, 4])
    #expect(try Folder.names(folder.path) == ["a"])
  }

  @Test func `that are unfinished are nobody else's, though they are of one name and of one moment`() throws {
    let folder = try TemporaryFolder()
    ThreadPool(threads: 2).run(parts: 2) { _ in
      #expect(throws: Never.self) {
        for _ in 0..<2_000 { _ = try File.createUnfinished(folder("a")) }
      }
    }
    let names = try Folder.names(folder.path)
    #expect(names.count == 4_000 && names.allSatisfy { UnfinishedName($0)?.name == "a" })
  }

  @Test func `that are new take the place of nothing, and follow no link`() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "file")
    unsafe symlink("file", folder("link"))
    unsafe symlink("nowhere", folder("dangling"))
    for name in ["file", "link", "dangling"] {
      let error = #expect(throws: FileError.self) { _ = try File.createNew(folder(name)) }
      #expect(error?.code == EEXIST, "\(name)")
    }
    #expect(try File.contents(folder("file")) == Array("mine".utf8))
    #expect(try Folder.names(folder.path) == ["dangling", "file", "link"])
  }

  @Test(.timeLimit(.minutes(1))) func `are told from what only stands in their place, without waiting`()
    throws
  {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "folder/file")
    try #require(unsafe mkfifo(folder("pipe"), 0o600) == 0)
    unsafe symlink("folder/file", folder("link"))
    unsafe symlink("nowhere", folder("dangling"))
    unsafe symlink("circle", folder("circle"))
    for name in ["folder/file", "link"] {
      #expect(try Folder.hasFile(folder(name)))
      #expect(try File.openFile(folder(name)).size() == 1)
    }
    for name in ["none", "none/file", "folder/file/x", "dangling"] {
      #expect(try !Folder.hasFile(folder(name)), "\(name)")
    }
    for (name, code) in [("folder", EISDIR), ("pipe", EOPNOTSUPP)] {
      #expect(throws: FileError("use", folder(name), code: code)) { try Folder.hasFile(folder(name)) }
      let error = #expect(throws: FileError.self) { _ = try File.openFile(folder(name)) }
      #expect(error?.code == code && error?.isNoFile == true)
    }
    #expect(throws: FileError("use", folder("circle"), code: ELOOP)) { try Folder.hasFile(folder("circle")) }
  }

  @Test func `take the place of files alone, and through links`() throws {
    let folder = try TemporaryFolder()
    try Folder.create(folder("folder"))
    try #require(unsafe mkfifo(folder("pipe"), 0o600) == 0)
    try folder.write("old", to: "deep/file")
    unsafe symlink("deep/file", folder("link"))
    unsafe symlink("pipe", folder("piped"))
    unsafe symlink("nowhere", folder("dangling"))
    for name in ["folder", "pipe", "piped", "dangling"] {
      let before = Folder.kind(folder(name))
      #expect(throws: FileError.self, "\(name)") { try AtomicFile.write([1].span, to: folder(name)) }
      #expect(Folder.kind(folder(name)) == before)
    }
    try AtomicFile.write([1].span, to: folder("link"))
    #expect(try File.contents(folder("deep/file")) == [1])
    #expect(try Folder.names(folder("deep")) == ["file"])
    #expect(try Folder.names(folder.path).count == 6)
  }

  @Test func `what killed processes left of our own files is removed, and nothing else`() throws {
    let folder = try TemporaryFolder()
    let dead = "999999999"
    let kept = [
      "vocab.json", "notes.tmp-\(dead)-1", "vocab.json.tmp-", "vocab.json.tmp-\(dead)",
      "vocab.json.tmp-\(dead)-",
      "vocab.json.tmp-x-1", "vocab.json.tmp-\(dead)-1.txt", "vocab.json.tmp--1-1", "vocab.json.tmp-1-5",
      "vocab.json.tmp-\(dead)-2/thesis.txt",
    ]
    for name in kept + ["vocab.json.tmp-\(dead)-1"] { try folder.write("x", to: name) }
    try Folder.removeUnfinished(folder.path) { $0 == "vocab.json" }
    for name in kept { #expect(Folder.kind(folder(name)) == .file, "\(name)") }
    #expect(Folder.kind(folder("vocab.json.tmp-\(dead)-1")) == nil)
    try Folder.removeUnfinished(folder.path, includingFolders: true) { $0 == "vocab.json" }
    #expect(Folder.kind(folder("vocab.json.tmp-\(dead)-2")) == nil)
  }

  @Test func `reads at a place are exact or an error`() throws {
    let folder = try TemporaryFolder()
    let file = try File.open(try folder.write("0123456789", to: "digits"))
    var bytes: [UInt8] = []
    try file.read(at: 3, count: 4, into: &bytes)
    #expect(bytes == Array("3456".utf8))
    #expect(throws: FileError.self) { try File.open(folder("digits")).read(at: 8, count: 3, into: &bytes) }
  }

  @Test func `errors say what, which file and why`() {
    let error = #expect(throws: FileError.self) { try File.contents("/nowhere/x") }
    #expect(error?.description == "cannot open '/nowhere/x': No such file or directory")
  }

  @Test func `a second name is one of the file, not of a link to it`() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "a/file")
    try folder.write("", to: "b/other")
    #expect(unsafe symlink("file", folder("a/link")) == 0)
    #expect(try Folder.link(folder("a/link"), to: folder("b/name")))
    try Folder.remove(folder("a"))
    #expect(try File.contents(folder("b/name")) == Array("x".utf8))
  }

  @Test func `that are larger than anybody wants to hold are refused, whatever they claim`() throws {
    let folder = try TemporaryFolder()
    let file = try File.create(folder("holes"))
    try file.truncate(to: 1 << 40)
    #expect(throws: FileError("read", folder("holes"), code: EFBIG)) { try File.contents(folder("holes")) }
    try folder.write("12345", to: "five")
    #expect(try File.contents(folder("five"), limit: 5) == Array("12345".utf8))
    #expect(throws: FileError("read", folder("five"), code: EFBIG)) {
      try File.contents(folder("five"), limit: 4)
    }
    // Of no size, and without an end.
    #expect(throws: FileError("read", "/dev/zero", code: EFBIG)) {
      try File.contents("/dev/zero", limit: 1 << 20)
    }
  }

  @Test func `what the system does not tell of is neither there nor removed`() throws {
    let folder = try TemporaryFolder()
    let long = folder(String(repeating: "x", count: 300))
    #expect(throws: FileError("use", long, code: ENAMETOOLONG)) { try Folder.find(long) }
    #expect(throws: FileError("remove", long, code: ENAMETOOLONG)) { try Folder.remove(long) }
    try folder.write("", to: "file")
    for name in ["none", "none/x", "file/x"] {
      #expect(try Folder.find(folder(name)) == nil)
      try Folder.remove(folder(name))
    }
    #expect(try Folder.find(folder("file")) == .file && Folder.find(folder.path) == .folder)
    #expect(try Folder.find("/dev/null") == .other)
  }

  @Test func `a folder is removed with all that is in it`() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "a/b/c")
    try Folder.remove(folder("a"))
    #expect(Folder.kind(folder("a")) == nil)
    try Folder.remove(folder("a"))
  }

  @Test(arguments: [
    ("a/b/c", "a/b", "c"), ("c", ".", "c"), ("/c", "/", "c"), ("a/b/", "a", "b"),
    ("a/\u{301}b", "a", "\u{301}b"), ("//", "/", "/"),
  ])
  func `paths have parents and names`(path: String, parent: String, name: String) {
    #expect(Path.parent(path) == parent)
    #expect(Array(Path.name(path).utf8) == Array(name.utf8))
  }
}
