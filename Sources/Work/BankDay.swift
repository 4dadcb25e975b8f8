import SEPA
import Store

extension BankProfile {
  /// What the bank's clock shows at an instant.
  func localTime(_ session: isolated Session, at now: Instant) throws -> LocalDateTime {
    let local = try session.localTime(at: now, zone: timeZone)
    return LocalDateTime(day: try CalendarDay(iso: local.day), secondOfDay: local.secondOfDay)
  }

  /// The collection date of a group of the worklist, as of now.
  func collectionDate(of group: DatingGroup, at local: LocalDateTime) throws(ValueFault) -> CalendarDay {
    windows[group.scheme].collectionDate(
      requested: try CalendarDay(iso: group.requestedDate), group.convention, at: local)
  }
}
