/// Entries that say nothing about a payment by themselves.
extension Session {
  /// Fills `booking`, where a transaction of the reports that were just read asks for its booking: it has no amount or currency
  /// of its own, or names no payment.
  /// - Returns: whether one does.
  func frameReported() throws(StoreFault) -> Bool {
    // How many there are is all that is asked.
    try run("ANALYZE reported_entry (file_id)")
    let isAsked = try one(
      """
      SELECT EXISTS (
        SELECT FROM reported_entry
        WHERE kind = 'transaction' AND (amount_cents IS NULL OR currency IS NULL OR \(Self.namesNoPayment)))
      """
    ).bool(0)
    guard isAsked else { return false }
    try run(
      """
      INSERT INTO booking (file_id, ordinal, children, amount_cents, currency)
      SELECT file_id, ordinal, children, amount_cents, currency FROM reported_entry WHERE kind = 'entry'
      """)
    try run("ANALYZE booking")
    return true
  }

  /// Whether a transaction names none of what would tell which payment it is of; whoever counts those of a booking
  /// (`ReportedEntry.children`) goes by the same.
  private static let namesNoPayment =
    "end_to_end_id IS NULL AND payment_information_id IS NULL AND mandate_reference IS NULL"

  /// From where reported entries `r` are read: with their booking, `above`, where it is asked for.
  static func reported(_ desk: Desk) -> String {
    desk.asksBookings
      ? "reported_entry r LEFT JOIN booking above ON above.file_id = r.file_id AND above.ordinal = r.parent"
      : """
      reported_entry r
      CROSS JOIN (SELECT NULL::bigint AS children, NULL::bigint AS amount_cents, NULL::text AS currency) above
      """
  }

  /// Whether a reported entry `r` is told twice, in a booking and in its details, and will move once.
  static let isToldAbove = "(r.kind = 'transaction' AND above.children = 0) IS TRUE"

  /// Whether a reported entry `r` is to be matched; what a person has decided about it, which a replay finds, comes first.
  static func isOpen(_ desk: Desk) -> String {
    let isFraming = "(\(isFraming("r", children: "r.children", desk))) IS NOT TRUE"
    let isDecided = "EXISTS (SELECT FROM sepad.entry_decision d WHERE d.file_id = r.file_id AND d.ordinal = r.ordinal)"
    return "NOT \(isToldAbove) AND (\(isFraming)\(desk.hasDecisions ? " OR \(isDecided)" : ""))"
  }

  /// Why a reported entry `r` that is not to be matched is not.
  static func reportedNote(_ desk: Desk) -> String {
    """
    CASE WHEN \(isToldAbove) THEN 'told by its booking' ELSE \(framingNote("r", children: "r.children", desk)) END
    """
  }

  /// A debit with a return reason that is told for information and never booked: the payment was refused before there
  /// was anything to take back. `name` is an entry's.
  static func isRefusal(_ name: String) -> String {
    "\(name).status = 'INFO' AND \(name).direction = 'DBIT' AND \(name).is_return AND \(name).reason_code IS NOT NULL"
  }

  /// Whether an entry says nothing about a payment by itself.
  static func isFraming(_ name: String, children: String, _ desk: Desk) -> String {
    let onUndoing = desk.hasUndoings
      ? "\n  OR \(name).kind IN ('blockStatus', 'transactionStatus') AND \(isOnUndoing(name))" : ""
    return """
    (\(name).message_name = 'EBICS'
      OR \(name).kind = 'entry' AND \(children) > 0
      OR \(name).kind IN ('entry', 'transaction') AND \(name).status IN ('PDNG', 'INFO', 'FUTR')
        AND (\(isRefusal(name))) IS NOT TRUE
      OR \(name).kind = 'cancellationStatus' AND coalesce(\(name).status, '') NOT IN ('CNCL', 'ACCR')
      OR \(name).kind IN ('blockStatus', 'transactionStatus') AND sepad.status_meaning(\(name).status) IS NULL\(onUndoing))
    """
  }

  /// Whether a status is about a file that takes collections back: what it says of that it says not of the collections, though
  /// it names them by the same ids.
  private static func isOnUndoing(_ name: String) -> String {
    "EXISTS (SELECT FROM sepad.outbound_file x WHERE x.message_id = \(name).message_id AND x.undoes IS NOT NULL)"
  }

  private static func framingNote(_ name: String, children: String, _ desk: Desk) -> String {
    let onUndoing = desk.hasUndoings
      ? """

          WHEN \(name).kind IN ('blockStatus', 'transactionStatus') AND \(isOnUndoing(name))
            THEN 'on taking it back: ' || coalesce(\(name).status, 'no status')
        """ : ""
    return """
    CASE
      WHEN \(name).message_name = 'EBICS' THEN 'customer protocol'
      WHEN \(name).kind = 'entry' AND \(children) > 0 THEN 'told by its transactions'
      WHEN \(name).kind IN ('entry', 'transaction') THEN 'not booked: ' || coalesce(\(name).status, 'no status')
      WHEN \(name).kind = 'cancellationStatus' THEN 'cancels nothing: ' || coalesce(\(name).status, 'no status')\(onUndoing)
      ELSE 'announces nothing final: ' || coalesce(\(name).status, 'no status') END
    """
  }

  /// The same for what is open in all files: decided anew, or opened again.
  func putAsideFraming(bank: String, _ desk: Desk) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.inbound_entry e
      SET disposition = 'informational', note = \(Self.framingNote("e", children: "e.children", desk))
      FROM sepad.inbound_file f
      WHERE f.id = e.file_id AND f.bank = $1 AND e.disposition = 'open' AND \(Self.isFraming("e", children: "e.children", desk))
      """, [.text(bank)])
  }

  /// What a person put aside stays aside, also where a replay finds it open again.
  func putAsideIgnored(bank: String) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.inbound_entry e SET disposition = 'ignored', verdict = NULL, note = d.because
      FROM sepad.inbound_file f, (\(Self.decisions)) d
      WHERE f.id = e.file_id AND f.bank = $1 AND e.disposition = 'open' AND d.decision = 'ignored'
        AND d.file_id = e.file_id AND d.ordinal = e.ordinal
      """, [.text(bank)])
  }
}
