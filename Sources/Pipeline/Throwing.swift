internal import Basics
internal import Store

/// Runs what the system may refuse.
func filing<Value: ~Copyable>(_ body: () throws(FileError) -> Value) throws(PipelineError) -> Value {
  do {
    return try body()
  } catch {
    throw .file(error)
  }
}

extension Folder {
  /// What lies at `path`; nil where nothing does.
  static func kindIfThere(_ path: String) throws(PipelineError) -> Kind? {
    do {
      return try kindOrDangling(path)
    } catch {
      if error.isMissing { return nil }
      throw .file(error)
    }
  }
}

/// Runs what the store may refuse.
func storing<Value: ~Copyable>(_ body: () throws(StoreError) -> Value) throws(PipelineError) -> Value {
  do {
    return try body()
  } catch {
    throw .store(error)
  }
}
