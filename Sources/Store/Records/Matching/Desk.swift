import SEPA

/// What a pass has before it. What nobody says is not asked for: most statements of a pass are about what is rare, and each
/// reads every entry.
struct Desk {
  /// Whether entries that were just read are not in `sepad.inbound_entry` yet.
  var hasUnwritten: Bool
  /// Whether what a transaction says must be made whole by its booking.
  var asksBookings = false
  /// Whether anything was ever taken back: then statuses may be about that.
  let hasUndoings: Bool
  /// Whether a person ever decided about an entry.
  let hasDecisions: Bool
  /// Whether entries of earlier reports are open too.
  var hasEarlier = false
  /// What the open entries bear, each as many times as entries do.
  var bears = Bears()
}

/// How many of the open entries bear what a rule asks for.
struct Bears {
  /// Speak of one payment and bear its end-to-end id.
  var endToEndID: Int64 = 0
  /// Bookings of one payment, or of a block, without an end-to-end id: with the bank's reference, with a creditor reference, with
  /// the id of a block or message.
  var servicerReference: Int64 = 0
  var creditorReference: Int64 = 0
  var blockOrMessage: Int64 = 0
  /// Statuses of a whole block, of a whole file, and those of both that accept.
  var blockStatus: Int64 = 0
  var groupStatus: Int64 = 0
  var acceptances: Int64 = 0
  /// Undo a return.
  var undoings: Int64 = 0
}

/// Which events what matched tells of.
struct Told {
  var events: Set<String> = []
  /// Those that it tells twice of one payment.
  var twice: Set<String> = []

  func tells(_ event: CollectionEvent) -> Bool { events.contains(event.rawValue) }

  func tellsTwice(_ event: CollectionEvent) -> Bool { twice.contains(event.rawValue) }
}

extension Session {
  /// Counts them, in one reading of `open_entry`.
  func bears() throws(StoreFault) -> Bears {
    let isBookedBare = "single AND kind IN ('entry', 'transaction') AND end_to_end_id IS NULL"
    let row = try one(
      """
      SELECT count(*) FILTER (WHERE single AND end_to_end_id IS NOT NULL),
        count(*) FILTER (WHERE \(isBookedBare) AND servicer_reference IS NOT NULL),
        count(*) FILTER (WHERE \(isBookedBare) AND creditor_reference IS NOT NULL),
        count(*) FILTER (WHERE \(isBookedBare) AND (payment_information_id IS NOT NULL OR message_id IS NOT NULL)),
        count(*) FILTER (WHERE kind = 'blockStatus'), count(*) FILTER (WHERE kind = 'groupStatus'),
        count(*) FILTER (WHERE kind IN ('groupStatus', 'blockStatus') AND event = 'accepted'),
        count(*) FILTER (WHERE event = 'reinstated')
      FROM open_entry
      """)
    return Bears(
      endToEndID: try row.integer(0), servicerReference: try row.integer(1), creditorReference: try row.integer(2),
      blockOrMessage: try row.integer(3), blockStatus: try row.integer(4), groupStatus: try row.integer(5),
      acceptances: try row.integer(6), undoings: try row.integer(7))
  }
}
