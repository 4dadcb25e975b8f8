import Foundation
import Glibc

/// What a program said and how it ended.
struct CommandResult {
  var status: Int32
  var output: String
  var errors: String
}

/// The program could not be started, or its end not be learnt.
struct CommandFault: Error, CustomStringConvertible {
  var description: String
}

/// Runs a program, found in PATH, to its end; status is its exit code, or 128 and the signal that ended it.
///
/// Both outputs go to files: a full pipe can then never stop it. Foundation's Process is left out because it waits for
/// every descendant, so that a script that leaves a process behind would hang its test instead of failing it.
func run(_ arguments: [String], in folder: URL? = nil) throws -> CommandResult {
  let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("tidy-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: scratch) }
  let files = [scratch.appendingPathComponent("output"), scratch.appendingPathComponent("errors")]

  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  for (descriptor, file) in zip(Int32(1)..., files) {
    posix_spawn_file_actions_addopen(&actions, descriptor, file.path, O_WRONLY | O_CREAT, 0o600)
  }

  let start = ["env"] + (folder.map { ["-C", $0.path] } ?? [])
  var arguments: [UnsafeMutablePointer<CChar>?] = (start + arguments).map { strdup($0) } + [nil]
  defer { arguments.forEach { free($0) } }
  var process: pid_t = 0
  let failure = posix_spawn(&process, "/usr/bin/env", &actions, nil, &arguments, environ)
  guard failure == 0 else { throw CommandFault(description: "spawn: starts: found errno \(failure)") }
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0 {
    guard errno == EINTR else { throw CommandFault(description: "waitpid: ends: found errno \(errno)") }
  }
  return CommandResult(
    // wait(2): the low seven bits are the signal, the next byte the exit code
    status: status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f),
    output: String(decoding: try Data(contentsOf: files[0]), as: UTF8.self),
    errors: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self))
}

/// Whether a program is in PATH, or a command of several words succeeds; when not, says loudly what test is left out.
func isInstalled(_ program: String, for test: String) -> Bool {
  let search = program.contains(" ") ? program : "command -v \(program)"
  let found = (try? run(["sh", "-c", search]).status) == 0
  if !found {
    print("SKIPPED: \(test): \(program) is not installed")
  }
  return found
}
