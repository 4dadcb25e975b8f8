internal import Channels
package import SEPA
internal import Store

/// What is wrong now: where, what kind of fault, and since when.
package struct Trouble: Sendable, Equatable {
  /// `database`, `clock`, `stage pipeline`, `receiver webhook:erp`
  package let place: String
  /// `database.diskFull`, `bank.unreachable`, `receiver.refuses`
  package let kind: String
  package let since: Instant
  /// No personal data, and nothing that a receiver said.
  package let detail: String

  package init(place: String, kind: String, since: Instant, detail: String) {
    self.place = place
    self.kind = kind
    self.since = since
    self.detail = detail
  }

  /// The kind of what a stage threw.
  package static func kind(of error: any Error) -> String {
    switch error {
    case let fault as StoreFault: "database.\(fault.kind.rawValue)"
    case let fault as ChannelFault: "bank.\(fault.reason.word)"
    case is ClockFault: "clock.differs"
    default: "stage.failed"
    }
  }
}
