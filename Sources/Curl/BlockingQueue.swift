import Dispatch

/// A serial executor on a queue of its own, so that a call which blocks for minutes holds a thread made for it and
/// never one of the few that run every other task. Linux has no `DispatchSerialQueue`, hence this wrapper.
final class BlockingQueue: SerialExecutor {
  private let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
