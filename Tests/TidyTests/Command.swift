import Foundation

/// What a program said and how it ended.
struct CommandResult {
  var status: Int32
  var output: String
  var errors: String
}

/// Runs a program to its end, with both outputs going to files: a full pipe can then never stop it.
func run(_ arguments: [String], in folder: URL? = nil) throws -> CommandResult {
  let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("tidy-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: scratch) }
  let files = [scratch.appendingPathComponent("output"), scratch.appendingPathComponent("errors")]
  for file in files {
    try Data().write(to: file)
  }

  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = try FileHandle(forWritingTo: files[0])
  process.standardError = try FileHandle(forWritingTo: files[1])
  try process.run()
  process.waitUntilExit()
  return CommandResult(
    status: process.terminationStatus,
    output: String(decoding: try Data(contentsOf: files[0]), as: UTF8.self),
    errors: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self))
}

/// Whether a program is in PATH; when not, says loudly that a test is left out.
func isInstalled(_ program: String, for test: String) -> Bool {
  let found = (try? run(["sh", "-c", "command -v \(program)"]).status) == 0
  if !found {
    print("SKIPPED: \(test): \(program) is not installed")
  }
  return found
}
