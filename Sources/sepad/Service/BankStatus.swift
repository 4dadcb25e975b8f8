import Channels
import SEPA
import Store
import Work

/// How it stands with one bank, for people and for monitoring.
struct BankStatus: Codable, Equatable {
  var last_success: String?
  var last_error: String?
  var last_error_at: String?
  /// One word for what is wrong now: `login`, `host-key`, `space`, `time-out` … Null while all is well.
  var fault: String?
  /// The same in words, and what somebody can do about it.
  var fault_text: String?
  var hint: String?
  /// Files that the last attempt did not bring there, or not for certain.
  var files_not_sent: Int64 = 0

  /// What the daemon's own stage met goes first: it is newer than what became of a file.
  init(stage: StageRecord?, unsent: UnsentFiles?) {
    last_success = stage?.lastSuccess?.description
    last_error = stage?.lastError
    last_error_at = stage?.lastErrorAt?.description
    files_not_sent = unsent?.files ?? 0
    let ofFile = unsent.flatMap { unsent in ChannelFault.reason(in: unsent.evidence).map { ($0, unsent.evidence) } }
    guard let (reason, text) = stage?.bankFault.map({ ($0, stage?.lastError ?? "") }) ?? ofFile else { return }
    fault = reason.word
    fault_text = text
    hint = reason.hint
  }

  /// Of each bank that is named.
  static func all(_ names: [String], stages: [StageRecord], unsent: [UnsentFiles]) -> [String: BankStatus] {
    var banks: [String: BankStatus] = [:]
    for name in names {
      banks[name] = BankStatus(
        stage: stages.first { $0.stage == "bank \(name)" }, unsent: unsent.first { $0.bank == name })
    }
    return banks
  }
}
