import Foundation

/// A PostgreSQL cluster of our own for tests: initdb in a temporary directory, a Unix socket, no TCP port.
///
/// PostgreSQL refuses to run as root, so as root it runs as `postgres` or, failing that, `nobody`. The cluster's fsync
/// stays on where a test asks for it; by default it is off, since no test here pulls the plug.
package final class PrivatePostgres: @unchecked Sendable {  // All fields are set once, in init.
  package let directory: String
  private let settings: [String]
  private static let binaries = ["/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"]

  /// The one cluster that the suites of this process share; each test makes its own database in it.
  package static let shared: PrivatePostgres = {
    do {
      return try PrivatePostgres()
    } catch {
      fatalError("no PostgreSQL for the tests: \(error)\nHINT: run deploy/install-packages")
    }
  }()

  /// - Parameter settings: beside those that keep it private.
  package init(settings: [String] = ["fsync=off", "max_connections=60"]) throws {
    self.settings = settings
    // A socket's path is limited to 107 bytes: keep the directory's name short.
    var template = Array("/tmp/sepad-pg-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SetupFault(what: "mkdtemp") }
    directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    chmod(directory, 0o777)
    try Self.asServerUser(["initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
    try start()
    // Whoever ends, however it ends, takes its cluster with it: this one waits for that.
    let stop = Self.serverCommand(powerOffCommand)
      .map { "'\($0)'" }.joined(separator: " ")
    _ = try Command.spawn([
      "/bin/sh", "-c",
      "while kill -0 \(getpid()) 2>/dev/null; do sleep 1; done; \(stop) >/dev/null 2>&1; rm -rf '\(directory)'",
    ])
  }

  /// A new, empty database.
  /// - Returns: its libpq connection string.
  package func makeDatabase() throws -> String { try makeDatabase(from: "template1") }

  /// A new database with what another one holds, to which nobody is connected. Quicker than a copy, and not for a server that
  /// is switched off: see there.
  /// - Parameter conninfo: as `makeDatabase` returned it.
  package func makeDatabase(like conninfo: String) throws -> String {
    guard let name = conninfo.split(separator: "=").last else { throw SetupFault(what: "no name in \(conninfo)") }
    return try makeDatabase(from: String(name))
  }

  /// A copy of a database to which nobody is connected.
  /// - Parameters:
  ///   - conninfo: as `makeDatabase` returned it.
  ///   - tablespace: where its files lie; nil for the cluster's own directory.
  /// - Returns: the copy's libpq connection string.
  package func copyDatabase(_ conninfo: String, tablespace: String? = nil) throws -> String {
    guard let name = conninfo.split(separator: "=").last else { throw SetupFault(what: "no name in \(conninfo)") }
    // FILE_COPY makes a checkpoint. A copy by WAL_LOG, PostgreSQL's default, may give numbers of a sequence out again after
    // the server was switched off: its pages repeat what holds for the template, that the next 32 are in the log.
    return try makeDatabase(from: "\(name) STRATEGY FILE_COPY" + (tablespace.map { " TABLESPACE \($0)" } ?? ""))
  }

  /// Removes a database to which nobody is connected.
  /// - Parameter conninfo: as `makeDatabase` returned it.
  package func removeDatabase(_ conninfo: String) throws {
    guard let name = conninfo.split(separator: "=").last else { throw SetupFault(what: "no name in \(conninfo)") }
    try Self.run([
      "\(Self.home)/psql", "-X", "-q", "-h", directory, "-U", "postgres", "-c", "DROP DATABASE \(name)", "postgres",
    ])
  }

  private func makeDatabase(from template: String) throws -> String {
    let name = "t" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    try Self.run([
      "\(Self.home)/psql", "-X", "-q", "-h", directory, "-U", "postgres", "-c",
      "CREATE DATABASE \(name) TEMPLATE \(template)", "postgres",
    ])
    return "host=\(directory) user=postgres dbname=\(name)"
  }

  /// Ends the server as a power cut would: no connection is told, nothing is written down; what was committed is in the
  /// log. Never for `shared`, which belongs to others too.
  package func powerOff() throws { try Self.asServerUser(powerOffCommand) }

  /// Ends the server in order: connections are ended, everything is written down. Never for `shared`.
  package func stop() throws { try Self.asServerUser(["pg_ctl", "-D", data, "-w", "-m", "fast", "stop"]) }

  /// At its next start it is a standby that follows nobody and only reads; or a primary again.
  package func standsBy(_ does: Bool) throws {
    let signal = data + "/standby.signal"
    guard does else { return try FileManager.default.removeItem(atPath: signal) }
    guard FileManager.default.createFile(atPath: signal, contents: nil, attributes: [.posixPermissions: 0o644]) else {
      throw SetupFault(what: signal)
    }
  }

  /// The server's process; every other of the cluster is its child.
  package var process: Int32? {
    bytes(ofFile: data + "/postmaster.pid").flatMap { Int32(String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self)) }
  }

  /// Starts the server; after a power cut it recovers first.
  package func start() throws {
    try Self.asServerUser([
      "pg_ctl", "-D", data, "-w", "-l", directory + "/log", "-o",
      "-c listen_addresses='' -k \(directory)" + settings.map { " -c \($0)" }.joined(), "start",
    ])
  }

  private var data: String { directory + "/data" }
  private var powerOffCommand: [String] { ["pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"] }

  /// The server's own client: Debian's `/usr/bin/psql` is a script that looks for it, and takes five times as long.
  package static let psql = "\(home)/psql"

  package static let pgbench = "\(home)/pgbench"

  private static let home: String =
    binaries.first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") } ?? "/usr/bin"

  /// A command of the server's, as the user that may run it.
  static func serverCommand(_ command: [String]) -> [String] {
    let full = ["\(home)/\(command[0])"] + command.dropFirst()
    guard getuid() == 0 else { return full }
    let user = getpwnam("postgres") != nil ? "postgres" : "nobody"
    return ["/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--"] + full
  }

  static func asServerUser(_ command: [String]) throws {
    try run(serverCommand(command))
  }

  private static func run(_ command: [String]) throws {
    let status = try Command.run(command)
    guard status == 0 else { throw SetupFault(what: "\(command.joined(separator: " ")): exit status \(status)") }
  }
}

/// Commands run by posix_spawn: Foundation's `Process` waits for descriptors that a daemon started by the command
/// inherits, and so for ever.
enum Command {
  /// Starts a command in the root directory, without input or output. Our own descriptors stay
  /// with us: a runner that waits for the end of a pipe would otherwise wait for the server.
  static func spawn(_ command: [String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var arguments = (["/bin/sh", "-c", "cd /; exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec \"$@\"", "sh"] + command).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var pid = pid_t()
    let failure = posix_spawn(&pid, "/bin/sh", &actions, &attributes, &arguments, environ)
    guard failure == 0 else { throw SetupFault(what: "\(command[0]): \(String(cString: strerror(failure)))") }
    return pid
  }

  /// Runs a command to its end.
  /// - Returns: its exit status; 128 + signal when it was killed.
  static func run(_ command: [String]) throws -> Int32 {
    let pid = try spawn(command)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
      guard errno == EINTR else { throw SetupFault(what: "waitpid: \(errno)") }
    }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }
}

/// A test's environment could not be set up: a machine's fault, not the code's under test.
package struct SetupFault: Error, CustomStringConvertible {
  package let what: String
  package init(what: String) { self.what = what }
  package var description: String { "test set-up: \(what)" }
}
