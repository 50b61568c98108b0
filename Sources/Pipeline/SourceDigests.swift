internal import Basics
internal import Store

/// SHA-256 of the files of a corpus.
enum SourceDigests {
  /// What a dataset records of `sources`. Several threads share the files.
  static func records(
    of sources: [Source], threads: Int, meter: Meter, isCancelled: @Sendable () -> Bool
  ) throws(PipelineError) -> [SourceRecord] {
    var records: [SourceRecord] = []
    records.reserveCapacity(sources.count)
    var next = 0
    try OrderedWork.run(
      threads: max(1, min(threads, sources.count)),
      next: { () throws(PipelineError) -> Source? in
        guard next < sources.count else { return nil }
        next += 1
        return sources[next - 1]
      },
      state: { Scratch() },
      work: { scratch, source throws(PipelineError) in
        let digest = try digest(of: source, &scratch, meter, isCancelled)
        return SourceRecord(path: source.name, byteCount: source.byteCount, digest: digest)
      },
      emit: { records.append($0) })
    return records
  }

  private struct Scratch: ~Copyable { var bytes: [UInt8] = [] }

  private static func digest(
    of source: Source, _ scratch: inout Scratch, _ meter: Meter, _ isCancelled: () -> Bool
  ) throws(PipelineError) -> Digest {
    let stream = try FileStream(source.path, 0..<source.byteCount)
    var hash = SHA256()
    scratch.bytes.removeAll(keepingCapacity: true)
    while true {
      let count = try stream.read(upTo: 1 << 18, appendingTo: &scratch.bytes)
      guard count > 0 else { break }
      if isCancelled() { throw .cancelled }
      hash.update(scratch.bytes.span)
      scratch.bytes.removeAll(keepingCapacity: true)
      meter.update { $0.bytes += count }
    }
    try source.checkUnchanged()
    return hash.finish()
  }
}
