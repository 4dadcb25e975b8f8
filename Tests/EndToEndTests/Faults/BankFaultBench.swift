import Foundation
import TestSupport

/// A bench whose bank misbehaves when it is told to, over SFTP and HTTPS.
final class BankFaultBench {
  let bench: KillBench
  let rules: HostileRules
  private let ssh: SSHServer
  private let strangeSSH: SSHServer
  private let https: HostileHTTPS
  private let strangeHTTPS: HostileHTTPS
  private let sftpProxy: FaultProxy
  private let httpsProxy: FaultProxy

  init() async throws {
    bench = try await KillBench()
    rules = HostileRules(in: try bench.directory.makeDirectory("hostile"))
    ssh = try await SSHServer(subsystem: rules.sftpSubsystem, keysOf: bench.ssh)
    strangeSSH = try await SSHServer()
    let banks = bench.directory.appending("banks")
    let authority = bench.nginx.caFile
    https = try await HostileHTTPS(root: banks, clientAuthority: authority, rules: rules)
    strangeHTTPS = try await HostileHTTPS(root: banks, clientAuthority: authority, rules: rules)
    sftpProxy = try FaultProxy(.port(ssh.port))
    httpsProxy = try FaultProxy(.port(https.port))
  }

  func house(_ way: Way) throws -> KillHouse {
    try bench.house(
      way,
      doors: Doors(
        sftp: """
          host = "127.0.0.1"
          port = \(sftpProxy.port)
          host_key_sha256 = "\(ssh.hostKeyFingerprint)"
          """, url: "https://127.0.0.1:\(httpsProxy.port)", caFile: https.caFile,
        bank: """
          connect_timeout_seconds = 4
          stall_timeout_seconds = 2
          """))
  }

  /// From now on, until `end`.
  /// - Parameters:
  ///   - first: the report that stands for FIRST in rules.
  ///   - byte: where `wireSomewhere` strikes.
  func begin(_ blow: BankBlow, on way: Way, first: String?, byte: Int) throws {
    try rules.set([])
    switch blow {
    case .rules(let lines): try rules.set(lines.map { $0.replacingOccurrences(of: "FIRST", with: first ?? "-") })
    case .wire(let fault): proxy(way).set(fault)
    // Once: a connection that is reset each time at the same byte would never get further.
    case .wireSomewhere(let side): proxy(way).set(.reset(after: byte, to: side), times: 1)
    case .stranger: proxy(way).redirect(to: .port(way == .sftp ? strangeSSH.port : strangeHTTPS.port))
    case .unknownKey: try ssh.setLogins(refused: true)
    case .halfAReport: break
    }
    // What was connected before meets it too.
    proxy(way).cut()
  }

  /// All is well again.
  func end() throws {
    try rules.set([])
    try ssh.setLogins(refused: false)
    for (proxy, port) in [(sftpProxy, ssh.port), (httpsProxy, https.port)] {
      proxy.set(.none)
      proxy.redirect(to: .port(port))
      proxy.cut()
    }
  }

  /// How often the wire was broken so far.
  func strikes(on way: Way) -> Int { proxy(way).strikes }

  /// What the servers complain of themselves: not to be.
  var complaints: String { https.output + strangeHTTPS.output }

  private func proxy(_ way: Way) -> FaultProxy { way == .sftp ? sftpProxy : httpsProxy }
}
