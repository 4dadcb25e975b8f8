// Real servers for tests: started in a process group of their own, output to a file, ended with all their children.

import Foundation
import Synchronization

/// A process of ours. Ends with the value.
package final class ChildProcess: Sendable {
  package let pid: Int32
  /// Where its standard output and error go.
  package let log: String
  private let exit = Mutex<Int32?>(nil)

  /// Starts `executable` (an absolute path) with stdin from /dev/null.
  package init(
    _ executable: String, _ arguments: [String], log: String, environment: [String: String]? = nil
  ) throws {
    self.log = log
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A worker thread blocks most signals, and a child inherits that: give it a clean slate, or SIGTERM never arrives.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    posix_spawnattr_setpgroup(&attributes, 0)

    let variables = environment ?? ProcessInfo.processInfo.environment
    var argv = ([executable] + arguments).map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var started: pid_t = 0
    let code = posix_spawn(&started, executable, &actions, &attributes, &argv, &envp)
    if code != 0 { throw TestSupportFault("cannot start \(executable): \(String(cString: strerror(code)))") }
    pid = started
  }

  deinit { kill() }

  /// Runs to the end; standard output and error come back together.
  package static func run(_ executable: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let directory = try TemporaryDirectory()
    let child = try ChildProcess(executable, arguments, log: directory.appending("output"))
    let status = child.wait()
    return (status, String(decoding: bytes(ofFile: child.log) ?? [], as: UTF8.self))
  }

  /// Whether it still runs.
  package var isRunning: Bool { exit.withLock { reap(&$0, WNOHANG) } == nil }

  /// Blocks until it ends; its exit status, or minus the signal that ended it.
  @discardableResult
  package func wait() -> Int32 { exit.withLock { reap(&$0, 0) } ?? -1 }

  /// Ends it and every descendant, also those that left its process group, at once.
  package func kill() {
    guard isRunning else { return }
    // Stopped first: a server that is about to make its worker would leave it behind, alive, with the server's port.
    let family = stopFamily()
    for member in family { Glibc.kill(member, SIGKILL) }
    wait()
    // A descendant that is only just dying still accepts connections.
    for _ in 0..<5000 where family.contains(where: isAlive) { usleep(2000) }
  }

  /// Asks it alone to end, as systemd does (SIGTERM).
  package func terminate() { if isRunning { Glibc.kill(pid, SIGTERM) } }

  /// Stops it and every descendant without ending them: their connections stay, silent.
  package func freeze() { _ = stopFamily() }

  /// Stops it and its descendants, those too that are made meanwhile: until all that there are stand still.
  private func stopFamily() -> [Int32] {
    var family: [Int32] = []
    while true {
      let new = ([pid] + descendants(of: pid)).filter { !family.contains($0) }
      if new.isEmpty { return family }
      for member in new {
        Glibc.kill(member, SIGSTOP)
        for _ in 0..<5000 where state(of: member).map({ !"TtZX".contains($0) }) == true { usleep(200) }
      }
      family += new
    }
  }

  /// Lets it and every descendant go on after `freeze`.
  package func thaw() {
    for member in [pid] + descendants(of: pid) { Glibc.kill(member, SIGCONT) }
  }

  package var output: String { String(decoding: bytes(ofFile: log) ?? [], as: UTF8.self) }

  private func reap(_ known: inout Int32?, _ flags: Int32) -> Int32? {
    if known != nil { return known }
    var status: Int32 = 0
    var ended = waitpid(pid, &status, flags)
    while ended < 0, errno == EINTR { ended = waitpid(pid, &status, flags) }
    if ended == pid { known = status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f) }
    if ended < 0 { known = -1 }
    return known
  }
}

/// Whether a process still runs; a dead one that nobody has buried does not.
private func isAlive(_ pid: Int32) -> Bool { state(of: pid).map { $0 != "Z" } ?? false }

/// A process's state as /proc has it: `R`, `S`, `T` when stopped, `Z` when dead and not buried; nil where there is none.
private func state(of pid: Int32) -> Character? {
  bytes(ofFile: "/proc/\(pid)/stat").flatMap { stat in
    // The command, in parentheses, may hold anything.
    String(decoding: stat, as: UTF8.self).split(separator: ")").last?.dropFirst().first
  }
}

/// Children, grandchildren and so on, from /proc.
private func descendants(of ancestor: Int32) -> [Int32] {
  var children: [Int32: [Int32]] = [:]
  for entry in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
    // The command, in parentheses, may hold anything; state and parent follow its last parenthesis.
    guard let pid = Int32(entry), let stat = bytes(ofFile: "/proc/\(entry)/stat"),
      let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " "),
      fields.count > 1, let parent = Int32(fields[1])
    else { continue }
    children[parent, default: []].append(pid)
  }
  var found: [Int32] = []
  var next = children[ancestor] ?? []
  while let pid = next.popLast() {
    found.append(pid)
    next += children[pid] ?? []
  }
  return found
}

/// Something that a test needs could not be had.
package struct TestSupportFault: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// Looks at `condition` until it holds; throws after `seconds`, naming `what`.
package func waitUntil(
  _ what: String, seconds: Double = 20, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
  // Less and less often: looking can cost a process.
  var pause = 5.0
  while try await !condition() {
    if ContinuousClock.now > deadline { throw TestSupportFault("not within \(seconds) s: \(what)") }
    try await Task.sleep(for: .milliseconds(pause))
    pause = min(100, pause * 1.2)
  }
}

/// A TCP port of 127.0.0.1 that nobody listened on just now.
package func freeLoopbackPort() throws -> Int {
  let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(listener) }
  var address = loopback(port: 0)
  let bound = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let named = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
  }
  if bound != 0 || named != 0 { throw TestSupportFault("no free port: \(String(cString: strerror(errno)))") }
  return Int(UInt16(bigEndian: address.sin_port))
}

/// Whether something accepts connections on a port of 127.0.0.1.
package func isListening(port: Int) -> Bool {
  let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(client) }
  var address = loopback(port: port)
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  } == 0
}

private func loopback(port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
  return address
}
