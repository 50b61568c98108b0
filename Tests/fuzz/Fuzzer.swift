internal import Fuzzing
internal import Glibc

/// The reader that is fed.
enum Chosen {
  static let target: FuzzTarget = {
    let name = unsafe getenv("TESSERA_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget.named(name) else {
      fatalError("TESSERA_FUZZ_TARGET names no reader: '\(name)'")
    }
    return target
  }()
}

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's own loop (https://llvm.org/docs/LibFuzzer.html), which `-sanitize=fuzzer` links.
@_silgen_name("LLVMFuzzerRunDriver")
private func driver(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

func runFuzzer() -> Never {
  var count = CommandLine.argc
  var arguments = unsafe CommandLine.unsafeArgv
  let code = unsafe driver(&count, &arguments) { bytes, count in
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    do { try Chosen.target.read(input) } catch { fatalError("\(error)") }
    return 0
  }
  Scratch.remove()
  exit(code)
}
