internal import Glibc

/// A detached thread. All creation of threads is here.
package enum Thread {
  package static func start(_ body: @escaping @Sendable () -> Void) {
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
    precondition(code == 0, "the system refuses to start a thread (error \(code))")
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
