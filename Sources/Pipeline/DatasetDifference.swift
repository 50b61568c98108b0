/// A place at which a dataset is not what its sources say.
public struct DatasetDifference: Sendable, Equatable, CustomStringConvertible {
  /// The shard's path.
  public var shard: String
  /// The number of the document in the shard, counted from 0.
  public var document: Int?
  /// The source that the document is of.
  public var source: String?
  /// Where the document begins in it, in bytes.
  public var offset: Int?
  /// The place of the first other token in the document.
  public var token: Int?
  /// Where that token begins in the document's text, in bytes.
  public var textByte: Int?
  /// What is different, in words.
  public var reason: String

  /// Shard, document, source, byte, and what is different.
  public var description: String {
    var text = "'\(shard)'"
    if let document { text += ", document \(document)" }
    if let source, let offset {
      text += " (from byte \(offset) of '\(source)')"
    }
    if let token { text += ", token \(token)" }
    if let textByte { text += " (byte \(textByte) of its text)" }
    return text + ": " + reason
  }
}
