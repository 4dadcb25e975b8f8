import Dispatch

/// A serial executor on a dispatch queue of its own, so that an actor which calls blocking C functions never holds a
/// thread of the cooperative pool. (Linux has no `DispatchSerialQueue` that conforms to `SerialExecutor`.)
final class BlockingExecutor: SerialExecutor {
  private let queue: DispatchQueue

  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }
}
