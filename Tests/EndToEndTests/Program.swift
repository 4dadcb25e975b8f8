import Foundation
import TestSupport

/// The program as its users run it: a process of its own, with a configuration of its own.
struct Program {
  let directory: TemporaryDirectory
  let arguments: [String]
  let environment: [String: String]

  /// - Parameters:
  ///   - configuration: TOML; nil for commands that take none.
  ///   - environment: beside PATH.
  init(_ directory: TemporaryDirectory, configuration: String?, environment: [String: String] = [:]) throws {
    self.directory = directory
    self.environment = environment.merging(["PATH": "/usr/bin:/bin", "TZ": "Pacific/Chatham"]) { given, _ in given }
    guard let configuration else {
      arguments = []
      return
    }
    arguments = ["--config", try directory.write("sepad.toml", Array(configuration.utf8))]
  }

  /// Runs to the end.
  /// - Returns: its exit status, and what it wrote on both outputs.
  func run(_ words: String...) throws -> (status: Int32, output: String) {
    let child = try start(words)
    let status = child.wait()
    return (status, child.output)
  }

  func start(_ words: [String], with more: [String: String] = [:]) throws -> ChildProcess {
    try ChildProcess(
      Self.path("sepad"), words + arguments, log: directory.appending("output-\(UUID().uuidString)"),
      environment: environment.merging(more) { _, new in new })
  }

  /// Built into the folder that holds the tests.
  static func path(_ name: String) -> String {
    var folder = Bundle.main.bundleURL
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent(name).path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue { return candidate }
      folder.deleteLastPathComponent()
    }
    return "/no/\(name)/beside/the/tests"
  }
}
