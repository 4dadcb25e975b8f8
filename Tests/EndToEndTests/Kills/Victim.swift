import CrashPoints
import Foundation
import TestSupport

/// A process that comes to an armed crash point.
struct Victim {
  private let child: ChildProcess
  private let point: CrashPoint

  init(_ child: ChildProcess, _ point: CrashPoint) {
    self.child = child
    self.point = point
  }

  var output: String { child.output }
  var hasReached: Bool { output.contains("crash point \(point.rawValue) reached") }

  /// Blocks until it ends; its exit status, or minus the signal that ended it.
  func ended() -> Int32 { child.wait() }

  func expectItDied() throws {
    try expect(child.wait() == -SIGKILL && hasReached, "die at the point")
  }

  /// Asks it to end.
  func end() async throws {
    child.terminate()
    try await expectItEnds()
  }

  func expectItEnds() async throws {
    try? await waitUntil("it ends", seconds: 10) { !child.isRunning }
    try expect(!child.isRunning && child.wait() == 0, "end with 0 within 10 s of SIGTERM")
  }

  /// Until `condition` holds; not longer than the program runs.
  func wait(_ seconds: Double, _ what: String, _ condition: () throws -> Bool) async throws {
    try? await waitUntil(what, seconds: seconds) { try condition() || !child.isRunning }
    try expect(try condition(), what)
  }

  private func expect(_ holds: Bool, _ what: String) throws {
    guard !holds else { return }
    let state = child.isRunning ? "it runs" : "exit \(child.wait())"
    throw TestSupportFault("expected it to \(what): \(state): \(child.output)")
  }
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
