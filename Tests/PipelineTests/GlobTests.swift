import Basics
import Glibc
import Pipeline
import TestSupport
import Testing

@Suite struct GlobTests {
  private let folder: TemporaryFolder
  init() throws {
    folder = try TemporaryFolder()
    for name in [
      "c/a.txt", "c/b.md", "c/.h.txt", "c/.git/g.txt", "c/d/e.txt", "c/d/f/g.txt", "c/d/[x].txt", "c/log.7",
    ] {
      try folder.write(name, to: name)
    }
    unsafe symlink("..", folder("c/d/up"))
  }

  private func names(_ pattern: String) throws -> [String] {
    try Corpus([folder(pattern)]).sources.map(\.name)
  }

  @Test(arguments: [
    ("c/*.txt", ["c/a.txt"]), ("c/**/*.txt", ["c/a.txt", "c/d/[x].txt", "c/d/e.txt", "c/d/f/g.txt"]),
    ("c/**/f/*", ["c/d/f/g.txt"]),
    ("c/?.*", ["c/a.txt", "c/b.md"]), ("c/[ab].*", ["c/a.txt", "c/b.md"]), ("c/[!a]*.md", ["c/b.md"]),
    ("c/[a-c]*", ["c/a.txt", "c/b.md"]),
    ("c/.h*", ["c/.h.txt"]), ("c/d/[x].txt", ["[x].txt"]), ("c/d/**", ["d/[x].txt", "d/e.txt", "d/f/g.txt"]),
    ("c/log.*", ["c/log.7"]),
    ("*/a*", ["c/a.txt"]), ("c/**/**/*.md", ["c/b.md"]),
  ])
  func `patterns stand for files, named from the pattern's folder on`(pattern: String, expected: [String])
    throws
  {
    let found = try names(pattern)
    let above = pattern.hasPrefix("*") ? Path.name(folder.path) + "/" : ""
    #expect(found == expected.map { above + $0 })
  }

  @Test(arguments: ["c/*.pdf", "nowhere/*.txt", "c/a.txt/*"])
  func `a pattern that stands for nothing is an error`(pattern: String) {
    #expect(errorText { _ = try names(pattern) }.contains("and none that it stands for as a pattern"))
  }

  @Test func `a list has more paths, one a line`() throws {
    let list = try folder.write("\(folder("c/b.md"))\r\n\n\(folder("c/*.txt"))\n\(folder("c/d"))", to: "list")
    let corpus = try Corpus([folder("c/log.7")], list: list)
    #expect(corpus.sources.map(\.name) == ["log.7", "b.md", "c/a.txt", "d/[x].txt", "d/e.txt", "d/f/g.txt"])
    #expect(errorText { _ = try Corpus([], list: folder.write("\n", to: "empty")) }.contains("names no file"))
    let missing = try folder.write("nothing-here.txt/", to: "missing")
    #expect(errorText { _ = try Corpus([], list: missing) }.contains("there is no file or folder"))
  }
}
