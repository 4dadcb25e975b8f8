package import SEPA
package import Store

/// Where it is decided what a collection's notice means for it: for mails that came to an end, for acknowledgements, and for
/// the operator's word.
package enum NoticeDesk {
  /// Writes how notices ended. One that is in time lets its collection go on; for the others the creditor's policy speaks, and
  /// finance is told: once of each notice, in one mail for all of a creditor's that were found together. To be called inside a
  /// transaction.
  package static func end(_ ended: [EndedNotice], _ session: isolated Session, _ stamp: Stamp) throws {
    let words = ended.map { $0.end.obstacle(days: $0.notice.days, before: $0.notice.day) }
    try session.end(ended, obstacles: zip(ended, words).map { $0.notice.missing == .send ? nil : $1 }, stamp)
    let missing = zip(ended, words).filter { $0.notice.isHeld && !$0.notice.isMissed && $1 != nil }.map(\.0)
    let byCreditor = Dictionary(grouping: missing, by: \.notice.creditorKey)
    for (creditor, ended) in byCreditor.sorted(by: { $0.key < $1.key }) {
      let notices = ended.map(\.notice)
      let late = ended.count { if case .given = $0.end { true } else { false } }
      let failed = ended.count { if case .failed = $0.end { true } else { false } }
      let concern = Concern.noticesMissing(
        creditor: creditor, collections: Int64(ended.count), amountCents: notices.reduce(0) { $0 + $1.amountCents },
        firstDate: notices.map(\.day).min()?.iso ?? "", late: Int64(late), failed: Int64(failed),
        isHeld: notices.contains { $0.missing == .hold })
      try session.raise(concern, subject: "notice:\(notices.map(\.id).min() ?? 0):missing", at: stamp.at)
    }
  }

  /// Takes somebody's word that a debtor was told of a collection. To be called inside a transaction.
  /// - Returns: the notice, or why not; then nothing has changed.
  package static func acknowledge(
    collection: Int64, on day: CalendarDay, _ session: isolated Session, _ stamp: Stamp
  ) throws -> Result<Int64, Refusals> {
    guard let notice = try session.lastNotice(of: collection) else {
      return refuse(
        "a notice was asked for", "none", "one that waits", "wait for notice.due; what sepad does not look after needs no word")
    }
    guard ["waiting", "failed"].contains(notice.outcome) else {
      return refuse("once", "a notice that is \(notice.outcome)", "one that waits, or failed", "nothing is to be done")
    }
    try end([EndedNotice(notice, outcome: "acknowledged", .given(on: day))], session, stamp)
    return .success(notice.id)
  }

  private static func refuse(_ rule: String, _ found: String, _ expected: String, _ hint: String) -> Result<Int64, Refusals> {
    .failure(
      Refusals(list: [Refusal(field: "collection", rule: rule, found: found, expected: expected, hint: hint)]))
  }
}
