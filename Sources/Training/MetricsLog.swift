internal import Basics

/// The file `metrics.jsonl`: one line a step, in order, appended as the steps are done.
///
/// Lines reach the disk for good with every checkpoint. A run that goes on from a checkpoint first cuts away the lines
/// of the steps after it, which it will do again.
package struct MetricsLog: ~Copyable {
  private let file: File

  /// Opens the log at `path` and keeps the whole lines of the steps up to `step`, none where it is nil.
  package init(path: String, keepingThrough step: Int?) throws(TrainingError) {
    file = try TrainingError.wrapping {
      let file = try File.append(path)
      try file.truncate(to: step.map { try Self.length(path, through: $0) } ?? 0)
      return file
    }
  }

  /// Bytes of the lines at the start of the file that are whole and of steps up to `step`.
  private static func length(_ path: String, through step: Int) throws(FileError) -> Int {
    let bytes = try File.contents(path)
    var length = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
      guard let json = try? JSON.parse(Array(line).span), let record = StepRecord(json: json),
        record.step <= step
      else { break }
      length += line.count + 1
    }
    return length
  }

  package func append(_ record: StepRecord) throws(TrainingError) {
    do { try file.write(record.json.text + "\n") } catch { throw .file(error) }
  }

  /// Waits until all lines are on the disk.
  package func synchronize() throws(TrainingError) {
    do { try file.synchronize() } catch { throw .file(error) }
  }

  /// The records in the log at `path`. A last line that was cut off is left out.
  package static func records(_ path: String) throws(TrainingError) -> [StepRecord] {
    do {
      return try File.contents(path).split(separator: UInt8(ascii: "\n")).compactMap { line in
        (try? JSON.parse(Array(line).span)).flatMap(StepRecord.init(json:))
      }
    } catch { throw TrainingError(error) }
  }
}
