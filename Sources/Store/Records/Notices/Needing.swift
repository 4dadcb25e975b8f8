import SEPA

/// A collection on the worklist of which its debtor may have to be told now.
package struct NoticeCandidate: Sendable {
  package let collection: Int64
  /// What decides its collection date.
  package let group: DatingGroup
  /// Whether it waits for the notice; one that only moved to another day does not.
  package let isHeld: Bool
  /// Whether something is collected under its mandate, as things are.
  package let isExpected: Bool
  /// Days of notice that are agreed, and how many more it goes out before.
  package let days: Int
  package let leadDays: Int
}

/// Which debtors must still be told: `sepad.notice_need`, a worklist beside `sepad.due` for creditors that want it, and empty
/// for all others.
extension Session {
  /// Has new collections wait until their debtors are told.
  func needNotices(_ collections: [Int64], _ stamp: Stamp) throws(StoreFault) {
    try run(
      """
      INSERT INTO sepad.notice_need (collection_id, look_on, obstacle)
      SELECT id, $2, '\(NoticePolicy.notGiven)' FROM unnest($1::bigint[]) AS n (id)
      """, [.integers(collections), .text(stamp.at.day.iso)])
  }

  /// Has debtors told again whose collections, of a group that was just dated, moved to another day than they were told.
  /// Nothing waits for it: the debit comes later than they expect it, never earlier.
  /// - Parameter today: on the bank's clock.
  package func tellAgain(_ group: DatingGroup, day: String, today: String) throws(StoreFault) {
    try run(
      """
      INSERT INTO sepad.notice_need (collection_id, look_on)
      SELECT d.collection_id, $5 FROM sepad.due d
      JOIN sepad.collection c ON c.id = d.collection_id
      WHERE d.account_id = $1 AND d.scheme = $2::sepad.scheme AND d.requested_date = $3 AND d.collection_date = $4
        AND d.held IS NULL
        AND EXISTS (SELECT FROM sepad.notice n WHERE n.collection_id = d.collection_id OFFSET 0)
        AND NOT EXISTS (
          SELECT FROM sepad.notice n
          WHERE n.collection_id = d.collection_id AND n.collection_date = $4 AND n.amount_cents = c.amount_cents OFFSET 0)
      ON CONFLICT (collection_id) DO UPDATE SET look_on = excluded.look_on
      """,
      [.integer(group.accountID), .text(group.scheme.rawValue), .text(group.requestedDate), .text(day), .text(today)])
  }

  /// Collections of one bank on the worklist that are to be looked at by `today`, with their rows locked for this
  /// transaction; those that another daemon holds are passed over.
  package func noticeCandidates(bank: String, today: String, limit: Int) throws(StoreFault) -> [NoticeCandidate] {
    // By what is to be looked at, not by what waits: as one statement it may be planned as a reading of the worklist.
    let looked = try run(
      """
      SELECT w.collection_id FROM sepad.notice_need w
      JOIN sepad.collection c ON c.id = w.collection_id
      JOIN sepad.creditor_account a ON a.id = c.account_id
      JOIN sepad.creditor k ON k.id = c.creditor_id
      WHERE w.look_on <= $2 AND a.bank = $1 AND k.notice_by IS NOT NULL
        AND EXISTS (SELECT FROM sepad.due d WHERE d.collection_id = w.collection_id OFFSET 0)
      ORDER BY w.look_on, w.collection_id LIMIT $3
      -- Neither this row nor that of the worklist is waited for: others take them in another order.
      FOR UPDATE OF w SKIP LOCKED
      """, [.text(bank), .text(today), .integer(Int64(limit))])
    guard !looked.rows.isEmpty else { return [] }
    let answer = try run(
      """
      SELECT w.collection_id, d.account_id, a.bank, d.scheme, d.requested_date, d.collection_date, k.closed_day,
        w.obstacle IS NOT NULL,
        m.state IN ('signed', 'awaiting_registration', 'active') AND coalesce(d.held NOT LIKE 'perhaps sent %', true),
        coalesce(m.notice_days, k.notice_days), k.notice_lead
      FROM sepad.notice_need w
      JOIN sepad.due d ON d.collection_id = w.collection_id
      JOIN sepad.collection c ON c.id = w.collection_id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      JOIN sepad.creditor_account a ON a.id = d.account_id
      JOIN sepad.creditor k ON k.id = a.creditor_id
      WHERE w.collection_id = ANY ($1) ORDER BY w.collection_id
      FOR UPDATE OF d SKIP LOCKED
      """, [.integers(try map(looked) { row throws(StoreFault) in try row.integer(0) })])
    return try map(answer) { row throws(StoreFault) in
      guard let scheme = Scheme(rawValue: try row.text(3)) else { throw .shape("due: unknown scheme") }
      guard let convention = DayConvention(rawValue: try row.text(6)) else { throw .shape("creditor: unknown closed_day") }
      return NoticeCandidate(
        collection: try row.integer(0),
        group: DatingGroup(
          accountID: try row.integer(1), bank: try row.text(2), scheme: scheme, requestedDate: try row.text(4),
          collectionDate: row[5], convention: convention, notifies: true),
        isHeld: try row.bool(7), isExpected: try row.bool(8), days: Int(try row.integer(9)), leadDays: Int(try row.integer(10)))
    }
  }

