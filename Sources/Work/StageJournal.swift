package import Channels
package import SEPA

/// When a stage last did its work, and what last kept it from it.
package struct StageRecord: Sendable, Equatable {
  package let stage: String
  package var lastSuccess: Instant?
  /// No personal data: errors of this project carry none.
  package var lastError: String?
  package var lastErrorAt: Instant?
  /// What its last turn met of a bank; nil when that went well, or failed of something else.
  package var bankFault: ChannelFault.Reason?
}

/// What the stages report of themselves, for the status file.
package actor StageJournal {
  private var records: [String: StageRecord] = [:]

  package init() {}

  func succeeded(_ stage: String, at now: Instant) {
    records[stage, default: StageRecord(stage: stage)].lastSuccess = now
    records[stage]?.bankFault = nil
  }

  func failed(_ stage: String, _ error: any Error, at now: Instant) {
    records[stage, default: StageRecord(stage: stage)].lastError = "\(error)"
    records[stage]?.lastErrorAt = now
    records[stage]?.bankFault = (error as? ChannelFault)?.reason
  }

  /// All stages that ran so far, by name.
  package func snapshot() -> [StageRecord] { records.values.sorted { $0.stage < $1.stage } }
}
