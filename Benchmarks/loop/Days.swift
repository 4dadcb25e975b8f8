import SEPA

/// The days on which something happens to the payments.
enum Days {
  /// Tuesday: requests come in, files leave, and are answered.
  static let start = Instant(seconds: 1_796_108_400)  // 2026-12-01T07:00:00Z
  /// Thursday.
  static let due = "2026-12-03"
  /// Thursday: the credits are told.
  static let credited = start.adding(seconds: 2 * 86_400)
  /// Two TARGET days later, a Monday: the returns are told.
  static let returned = start.adding(seconds: 6 * 86_400)
}
