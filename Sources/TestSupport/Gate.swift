import Foundation
import Glibc

/// A door in front of a server: closed, whoever comes in waits; opened, all go on.
package final class Gate: Sendable {
  private let path: String

  /// Closed. The file `path` stands for it.
  package init(_ path: String) throws {
    self.path = path
    try Data().write(to: URL(fileURLWithPath: path))
  }

  deinit { open() }

  /// Lets in whoever waits, and whoever comes.
  package func open() { unlink(path) }

  /// A shell command that waits before the gate and then becomes `command`.
  package func guarding(_ command: String) -> String {
    "/bin/sh -c 'echo waits >>\(path).waiting; while [ -e \(path) ]; do sleep 0.02; done; exec \(command)'"
  }

  /// How many have come to it so far.
  package var arrivals: Int { (bytes(ofFile: path + ".waiting") ?? []).filter { $0 == UInt8(ascii: "\n") }.count }
}
