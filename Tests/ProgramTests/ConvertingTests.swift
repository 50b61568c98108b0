import Basics
import TestSupport
import Testing

@Suite struct `Patterns and forms of tokenizers` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeStories("corpora/stories.jsonl", bytes: 40_000)
  }

  @Test func `a vocabulary of another pattern goes all the way to a model that writes`() throws {
    let learned = succeed(try place.prep("bpe-train", "--vocab-size", "400", "--pattern", "o200k"))
    #expect(learned.errors.contains("wrote tokenizer/tokenizer.json, tokenizer/vocab.json and"))
    succeed(try place.prep("encode", "corpora", "--val-fraction", "0.1"))
    succeed(try place.prep("verify", "shards"))
    succeed(try place.shell("train --shards shards --out run --layers 1 --width 16 --context 16 --steps 2"))
    #expect(Folder.kind(place("run/tokenizer.json")) == .file && Folder.kind(place("run/vocab.json")) == nil)
    succeed(try place.shell("train --resume run --steps 3"))
    succeed(try place.train("generate", "run", "--prompt", "The"))
    try Folder.remove(place("run/tokenizer.json"))
    refuse(try place.train("generate", "run", "--prompt", "The"), "the tokenizer")
  }

  @Test func `forms are converted where they can say it, and back`() throws {
    succeed(try place.prep("bpe-train", "--vocab-size", "400"))
    succeed(
      try place.prep("convert-tokenizer", "tokenizer", "--to", "huggingface", "--out", "h/tokenizer.json"))
    succeed(try place.prep("convert-tokenizer", "h", "--to", "tiktoken", "--out", "r.tiktoken"))
    refuse(try place.prep("count", "corpora/stories.jsonl", "--tokenizer", "r.tiktoken"), "convert-tokenizer")
    let told = ["--pattern", "gpt2", "--special", "<|endoftext|>=399"].map { "'\($0)'" }.joined(
      separator: " ")
    succeed(try place.shell("prep convert-tokenizer r.tiktoken \(told) --to vocab --out v"))
    #expect(try place.files("v") == place.files("tokenizer"))
    let again = try place.shell("prep convert-tokenizer r.tiktoken \(told) --to vocab --out v")
    #expect(succeed(again).errors.contains("unchanged"))
    succeed(
      try place.shell(
        "prep convert-tokenizer r.tiktoken \(told.replacing("gpt2", with: "cl100k")) --out c.json"))
    refuse(
      try place.prep("convert-tokenizer", "c.json", "--to", "vocab", "--out", "w"), "c.json",
      "cannot say what this tokenizer is", "cl100k")
    #expect(Folder.kind(place("w")) == nil)
    refuse(
      try place.prep("convert-tokenizer", "r.tiktoken", "--pattern", "p"), code: 2, "gpt2, cl100k or o200k")
    refuse(try place.prep("convert-tokenizer", "r.tiktoken", "--special", "a=1"), code: 2, "--pattern")
  }

  @Test func `a folder never has files of two tokenizers`() throws {
    for (name, size) in [("a", "300"), ("b", "320")] {
      succeed(try place.prep("bpe-train", "--vocab-size", size, "--out", name))
    }
    func ids(_ tokenizer: String) throws -> String {
      succeed(try place.prep("tokenize", "corpora/stories.jsonl", "--tokenizer", tokenizer)).text
    }
    // One file says all of a tokenizer, and comes first where a folder is read.
    succeed(try place.prep("convert-tokenizer", "a", "--out", "whole/tokenizer.json"))
    refuse(try place.prep("convert-tokenizer", "b", "--to", "vocab", "--out", "whole"), "--replace")
    #expect(try Folder.names(place("whole")) == ["tokenizer.json"])
    succeed(try place.prep("convert-tokenizer", "b", "--to", "vocab", "--out", "whole", "--replace"))
    #expect(try ids("whole") == ids("b") && ids("b") != ids("a"))
    succeed(try place.shell("mkdir merges && cp a/merges.txt merges"))
    refuse(try place.prep("convert-tokenizer", "b", "--to", "vocab", "--out", "merges"), "--replace")
    #expect(try Folder.names(place("merges")) == ["merges.txt"])
  }
}
