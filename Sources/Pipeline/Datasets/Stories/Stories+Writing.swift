/// How stories are written into a file.
public enum StoryFormat: String, CaseIterable, Sendable {
  /// One JSON object a line: `{"text": "..."}`.
  case jsonl
  /// Plain text, an empty line between two stories.
  case txt
}

extension Stories {
  /// How much was written.
  public struct Total: Sendable, Equatable {
    /// The stories, from number 0 on.
    public var stories = 0
    /// Their bytes as written, quotes and line ends included.
    public var bytes = 0
  }

  /// Writes stories from the first one on, as many as fit into `byteCount` bytes, but at least one. More
  /// bytes begin with the same stories.
  ///
  /// - Parameter sink: takes the bytes, about a megabyte at a time.
  @discardableResult
  public func write(
    upTo byteCount: Int, as format: StoryFormat, to sink: (Span<UInt8>) throws -> Void
  ) rethrows -> Total {
    var total = Total()
    var waiting: [UInt8] = []
    try forEach(0..<Int.max) { story in
      let start = waiting.count
      append(story, as: format, isFirst: total.stories == 0, to: &waiting)
      let size = waiting.count - start
      guard total.stories == 0 || total.bytes + size <= byteCount else {
        waiting.removeLast(size)
        return false
      }
      total.stories += 1
      total.bytes += size
      if waiting.count >= 1 << 20 {
        try sink(waiting.span)
        waiting.removeAll(keepingCapacity: true)
      }
      return true
    }
    try sink(waiting.span)
    return total
  }

  private func append(_ story: Span<UInt8>, as format: StoryFormat, isFirst: Bool, to output: inout [UInt8]) {
    switch format {
    case .txt:
      if !isFirst { output.append(UInt8(ascii: "\n")) }
      for index in story.indices { output.append(story[index]) }
      output.append(UInt8(ascii: "\n"))
    case .jsonl:
      output += Self.opening
      for index in story.indices {
        switch story[index] {
        case UInt8(ascii: "\""): output += Self.quote
        case UInt8(ascii: "\n"): output += Self.newline
        default: output.append(story[index])
        }
      }
      output += Self.closing
    }
  }

  private static let opening = Array("{\"text\": \"".utf8)
  private static let closing = Array("\"}\n".utf8)
  private static let quote = Array("\\\"".utf8)
  private static let newline = Array("\\n".utf8)
}
