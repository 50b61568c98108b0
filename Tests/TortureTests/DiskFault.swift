import Basics
import Glibc
import TestSupport

/// A way in which a disk fails, for a program that is run with the library of `Tests/Faults`.
enum DiskFault: String, CaseIterable {
  /// One call fails; those after it do not.
  case error
  /// A call writes half of its bytes, and none after it writes any.
  case full
  /// All calls from one on are refused.
  case readOnly
  /// The process is killed before a call.
  case killed
  /// One call that reads fails.
  case unreadable

  private var variables: String {
    switch self {
    case .error: "FAULT_ERROR=\(EIO)"
    case .full: "FAULT_ERROR=\(ENOSPC) FAULT_HALF=1 FAULT_STICKY=1"
    case .readOnly: "FAULT_ERROR=\(EROFS) FAULT_STICKY=1"
    case .killed: "FAULT_KILL=1"
    case .unreadable: "FAULT_ERROR=\(EIO) FAULT_READS=1"
    }
  }

  /// What the system calls it: the errors must say so.
  var reason: String {
    switch self {
    case .error, .unreadable: "Input/output error"
    case .full: "No space left on device"
    case .readOnly: "Read-only file system"
    case .killed: ""
    }
  }

  /// Whether what was unfinished cannot be removed.
  var isForGood: Bool { self == .full || self == .readOnly || self == .killed }

  /// Compiles the library; nil where there is no C compiler, or no way to preload.
  static let library: (folder: TemporaryFolder, path: String)? = {
    guard let folder = try? TemporaryFolder() else { return nil }
    let source = "\(Shared.package)/Tests/Faults/faults.c"
    let made = try? RunningProgram(
      shell:
        "cc -shared -fPIC -O2 -o faults.so '\(source)' -ldl || clang -shared -fPIC -O2 -o faults.so '\(source)' -ldl",
      in: folder.path
    ).wait()
    return made?.code == 0 ? (folder, folder("faults.so")) : nil
  }()

  /// The beginning of a shell command that runs a program whose calls below `folder` fail from number `call` on; 0: none
  /// fails, and the log has their number.
  func prefix(_ library: String, folder: String, call: Int, log: String) -> String {
    "FAULT_FOLDER='\(folder)' FAULT_LOG='\(log)' FAULT_AT=\(call) \(variables) LD_PRELOAD='\(library)'"
  }
}
