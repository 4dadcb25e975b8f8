import Foundation
import TestSupport
import Testing

/// A database at the program's schema, and a configuration without banks on it.
struct Installed {
  let directory: TemporaryDirectory
  let database: String
  let program: Program

  init(environment: [String: String] = [:], cluster: PrivatePostgres = .shared) throws {
    directory = try TemporaryDirectory()
    database = try cluster.makeDatabase()
    try directory.write("clock", Array("2026-12-01T07:00:00Z\n".utf8))
    let toml = """
      [database]
      url = "\(database)"
      [daemon]
      state_directory = "\(directory.path)/state"
      status_file = "\(directory.path)/status.json"
      clock_file = "\(directory.path)/clock"
      poll_interval_seconds = 1
      """
    program = try Program(directory, configuration: toml, environment: environment)
    let (status, output) = try program.run("migrate")
    try #require(status == 0, "\(output)")
  }

  /// The status file, when it is there and whole.
  var status: [String: Any]? {
    bytes(ofFile: directory.appending("status.json"))
      .flatMap { try? JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] }
  }

  func sql(_ statement: String) throws -> String {
    let (status, output) = try ChildProcess.run(PrivatePostgres.psql, ["-XAtqc", statement, database])
    try #require(status == 0, "\(output)")
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
