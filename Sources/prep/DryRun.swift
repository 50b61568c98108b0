internal import Basics
internal import Commands
internal import Pipeline

extension Encode {
  /// Says what would be read and how large it would become; writes nothing.
  func showForecast(_ threads: Int) throws {
    let forecast = try running { () throws(PipelineError) in
      let encoder = try encoder(spoolIn: NamelessFile.systemFolder)
      let bytes = encoder.corpus.sources.reduce(0) { $0 + $1.byteCount }
      let planning = Progress("planning", total: bytes, unit: "B")
      let sampling = Progress("sampling", total: nil, unit: "B")
      let forecast = try encoder.forecast(
        threads: threads,
        report: { progress in
          guard !progress.isPlanning else { return planning.reach(progress.bytes) }
          planning.finish()
          if !progress.isComparing { sampling.reach(progress.bytes) }
        },
        isCancelled: { Interrupt.isRequested })
      sampling.finish()
      return forecast
    }
    Console.out(json ? forecast.json.text : forecast.page)
    for caveat in forecast.caveats { Console.note(caveat) }
  }
}

extension DatasetForecast {
  /// For people, a line for each number.
  var page: String {
    func error(_ share: Double) -> String {
      share < 0.0005 ? "less than 0.1 %" : "\(Quantity.fixed(100 * share, 1)) %"
    }
    func line(_ name: String, _ amount: Amount, _ unit: String) -> String {
      let text =
        amount.error == 0
        ? unit == "B" ? Quantity.text(Double(amount.value), unit) : "\(amount.value)"
        : "about \(Quantity.text(Double(amount.value), unit)), give or take \(error(amount.error))"
      return name.padded(to: 13) + text
    }
    return """
      \("files".padded(to: 13))\(files), \(Quantity.text(Double(fileBytes), "B"))
      \(line("documents", documents, "documents"))
      \(line("text", textBytes, "B"))
      \(line("tokens", tokens, "tokens"))
      \(line("shards", shardBytes, "B"))
      \("codec table".padded(to: 13))\(Quantity.text(Double(codecTableBytes), "B"))
      """
  }

  /// What the numbers do not say.
  var caveats: [String] {
    var caveats: [String] = []
    if readBytes < fileBytes {
      caveats.append(
        """
        estimated from a sample of \(Quantity.text(Double(readBytes), "B")); 95 of 100 times the true numbers are as near as \
        said, where the files are everywhere alike
        """)
    }
    if readsStarts {
      caveats.append(
        "packed files, tables and arrays were sampled from their start: what follows may be otherwise")
    }
    if unreadable > 0 {
      caveats.append("\(counted(unreadable, "part")) of the sample could not be read; encoding will say why")
    }
    if let rejects, rejects > 0 { caveats.append("\(counted(rejects, "document")) would be left out") }
    return caveats
  }

  var json: JSON {
    func object(_ amount: Amount) -> JSON {
      ["value": .integer(amount.value), "error": .number(amount.error)]
    }
    return [
      "files": .integer(files), "file-bytes": .integer(fileBytes), "read-bytes": .integer(readBytes),
      "documents": object(documents), "text-bytes": object(textBytes), "tokens": object(tokens),
      "shard-bytes": object(shardBytes), "codec-table-bytes": .integer(codecTableBytes),
      "rejects": rejects.map { .integer($0) } ?? .null, "reads-starts": .bool(readsStarts),
      "unreadable": .integer(unreadable),
    ]
  }
}

extension CorpusCount {
  var json: JSON {
    [
      "tokens": .integer(tokens), "documents": .integer(documents), "text-bytes": .integer(textBytes),
      "rejects": .integer(rejects), "steps": .array(steps.map(\.json)),
    ]
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
