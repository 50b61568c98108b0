internal import Glibc

/// A detached thread. All creation of threads is here.
package enum Thread {
  /// Runs `body` on a thread of its own; false where the system has none to give, and then `body` never runs.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let box = unsafe Unmanaged.passRetained(Body(run: body))
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    unsafe pthread_attr_setstacksize(&attributes, 8 << 20)
    let code = unsafe pthread_create(
      &thread, &attributes,
      { pointer in
        let body = unsafe Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue()
        body.run()
        return nil
      }, box.toOpaque())
    unsafe pthread_attr_destroy(&attributes)
    if code != 0 { unsafe box.release() }
    return code == 0
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
