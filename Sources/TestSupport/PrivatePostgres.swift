import Foundation

/// A PostgreSQL cluster of our own for tests: initdb in a temporary directory, a Unix socket, no TCP port.
///
/// PostgreSQL refuses to run as root, so as root it runs as `postgres` or, failing that, `nobody`. The cluster's fsync
/// stays on where a test asks for it; by default it is off, since no test here pulls the plug.
package final class PrivatePostgres: @unchecked Sendable {  // All fields are set once, in init.
  package let directory: String
  private static let binaries = ["/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"]

  /// The one cluster that the suites of this process share; each test makes its own database in it.
  package static let shared: PrivatePostgres = {
    do {
      let cluster = try PrivatePostgres()
      atexit { PrivatePostgres.shared.stop() }
      return cluster
    } catch {
      fatalError("no PostgreSQL for the tests: \(error)\nHINT: run deploy/install-packages")
    }
  }()

  package init() throws {
    // A socket's path is limited to 107 bytes: keep the directory's name short.
    var template = Array("/tmp/sepad-pg-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SetupFault(what: "mkdtemp") }
    directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    chmod(directory, 0o777)
    let data = directory + "/data"
    try Self.asServerUser(["initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
    try Self.asServerUser([
      "pg_ctl", "-D", data, "-w", "-l", directory + "/log", "-o",
      "-c listen_addresses='' -k \(directory) -c fsync=off -c max_connections=60", "start",
    ])
    // A test process that is killed leaves its cluster behind; this one ends it.
    let watchdog = Process()
    watchdog.executableURL = URL(fileURLWithPath: "/bin/sh")
    let stop = Self.serverCommand(["pg_ctl", "-D", data, "-m", "immediate", "stop"])
      .map { "'\($0)'" }.joined(separator: " ")
    watchdog.arguments = [
      "-c", "while kill -0 \(getpid()) 2>/dev/null; do sleep 1; done; \(stop) >/dev/null 2>&1; rm -rf '\(directory)'",
    ]
    watchdog.standardInput = FileHandle.nullDevice
    watchdog.standardOutput = FileHandle.nullDevice
    watchdog.standardError = FileHandle.nullDevice
    try watchdog.run()
  }

  package func stop() {
    do {
      try Self.asServerUser(["pg_ctl", "-D", directory + "/data", "-m", "immediate", "stop"])
    } catch {
      FileHandle.standardError.write(Data("PrivatePostgres: \(error)\n".utf8))
    }
    _ = try? FileManager.default.removeItem(atPath: directory)
  }

  /// A new, empty database.
  /// - Returns: its libpq connection string.
  package func makeDatabase() throws -> String {
    let name = "t" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    try Self.run(["\(Self.home)/psql", "-X", "-q", "-h", directory, "-U", "postgres", "-c", "CREATE DATABASE \(name)", "postgres"])
    return "host=\(directory) user=postgres dbname=\(name)"
  }

  private static let home: String =
    binaries.first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") } ?? "/usr/bin"

  private static func serverCommand(_ command: [String]) -> [String] {
    let full = ["\(home)/\(command[0])"] + command.dropFirst()
    guard getuid() == 0 else { return full }
    let user = getpwnam("postgres") != nil ? "postgres" : "nobody"
    return ["/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--"] + full
  }

  private static func asServerUser(_ command: [String]) throws {
    try run(serverCommand(command))
  }

  private static func run(_ command: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = FileManager.default.temporaryDirectory.appendingPathComponent("sepad-pg-\(UUID().uuidString).err")
    guard FileManager.default.createFile(atPath: errors.path, contents: nil) else { throw SetupFault(what: errors.path) }
    process.standardError = try FileHandle(forWritingTo: errors)
    defer { _ = try? FileManager.default.removeItem(at: errors) }
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw SetupFault(what: "\(command.joined(separator: " ")): \(try String(contentsOf: errors, encoding: .utf8))")
    }
  }
}

/// A test's environment could not be set up: a machine's fault, not the code's under test.
package struct SetupFault: Error, CustomStringConvertible {
  package let what: String
  package init(what: String) { self.what = what }
  package var description: String { "test set-up: \(what)" }
}