  /// The same of collections that stand in a file already, and moved to another day before: their debtors are told still.
  /// What came to nothing, or is over, is crossed off.
  /// - Returns: how many were crossed off, and collection, day and days of notice of those to be told of.
  package func noticesOfFiled(
    bank: String, today: String, limit: Int
  ) throws(StoreFault) -> (crossedOff: Int, due: [(collection: Int64, day: String, days: Int)]) {
    let answer = try run(
      """
      SELECT w.collection_id, s.collection_date, coalesce(m.notice_days, k.notice_days),
        s.state IN ('sealed', 'submitted', 'accepted') AND s.collection_date >= $2 AND k.notice_by IS NOT NULL
      FROM sepad.notice_need w
      JOIN sepad.collection c ON c.id = w.collection_id
      JOIN sepad.collection_status s ON s.collection_id = c.id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      JOIN sepad.creditor_account a ON a.id = c.account_id
      JOIN sepad.creditor k ON k.id = a.creditor_id
      WHERE w.look_on <= $2 AND a.bank = $1
        AND NOT EXISTS (SELECT FROM sepad.due d WHERE d.collection_id = w.collection_id OFFSET 0)
      ORDER BY w.look_on, w.collection_id LIMIT $3
      FOR UPDATE OF w SKIP LOCKED
      """, [.text(bank), .text(today), .integer(Int64(limit))])
    var due: [(collection: Int64, day: String, days: Int)] = []
    var over: [Int64] = []
    for row in answer.rows {
      if try row.bool(3) {
        due.append((try row.integer(0), try row.text(1), Int(try row.integer(2))))
      } else {
        over.append(try row.integer(0))
      }
    }
    try run("DELETE FROM sepad.notice_need WHERE collection_id = ANY ($1)", [.integers(over)])
    return (over.count, due)
  }

  /// Looks at collections again on later days.
  package func lookAtNotices(_ days: [(collection: Int64, on: String)]) throws(StoreFault) {
    guard !days.isEmpty else { return }
    try run(
      """
      UPDATE sepad.notice_need w SET look_on = x.day
      FROM unnest($1::bigint[], $2::text[]::date[]) AS x (collection_id, day) WHERE w.collection_id = x.collection_id
      """, [.integers(days.map(\.collection)), .texts(days.map(\.on))])
  }

  /// Looks anew at all that a mandate's debtor is still to be told, since another time was agreed.
  func lookAtNotices(mandate id: Int64, _ stamp: Stamp) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.notice_need w SET look_on = least(w.look_on, $2::date)
      FROM sepad.collection c WHERE c.mandate_id = $1 AND w.collection_id = c.id AND w.look_on IS NOT NULL
      """, [.integer(id), .text(stamp.at.day.iso)])
  }

  /// How creditors told their debtors so far, by the creditor's key: carrier and days.
  func noticeSettings() throws(StoreFault) -> [String: String] {
    var settings: [String: String] = [:]
    for row in try run("SELECT key, concat_ws(' ', notice_by, notice_days, notice_lead) FROM sepad.creditor").rows {
      settings[try row.text(0)] = try row.text(1)
    }
    return settings
  }

  /// What follows for collections that wait, when a creditor is configured otherwise than before: who tells its debtors by
  /// itself from now on has nothing wait; other days are reckoned with anew.
  func followNoticeSettings(
    of creditor: Int64, _ policy: NoticePolicy, before: String?, _ stamp: Stamp
  ) throws(StoreFault) {
    let now = [policy.by?.rawValue, "\(policy.days)", "\(policy.leadDays)"].compactMap(\.self).joined(separator: " ")
    guard let before, before != now else { return }
    let needs = "FROM sepad.notice_need w JOIN sepad.collection c ON c.id = w.collection_id WHERE c.creditor_id = $1"
    if policy.by == nil {
      let waiting = try map(try run("SELECT w.collection_id \(needs)", [.integer(creditor)])) { row throws(StoreFault) in
        try row.integer(0)
      }
      try run(
        "UPDATE sepad.notice_need SET look_on = NULL WHERE obstacle IS NOT NULL AND collection_id = ANY ($1)",
        [.integers(waiting)])
      try hold(waiting.map { ($0, nil) })
    } else {
      try run(
        """
        UPDATE sepad.notice_need SET look_on = least(look_on, $2::date)
        WHERE look_on IS NOT NULL AND collection_id IN (SELECT w.collection_id \(needs))
        """, [.integer(creditor), .text(stamp.at.day.iso)])
    }
  }
}
