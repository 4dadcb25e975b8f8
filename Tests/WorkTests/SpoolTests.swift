import Foundation
import TestSupport
import Testing

@testable import Work

@Suite("The spool directory")
struct SpoolTests {
  @Test("loses what killed daemons left in it, and nothing of one that lives")
  func sweep() throws {
    let folder = try TemporaryDirectory()
    let gone = try ChildProcess("/bin/true", [], log: folder.appending("log"))
    gone.wait()
    // Process 1 lives as long as the machine.
    for name in ["\(gone.pid)-out-1", "\(gone.pid)-out-1.sig", "\(getpid())-in-house", "1-out-2", "notes.txt"] {
      try folder.write(name, Array("x".utf8))
    }
    Spool(directory: folder.path).sweep()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["1-out-2", "log", "notes.txt"])
    // One that is not there is empty.
    Spool(directory: folder.appending("none")).sweep()
  }
}
