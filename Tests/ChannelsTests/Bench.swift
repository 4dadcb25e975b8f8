import Channels
import Foundation
import TestSupport
import Testing

/// What carries the files in a conformance test.
enum Carrier: CaseIterable, Sendable, CustomTestStringConvertible {
  case sftp
  /// HTTPS with MOVE.
  case httpsMove
  /// HTTPS where the answer to the PUT is all there is.
  case httpsDirect

  var testDescription: String {
    switch self {
    case .sftp: "SFTP"
    case .httpsMove: "HTTPS with MOVE"
    case .httpsDirect: "HTTPS direct"
    }
  }

  /// Those that rename.
  static let renaming: [Carrier] = [.sftp, .httpsMove]
}

/// A bank of four directories behind a real server, and a channel to it.
final class Bench: Sendable {
  let channel: any BankChannel
  let inbox: String
  let outbox: String
  let archive: String
  let done: String
  /// For files of ours.
  let own: TemporaryDirectory
  private let bank: TemporaryDirectory
  private let stopServer: @Sendable () -> Void

  init(_ carrier: Carrier, archive withArchive: Bool = true, done withDone: Bool = false) async throws {
    own = try TemporaryDirectory()
    bank = try TemporaryDirectory()
    inbox = try bank.makeDirectory("in")
    outbox = try bank.makeDirectory("out")
    archive = try bank.makeDirectory("archive")
    done = try bank.makeDirectory("done")
    switch carrier {
    case .sftp:
      let server = try await SSHServer()
      stopServer = { server.kill() }
      channel = SFTPChannel(
        try SFTPOptions(
          host: "127.0.0.1", port: server.port, user: server.user, privateKeyPath: server.privateKey,
          knownHostsPath: server.knownHosts, inbox: inbox, outbox: outbox, archive: withArchive ? archive : nil,
          done: withDone ? done : nil, outboxPattern: "*.xml"))
    case .httpsMove, .httpsDirect:
      let server = try await NginxServer(root: bank.path)
      stopServer = { server.kill() }
      channel = HTTPSChannel(
        try HTTPSOptions(
          inbox: server.url + "/in", outbox: server.url + "/out", archive: withArchive ? server.url + "/archive" : nil,
          finalize: carrier == .httpsMove ? .move : .none,
          acknowledgement: withDone ? .move(to: server.url + "/done") : .delete, caFile: server.caFile,
          clientCertificate: server.clientCertificate, clientKey: server.clientKey, outboxPattern: "*.xml"))
    }
  }

  func stop() { stopServer() }

  /// A file of ours with `bytes`.
  func file(_ name: String, _ bytes: [UInt8], companions: [LocalFile] = []) throws -> LocalFile {
    LocalFile(
      path: try own.write(name, bytes), size: Int64(bytes.count), remoteName: name, companions: companions)
  }

  func put(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  func names(_ directory: String) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: directory))
  }
}

/// Bytes that repeat at no power of two, so that a shifted or truncated copy differs.
func sample(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8) &* 7) } }

/// Bytes of a file that may be growing; 0 where there is none yet.
func sizeOnDisk(_ path: String) -> Int64 {
  (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64) ?? 0
}

extension SubmitOutcome {
  var isDelivered: Bool { if case .delivered = self { true } else { false } }
  var notSentReason: ChannelFault.Reason? { if case .notSent(let fault) = self { fault.reason } else { nil } }
  var unknownReason: ChannelFault.Reason? { if case .unknown(let fault) = self { fault.reason } else { nil } }
}

extension Sighting {
  var isAbsent: Bool { if case .absent = self { true } else { false } }
  var isUnknown: Bool { if case .unknown = self { true } else { false } }
}

/// The reason of the fault that `body` throws; nil if it throws none.
func reason(_ body: () async throws(ChannelFault) -> Void) async -> ChannelFault.Reason? {
  do throws(ChannelFault) {
    try await body()
    return nil
  } catch {
    return error.reason
  }
}
