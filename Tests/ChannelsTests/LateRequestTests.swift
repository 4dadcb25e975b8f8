// Requests that a server executes late: what Tests/ModelTests found to be possible, against the deliveries themselves.

import Synchronization
import TestSupport
import Testing

@testable import Channels

@Suite struct LateRequestTests {
  @Test("a rename that is executed during a search is met by it, at whichever step", arguments: 0...4, [true, false])
  func lateRename(_ step: Int, _ hasArchive: Bool) async throws {
    let bank = LateBank(hasArchive: hasArchive)
    bank.change { $0.inbox["a.xml.2.part"] = 10 }
    bank.change { $0.countdown = step }
    bank.change { state in
      state.late = { state in
        guard state.inbox["a.xml"] == nil else { return }
        state.inbox["a.xml"] = state.inbox.removeValue(forKey: "a.xml.2.part")
      }
    }
    let sighting = try await delivery(bank).locate("a.xml", size: 10, attempt: 2)
    // Whatever comes after the search.
    bank.change { $0.execute() }
    let arrived = bank.change { $0.inbox["a.xml"] != nil }
    if case .absent = sighting { #expect(!arrived, "\(sighting)") }
    if case .complete = sighting { #expect(arrived, "\(sighting)") }
    #expect(step > 0 || arrived)
  }

  @Test("an upload of an attempt before slips under no rename, and its litter is cleared away")
  func lateUpload() async throws {
    let bank = LateBank(hasArchive: true)
    bank.change { $0.inbox["a.xml.part"] = 3 }
    // Just before the rename, the server stores what the first attempt left in its buffers.
    bank.change { state in
      state.beforeRename = { $0.inbox["a.xml.part"] = 5 }
    }
    let outcome = await delivery(bank).submit(LocalFile(path: "x", size: 10, remoteName: "a.xml", attempt: 2))
    #expect(outcome == .delivered(evidence: "10 bytes under the final name"))
    #expect(bank.change { $0.inbox } == ["a.xml": 10, "a.xml.part": 5])
    #expect(bank.change { $0.removed } == ["a.xml.part"])
  }

  private func delivery(_ bank: LateBank) -> TwoStepDelivery<LateBank> {
    TwoStepDelivery(remote: bank, temporarySuffix: ".part")
  }
}

/// A bank in memory, which executes a request that it held back after so many others.
private final class LateBank: RenamingRemote {
  struct State {
    var inbox: [String: Int64] = [:]
    var removed: [String] = []
    var countdown = -1
    var late: (@Sendable (inout State) -> Void)?
    var beforeRename: (@Sendable (inout State) -> Void)?

    mutating func execute() {
      late?(&self)
      late = nil
    }
  }

  let hasArchive: Bool
  private let state = Mutex(State())

  init(hasArchive: Bool) { self.hasArchive = hasArchive }

  @discardableResult
  func change<T: Sendable>(_ body: @Sendable (inout State) -> T) -> T { state.withLock { body(&$0) } }

  private func request<T: Sendable>(_ body: @Sendable (inout State) -> T) -> T {
    change { state in
      if state.countdown == 0 { state.execute() }
      state.countdown -= 1
      return body(&state)
    }
  }

  func put(_ file: LocalFile, as name: String) async throws(ChannelFault) { request { $0.inbox[name] = file.size } }

  func size(of name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Int64? {
    request { $0.inbox[name] }
  }

  func archivedSize(of name: String) async throws(ChannelFault) -> Int64? { request { _ in nil } }

  func rename(_ from: String, to: String) async -> RenameAnswer {
    request { state in
      state.beforeRename?(&state)
      state.inbox[to] = state.inbox.removeValue(forKey: from)
    }
    return .done
  }

  func remove(_ name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Bool {
    request { state in
      guard state.inbox.removeValue(forKey: name) != nil else { return false }
      state.removed.append(name)
      return true
    }
  }
}
