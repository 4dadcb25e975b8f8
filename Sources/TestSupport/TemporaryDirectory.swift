import Foundation

/// A directory that lives as long as the value: 0700, removed with everything in it.
package final class TemporaryDirectory: Sendable {
  /// Absolute, without links and without a slash at the end.
  package let path: String

  package init() throws {
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    path = base + "/sepad-test-" + UUID().uuidString.lowercased()
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of an entry, which need not exist.
  package func appending(_ name: String) -> String { path + "/" + name }

  /// Creates a directory and returns its path.
  @discardableResult
  package func makeDirectory(_ name: String) throws -> String {
    let made = appending(name)
    try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
    return made
  }

  /// Writes a file and returns its path.
  @discardableResult
  package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let written = appending(name)
    try Data(bytes).write(to: URL(fileURLWithPath: written))
    return written
  }
}

/// The bytes of a file, nil where there is none.
package func bytes(ofFile path: String) -> [UInt8]? {
  FileManager.default.contents(atPath: path).map(Array.init)
}
