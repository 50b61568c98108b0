import Basics
import Glibc
import TestSupport
import Testing

@Suite struct `Training and writing` {
  private let place: Workplace
  private let size = "--layers 1 --heads 2 --width 16 --context 32 --batch-size 4 --eval-batches 0"

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer()
    succeed(try place.prep("encode", "corpora/", "--val-fraction", "0.1"))
    succeed(
      try place.shell("train --shards shards --out run \(size) --steps 150 --eval-interval 50 --threads 1"))
  }

  @Test func `the validation loss falls, and is what evaluate finds`() throws {
    let losses = try place.lines("run/metrics.jsonl").compactMap { $0["val_loss"]?.number }
    #expect(losses.count == 4)
    #expect(losses == losses.sorted(by: >) && losses[3] < losses[0] - 0.5)
    let result = try JSON.parse(succeed(place.train("evaluate", "run", "--json", "--bigram")).text)
    #expect(abs(result["loss"]!.number! - losses[3]) < 1e-4)
    #expect(result["bigram_loss"]!.number! > 0)
    let page = succeed(try place.train("evaluate", "run", "--bigram")).text
    #expect(page.split(separator: "\n").last?.hasPrefix("validation loss ") == true)
    #expect(page.hasSuffix(" nats a token\n"))
  }

  @Test func `the number of threads does not matter`() throws {
    succeed(
      try place.shell("train --shards shards --out two \(size) --steps 150 --eval-interval 50 --threads 2"))
    #expect(try curve(place, "two") == curve(place, "run"))
    let model = "checkpoints/step-000150/model.safetensors"
    #expect(try place.bytes("two/\(model)") == place.bytes("run/\(model)"))
  }

  @Test func `the same seed writes the same text, on any number of threads`() throws {
    func text(_ options: String) throws -> String {
      try succeed(place.shell("train generate run --prompt 'One day' --max-tokens 40 \(options)")).text
    }
    let text1 = try text("--seed 7 --threads 1")
    #expect(text1.hasPrefix("One day") && text1.hasSuffix("\n"))
    #expect(try text("--seed 7 --threads 2") == text1)
    #expect(try text("--seed 8 --threads 2") != text1)
    #expect(try text("--seed 8 --temperature 0") == text("--seed 7 --temperature 0"))
    #expect(try text("--seed 7 --omit-prompt") == text1.dropFirst("One day".count))
    try place.folder.write("One day", to: "prompt")
    let fromFile = try place.shell("train generate run --prompt-file prompt --max-tokens 40 --seed 7")
    #expect(fromFile.text == text1)
    let fromInput = try place.shell("train generate run --prompt-file - --max-tokens 40 --seed 7 < prompt")
    #expect(fromInput.text == text1)
  }

  @Test func `what is written is the ids' text`() throws {
    let outcome = succeed(
      try place.shell("train generate run --prompt One --max-tokens 9 --samples 3 --json"))
    let samples = try outcome.text.split(separator: "\n").map { try JSON.parse(String($0)) }
    #expect(samples.map { $0["sample"]?.integer } == [0, 1, 2])
    for sample in samples {
      let ids = sample["ids"]!.elements!.map { $0.integer! }
      let text = try place.prep("decode", input: IDForm.ids.bytes(ids)).text
      #expect(sample["text"]?.string == text.replacing("<|endoftext|>", with: ""))
      #expect(sample["prompt"] == "One" && (ids.count == 9 || sample["ending"] != "length"))
    }
  }

  @Test func `a run that is done can be made longer`() throws {
    let done = succeed(try place.train("--resume", "run"))
    #expect(done.errors.contains("'run' has done all its 150 steps; --steps N"))
    let longer = succeed(try place.train("--resume", "run", "--steps", "200"))
    #expect(longer.errors.contains("going on after step 150 of 'run'"))
    #expect(try curve(place, "run").map { $0["step"]?.integer } == Array(0...200))
    refuse(
      try place.train("--resume", "run", "--steps", "100"), code: 2, "--steps 100 is fewer than the 200 steps"
    )
    refuse(try place.train("--resume", "run", "--width", "32"), "width is 32, not 16", "another --out")
  }

  @Test func `settings are said and kept as they were given`() throws {
    let settings = "--dropout 0.25 --learning-rate 0.004 --seed 5"
    let outcome = try place.shell("train --shards shards --out set \(size) \(settings) --steps 1")
    for part in ["1 layer, 2 heads, width 16, context 32, dropout 0.25", "learning rate 0.004, seed 5"] {
      #expect(succeed(outcome).errors.contains(part), "no '\(part)' in: \(outcome.errors)")
    }
    let kept = try JSON.parse(place.text("set/config.json"))["configuration"]
    #expect(kept?["dropout"]?.number == 0.25 && kept?["learning-rate"]?.number == 0.004)
    #expect(kept?["seed"]?.integer == 5 && kept?["batch-size"]?.integer == 4)
  }

  @Test func `several datasets are mixed by weight`() throws {
    succeed(try place.prep("encode", "corpora/", "--val-fraction", "0.2", "--out", "more"))
    let begun = succeed(
      try place.shell("train --shards shards=0.75,more=0.25 --out mixed \(size) --steps 3 --shuffle block"))
    #expect(begun.errors.contains("75.00 % 'shards': ") && begun.errors.contains("25.00 % 'more': "))
    succeed(try place.train("--resume", "mixed", "--steps", "5"))
    #expect(try place.lines("mixed/metrics.jsonl").count == 6)
    refuse(
      try place.train("evaluate", "mixed"), code: 2,
      "'mixed' learned from several datasets; name one of them with --shards")
    succeed(try place.train("evaluate", "mixed", "--shards", "more"))
    refuse(
      try place.train("--shards", "shards=1,more", "--out", "third"), "'more' has no weight; write FOLDER=0.7"
    )
  }

  @Test func `a folder that holds a run is not trained over`() throws {
    let before = try place.files("run", ending: ".jsonl")
    refuse(try place.train("--shards", "shards", "--out", "run"), "'run' holds a run already", "--resume")
    refuse(
      try place.train("--shards", "shards", "--out", "shards"), "'shards' holds files that are not a run's")
    #expect(try place.files("run", ending: ".jsonl") == before)
  }
}

/// The lines of a run's metrics without what depends on the machine.
func curve(_ place: Workplace, _ run: String) throws -> [JSON] {
  try place.lines("\(run)/metrics.jsonl").map { line in
    .object(try #require(line.members).filter { !["tokens_per_s", "seconds"].contains($0.name) })
  }
}
