package import Channels
package import SEPA

/// When a stage last did its work, what keeps it from it, and whether it is at it.
package struct StageRecord: Sendable, Equatable {
  package let stage: String
  package var lastSuccess: Instant?
  /// No personal data: errors of this project carry none.
  package var lastError: String?
  package var lastErrorAt: Instant?
  /// What its last turn met of a bank; nil when that went well, or failed of something else.
  package var bankFault: ChannelFault.Reason?
  /// The first failure since the last success; nil while it does its work.
  package var failingSince: Instant?
  /// As `Trouble` has it.
  package var kind: String?
  /// When the step under way began; nil between steps.
  package var busySince: Instant?
  var began: ContinuousClock.Instant?

  /// What is wrong with it.
  /// - Parameter patience: seconds after which a step that has not ended is told. Large files may take that long.
  package func trouble(patience: Int64, now: ContinuousClock.Instant = .now) -> Trouble? {
    if let failingSince {
      return Trouble(place: "stage \(stage)", kind: kind ?? "stage.failed", since: failingSince, detail: lastError ?? "")
    }
    guard let began, let busySince, began.advanced(by: .seconds(patience)) < now else { return nil }
    return Trouble(
      place: "stage \(stage)", kind: "stage.busy", since: busySince, detail: "a step has not ended: it works, or waits")
  }
}

/// What the stages report of themselves, for the status file.
package actor StageJournal {
  private var records: [String: StageRecord] = [:]

  package init() {}

  func began(_ stage: String, at now: Instant) {
    change(stage) { ($0.busySince, $0.began) = (now, .now) }
  }

  func succeeded(_ stage: String, at now: Instant) {
    change(stage) {
      $0.lastSuccess = now
      ($0.busySince, $0.began, $0.failingSince, $0.kind, $0.bankFault) = (nil, nil, nil, nil, nil)
    }
  }

  func failed(_ stage: String, _ error: any Error, at now: Instant) {
    change(stage) {
      ($0.busySince, $0.began) = (nil, nil)
      ($0.lastError, $0.lastErrorAt, $0.kind) = ("\(error)", now, Trouble.kind(of: error))
      $0.failingSince = $0.failingSince ?? now
      $0.bankFault = (error as? ChannelFault)?.reason
    }
  }

  /// All stages that ran so far, by name.
  package func snapshot() -> [StageRecord] { records.values.sorted { $0.stage < $1.stage } }

  private func change(_ stage: String, _ body: (inout StageRecord) -> Void) {
    body(&records[stage, default: StageRecord(stage: stage)])
  }
}
