import Channels
import Foundation
import Synchronization

/// A bank that takes every file and gives what was put there.
final class ReportShelf: BankChannel {
  private let names = Mutex<[String]>([])
  private let reports = Mutex<[String: [UInt8]]>([:])

  /// Message ids of the files that it took, in order.
  var taken: [String] { names.withLock { $0 } }

  /// Puts a report there.
  func put(_ name: String, _ report: String) { reports.withLock { $0[name] = Array(report.utf8) } }

  func submit(_ file: LocalFile) async -> SubmitOutcome {
    names.withLock { $0.append(String(file.remoteName.prefix { $0 != "." })) }
    return .delivered(evidence: "taken")
  }

  func locate(remoteName: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting {
    .complete(where: "shelf")
  }

  func list() async throws(ChannelFault) -> [RemoteFile] {
    reports.withLock { $0.map { RemoteFile(name: $0.key, size: Int64($0.value.count)) } }.sorted { $0.name < $1.name }
  }

  func download(_ file: RemoteFile, to path: String, limit: Int64) async throws(ChannelFault) {
    let bytes = reports.withLock { $0[file.name] }
    guard FileManager.default.createFile(atPath: path, contents: bytes.map { Data($0) }) else {
      throw ChannelFault(.localFile, stage: .download, found: "no file", expected: path)
    }
  }

  func acknowledge(_ file: RemoteFile) async throws(ChannelFault) { _ = reports.withLock { $0.removeValue(forKey: file.name) } }

  func probe() async throws(ChannelFault) -> String { "a shelf" }
}
