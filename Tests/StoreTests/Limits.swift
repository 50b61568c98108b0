import Basics
import Foundation
import Glibc

/// How many files in `folder` this process has open.
func openFiles(in folder: String) throws -> Int {
  try Folder.names("/proc/self/fd").count { name in
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
    return target?.hasPrefix(folder) == true
  }
}

/// What a test's own process may use. Only for processes that end with the test: they cannot be loosened for others.
enum Limits {
  /// Address space beyond what is in use already.
  static func memory(beyondNow bytes: Int) throws {
    let status = try File.contents("/proc/self/statm")
    let pages = Int(String(decoding: status.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))!
    set(RLIMIT_AS, pages * sysconf(Int32(_SC_PAGESIZE)) + bytes)
  }

  /// The place in any file where writing fails, or ends the process; nil for none.
  static func fileSize(_ bytes: Int?, kills: Bool) throws {
    signal(SIGXFSZ, kills ? SIG_DFL : SIG_IGN)
    // The threads that tests run on hold signals back.
    var signals = sigset_t()
    unsafe sigaddset(&signals, SIGXFSZ)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    set(RLIMIT_CORE, 0)
    set(RLIMIT_FSIZE, bytes ?? Int.max)
  }

  private static func set(_ resource: __rlimit_resource, _ value: Int) {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    limit.rlim_cur = min(rlim_t(value), limit.rlim_max)
    precondition(
      unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, "limits can be lowered")
  }
}
