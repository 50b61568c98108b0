internal import Basics
internal import Glibc

/// Parquet files, read by DuckDB's program: https://duckdb.org/docs/stable/data/parquet/overview
///
/// DuckDB writes one column as lines of JSON, in the rows' order, which are read while it writes them: neither holds more than some row
/// groups in memory. The file is its standard input, so that no name of a file is part of the query.
enum Parquet {
  private static let program = "duckdb"

  /// The lines of JSON that `source` holds, each with the field `column`. Rows without a value have none.
  static func lines(of source: Source, column: String) throws(PipelineError) -> any ByteStream {
    let parts = column.split(separator: "\"", omittingEmptySubsequences: false)
    let name = "\"\(parts.joined(separator: "\"\""))\""
    // One thread writes each row group as it is read; several would keep what comes too early. Columns of text that are only marked
    // as bytes, as older writers left them, are text.
    let query = """
      SET threads = 1; \
      COPY (SELECT \(name) FROM read_parquet('/dev/stdin', binary_as_string = true) WHERE \(name) IS NOT NULL) \
      TO '/dev/stdout' (FORMAT json)
      """
    return try ChildStream(
      [program, "-init", "/dev/null", "-c", query], input: source.path, size: source.byteCount,
      file: source.file, checkCancelled: { () throws(PipelineError) in try source.checkCancelled() })
  }

  /// Before long work: whether what is needed to read `sources` is there.
  ///
  /// - Throws: ``PipelineError/noProgram(_:file:)``
  static func checkProgram(for sources: [Source]) throws(PipelineError) {
    guard let source = sources.first(where: { $0.format.layout == .parquet }) else { return }
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
    let isThere = path.utf8.split(separator: UInt8(ascii: ":")).contains { folder in
      unsafe access(Path.join(String(Substring(folder)), program), X_OK) == 0
    }
    guard isThere else { throw .noProgram(program, file: source.file) }
  }
}
