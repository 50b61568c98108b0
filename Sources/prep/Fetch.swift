internal import Basics
internal import Commands
internal import Pipeline

/// `prep fetch`: known corpora and vocabularies into the cache.
struct Fetch: Command {
  static let name = "fetch"
  static let summary =
    "Get a known corpus or vocabulary, checked by its SHA-256, from this machine or the network"
  static let example = """
    prep fetch --list
    prep fetch gpt2
    prep fetch sms-spam --from Downloads/
    """
  static var options: [Option<Self>] {
    [
      .argument("NAME", \.entry, "What to get; --list shows the names"),
      .option(
        "--from", \.from, "PATH", "A file, zip archive or folder to take it from, whatever the names there"),
      .flag("--list", \.list, "List what there is instead"),
      .flag("--json", \.json, "With --list: everything that is known, as in corpora/catalog.json"),
    ]
  }

  var entry: String?
  var from: String?
  var list = false
  var json = false

  mutating func run() throws {
    guard list == false else { return show() }
    guard let entry else { throw UsageError("missing argument NAME; --list shows the names") }
    let fetcher = Fetcher(try Catalog.entry(entry))
    switch try fetcher.run(from: from, report: { Console.note($0) }) {
    case .alreadyThere: Console.note("\(entry) is already in \(fetcher.folder), whole and right")
    case .stored(let names): Console.note("stored \(names.joined(separator: " and ")) in \(fetcher.folder)")
    }
  }

  private func show() {
    if json { return Console.out(Catalog.json.indented) }
    for entry in Catalog.entries {
      let size = Quantity.text(Double(entry.files.reduce(0) { $0 + $1.byteCount }), "B")
      Console.out(
        """
        \(entry.name)
          \(entry.summary)
          \(entry.files.map(\.name).joined(separator: ", ")): \(size), \(entry.licence)
          \(entry.reading)
        """)
    }
  }
}
