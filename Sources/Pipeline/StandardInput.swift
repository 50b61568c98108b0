internal import Basics

/// Standard input as a file of a corpus.
///
/// A corpus is read more than once: to name it by its digest, to find where it can be cut, to encode it. So what arrives is first written to a
/// file. That has no name, and is gone however the process ends. A run that is started again with the same bytes goes on where the
/// last one stopped, as with any other file.
public struct StandardInput: Sendable {
  /// What the bytes are, as a file's ending says it: `jsonl.gz`.
  public var ending: String
  /// Where the file is made; where there is no such folder, in the first above it that is.
  public var folder: String
  /// Asked now and then whether to stop.
  public var isCancelled: @Sendable () -> Bool

  /// Standard input with the bytes of a file that ends in `ending`.
  public init(
    ending: String = "txt", folder: String = ".", isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.ending = ending
    self.folder = folder
    self.isCancelled = isCancelled
  }

  /// Whether files end so.
  public var isKnown: Bool {
    ending.utf8.allSatisfy { $0 != UInt8(ascii: "/") } && SourceFormat(path: name) != nil
  }

  /// What the dataset calls it, and its file until that has no name. A file of this name that holds the same bytes takes its place where the
  /// dataset is checked or mended.
  var name: String { "\(Self.baseName).\(ending)" }

  private static let baseName = "standard-input"

  /// Whether a dataset's source of this name was standard input.
  static func isName(_ name: String) -> Bool { name.hasPrefix("\(baseName).") }

  /// All that arrives.
  func spool() throws(PipelineError) -> Spool {
    let input = try filing { () throws(FileError) in try File.standardInput() }
    let spool = try filing { () throws(FileError) in try Spool(in: folder, name) }
    var bytes: [UInt8] = []
    while true {
      // Whoever writes may take long, and somebody may ask to stop meanwhile.
      while !input.hasInput(within: 200) { if isCancelled() { throw .cancelled } }
      if isCancelled() { throw .cancelled }
      let got = try filing { () throws(FileError) in try input.read(upTo: 1 << 18, appendingTo: &bytes) }
      guard got > 0 else { return spool }
      try filing { () throws(FileError) in try spool.file.write(bytes.span) }
      bytes.removeAll(keepingCapacity: true)
    }
  }
}

/// A file without a name, there as long as somebody has it. Once it is whole, nobody writes to it.
final class Spool: @unchecked Sendable {
  let file: File

  init(in folder: String, _ name: String) throws(FileError) { file = try NamelessFile.make(in: folder, name) }
}
