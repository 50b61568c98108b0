internal import Basics
internal import Pipeline
internal import Store

extension FuzzTarget {
  static let smallTargets = [
    FuzzTarget(
      "json",
      seeds: {
        [#"{"a": [1, -2.5e-3, "x\u00e9\n", true, null, {}], "b": ""}"#, "9223372036854775807", "[[[[]]]]"].map
        {
          Array($0.utf8)
        }
      }
    ) { input in
      let value = try JSON.parse(input.span)
      try expect(try JSON.parse(value.text) == value, "another value after writing \(value.text)")
      try expect(try JSON.parse(value.indented) == value, "another value after writing it in lines")
    },
    FuzzTarget("loader-state", seeds: { [Array(loaderState.utf8)] }) { input in
      let state = try LoaderState(json: JSON.parse(input.span))
      try expect(try LoaderState(json: state.json) == state, "another state after writing it")
    },
    FuzzTarget("mixture", seeds: { ["a=0.7,b=0.3", "a=1,b=2,c=0.125", "a"].map { Array($0.utf8) } }) {
      input in
      guard let text = String(validating: input, as: UTF8.self) else { return }
      let mixture = try MixtureText(text)
      try expect(mixture.folders.count == mixture.weights.count, "folders without weights")
      try expect(mixture.weights.allSatisfy { $0 > 0 }, "a weight of nothing")
    },
    FuzzTarget("ids", seeds: { [Array("65 66 255\n256".utf8), [65, 0, 0, 1]] }) { input in
      let path = try Scratch.write(input, to: "a.ids")
      let decoder = IDDecoder(try TokenizerFixture.shared.get().folder.tokenizer)
      for format in IDDecoder.Format.allCases {
        var count = 0
        _ = try refusal {
          try decoder.write(TextInput(path), from: format) { (bytes) throws(FileError) in count += bytes.count
          }
        }
        try expect(count <= 64 * input.count, "\(count) bytes from \(input.count)")
      }
    },
    FuzzTarget("zip", seeds: { try zips.map(bytes) }) { input in
      let archive = try ZipArchive(try Scratch.write(input, to: "a.zip"))
      for member in archive.members.prefix(8) { _ = try refusal { _ = try archive.contents(of: member) } }
    },
  ]

  /// Two files and a folder, stored and deflated.
  static let zips = [
    "UEsDBBQAAAAAAAAAIVA7GGPlHwAAAB8AAAAFAAAAYS50eHR0aGUgY2F0IGFuZCB0aGUgY2F0IGFuZCB0aGUgY2F0UEsDBBQAAAAAAAAAIVAAAAAAAAAAAAAAAAACAAAAZC9QSwMEFAAAAAAAAAAhUAAAAAAAAAAAAAAAAAcAAABkL2IudHh0UEsBAhQDFAAAAAAAAAAhUDsYY+UfAAAAHwAAAAUAAAAAAAAAAAAAAIABAAAAAGEudHh0UEsBAhQDFAAAAAAAAAAhUAAAAAAAAAAAAAAAAAIAAAAAAAAAAAAAAIABQgAAAGQvUEsBAhQDFAAAAAAAAAAhUAAAAAAAAAAAAAAAAAcAAAAAAAAAAAAAAIABYgAAAGQvYi50eHRQSwUGAAAAAAMAAwCYAAAAhwAAAAAA",
    "UEsDBBQAAAAIAAAAIVA7GGPlEQAAAB8AAAAFAAAAYS50eHQryUhVSE4sUUjMS1EowWQDAFBLAwQUAAAACAAAACFQAAAAAAIAAAAAAAAAAgAAAGQvAwBQSwMEFAAAAAgAAAAhUAAAAAACAAAAAAAAAAcAAABkL2IudHh0AwBQSwECFAMUAAAACAAAACFQOxhj5REAAAAfAAAABQAAAAAAAAAAAAAAgAEAAAAAYS50eHRQSwECFAMUAAAACAAAACFQAAAAAAIAAAAAAAAAAgAAAAAAAAAAAAAAgAE0AAAAZC9QSwECFAMUAAAACAAAACFQAAAAAAIAAAAAAAAABwAAAAAAAAAAAAAAgAFWAAAAZC9iLnR4dFBLBQYAAAAAAwADAJgAAAB9AAAAAAA=",
  ]

  private static let loaderState =
    #"{"seed": 1, "shuffle": "block", "turn": 0, "places": [[0, 32, 16], [1, 0, 8]], "dataset": "\#(String(repeating: "0a", count: 32))"}"#
}
