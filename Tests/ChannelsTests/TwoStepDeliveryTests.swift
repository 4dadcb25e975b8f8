// The decisions of a delivery, for every answer that a server may give or fail to give.

import Synchronization
import TestSupport
import Testing

@testable import Channels

@Suite struct TwoStepDeliveryTests {
  enum Verdict: Equatable, Sendable { case delivered, notSent, unknown }

  /// What the server does from the rename on, and what may be said of it for a file of 10 bytes.
  struct Row: Sendable {
    var rename: RenameAnswer
    var final: Look
    var removal: Removal
    var verdict: Verdict
    /// Under the temporary name, once the rename is confirmed.
    var left = Look.nothing
  }

  enum Look: Sendable { case holds(Int64), nothing, fails }
  enum Removal: Sendable { case removed, wasGone, fails }

  static let lost = ChannelFault(.connectionLost, stage: .rename, found: "test", expected: "test")

  @Test(
    "after the rename request, only evidence decides",
    arguments: [
      Row(rename: .done, final: .holds(10), removal: .fails, verdict: .delivered),
      Row(rename: .done, final: .nothing, removal: .fails, verdict: .delivered),
      Row(rename: .done, final: .fails, removal: .fails, verdict: .delivered),
      Row(rename: .done, final: .nothing, removal: .fails, verdict: .unknown, left: .holds(10)),
      Row(rename: .done, final: .nothing, removal: .fails, verdict: .delivered, left: .fails),
      Row(rename: .done, final: .holds(9), removal: .fails, verdict: .unknown),
      Row(rename: .notRequested(lost), final: .fails, removal: .fails, verdict: .notSent),
      Row(rename: .unanswered(lost), final: .holds(10), removal: .removed, verdict: .unknown),
      Row(rename: .unanswered(lost), final: .nothing, removal: .removed, verdict: .unknown),
      Row(rename: .refused(lost), final: .nothing, removal: .removed, verdict: .notSent),
      Row(rename: .refused(lost), final: .holds(10), removal: .removed, verdict: .unknown),
      Row(rename: .refused(lost), final: .holds(9), removal: .removed, verdict: .unknown),
      Row(rename: .refused(lost), final: .fails, removal: .removed, verdict: .unknown),
      Row(rename: .refused(lost), final: .holds(10), removal: .wasGone, verdict: .delivered),
      Row(rename: .refused(lost), final: .holds(9), removal: .wasGone, verdict: .unknown),
      Row(rename: .refused(lost), final: .nothing, removal: .wasGone, verdict: .unknown),
      Row(rename: .refused(lost), final: .nothing, removal: .fails, verdict: .unknown),
      Row(rename: .refused(lost), final: .holds(10), removal: .fails, verdict: .unknown),
    ])
  func afterTheRequest(_ row: Row) async {
    let remote = Scripted(row: row, stored: .holds(10))
    let outcome = await delivery(remote).submit(LocalFile(path: "x", size: 10, remoteName: "a.xml"))
    #expect(verdict(outcome) == row.verdict, "\(outcome)")
    #expect(remote.calls.first == "put a.xml.part")
  }

  @Test("before the rename request everything is not sent, and the rename is not requested", arguments: [Look.holds(9), .holds(11), .nothing, .fails])
  func beforeTheRequest(_ stored: Look) async {
    let remote = Scripted(row: Row(rename: .done, final: .holds(10), removal: .removed, verdict: .notSent), stored: stored)
    let outcome = await delivery(remote).submit(LocalFile(path: "x", size: 10, remoteName: "a.xml"))
    #expect(verdict(outcome) == .notSent, "\(outcome)")
    #expect(!remote.calls.contains { $0.hasPrefix("rename") })
  }

  private func delivery(_ remote: Scripted) -> TwoStepDelivery<Scripted> {
    TwoStepDelivery(remote: remote, temporarySuffix: ".part")
  }

  private func verdict(_ outcome: SubmitOutcome) -> Verdict {
    switch outcome {
    case .delivered: .delivered
    case .notSent: .notSent
    case .unknown: .unknown
    }
  }
}

/// A server that does what a row of the table says.
private final class Scripted: RenamingRemote {
  let row: TwoStepDeliveryTests.Row
  let stored: TwoStepDeliveryTests.Look
  private let log = Mutex<[String]>([])
  var calls: [String] { log.withLock { $0 } }
  let hasArchive = false

  init(row: TwoStepDeliveryTests.Row, stored: TwoStepDeliveryTests.Look) {
    self.row = row
    self.stored = stored
  }

  func put(_ file: LocalFile, as name: String) async throws(ChannelFault) { note("put \(name)") }

  func size(of name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Int64? {
    note("size \(name)")
    let isRenamed = row.rename == .done && calls.contains { $0.hasPrefix("rename") }
    switch name.hasSuffix(".part") ? (isRenamed ? row.left : stored) : row.final {
    case .holds(let size): return size
    case .nothing: return nil
    case .fails: throw TwoStepDeliveryTests.lost
    }
  }

  func archivedSize(of name: String) async throws(ChannelFault) -> Int64? { nil }

  func rename(_ from: String, to: String) async -> RenameAnswer {
    note("rename \(from) \(to)")
    return row.rename
  }

  func remove(_ name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Bool {
    note("remove \(name)")
    switch row.removal {
    case .removed: return true
    case .wasGone: return false
    case .fails: throw TwoStepDeliveryTests.lost
    }
  }

  private func note(_ call: String) { log.withLock { $0.append(call) } }
}
