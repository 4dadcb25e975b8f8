import SEPA
import Store

extension BankProfile {
  /// What the bank's clock shows at an instant.
  func localTime(_ session: isolated Session, at now: Instant) throws -> LocalDateTime {
    let local = try session.localTime(at: now, zone: timeZone)
    return LocalDateTime(day: try CalendarDay(iso: local.day), secondOfDay: local.secondOfDay)
  }
}
