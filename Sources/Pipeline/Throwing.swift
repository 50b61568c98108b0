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

/// Runs what the store may refuse.
func storing<Value: ~Copyable>(_ body: () throws(StoreError) -> Value) throws(PipelineError) -> Value {
  do {
    return try body()
  } catch {
    throw .store(error)
  }
}
