import Foundation
import TestSupport
import Testing

/// A process that is held at a crash point ends when nobody can let it go any more.
@Suite("Held at a crash point")
struct HoldTests {
  @Test("it ends when its time is over")
  func limited() async throws {
    let installed = try Installed()
    let hold = installed.directory.appending("hold")
    let child = try installed.program.start(["run", "--once"], with: ["SEPAD_CRASH": "noticesDue:1:hold1=\(hold)"])
    #expect(child.wait() == -SIGKILL)
    #expect(child.output.contains("crash point: not let go within 1 s"), "\(child.output)")
    #expect(FileManager.default.fileExists(atPath: hold + ".reached"))
  }

  @Test("it ends with whoever started it")
  func orphaned() async throws {
    let installed = try Installed()
    let hold = installed.directory.appending("hold")
    let shell = try ChildProcess(
      "/bin/sh", ["-c", #""$0" "$@" & echo "pid $!"; wait"#, Program.path("sepad"), "run", "--once"]
        + installed.program.arguments,
      log: installed.directory.appending("shell"),
      environment: installed.program.environment.merging(["SEPAD_CRASH": "noticesDue:1:hold=\(hold)"]) { _, new in new })
    try await waitUntil("it is held", seconds: 60) { FileManager.default.fileExists(atPath: hold + ".reached") }
    let pid = try #require(shell.output.firstMatch(of: /pid ([0-9]+)/)?.1)
    // The shell alone: a whole family killed at once would prove nothing.
    Glibc.kill(shell.pid, SIGKILL)
    // What is dead and not buried has no program any more.
    try await waitUntil("it is gone") {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) == nil
    }
    #expect(shell.output.contains("crash point: whoever started us is gone"), "\(shell.output)")
  }

  @Test("and a hold that cannot be understood ends the process at its first point", arguments: ["hold0=/x", "hold=x", "holds=/x"])
  func misspelt(_ action: String) throws {
    let installed = try Installed()
    let child = try installed.program.start(["run", "--once"], with: ["SEPAD_CRASH": "noticesDue:1:\(action)"])
    #expect(child.wait() == 70, "\(child.output)")
  }
}
