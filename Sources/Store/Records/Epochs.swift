internal import SEPA

/// A database as the daemon met it. Another one than before, by a failover or a restore, may have gone back in time: it
/// is a new epoch, and until somebody has agreed to it nothing is built and nothing is sent.
package struct Epoch: Sendable, Equatable {
  package let number: Int
  /// System, timeline, database and table, in words for a person.
  package let identity: String
  /// `YYYY-MM-DDTHH:MM:SSZ`, by the database's clock.
  package let metAt: String
  /// Why it began.
  package let why: String
  package let isAgreed: Bool

  /// What ids derived in it carry: nothing in the first epoch, `2-` in the second.
  package var mark: String { number > 1 ? "\(number)-" : "" }
}

/// What one bank's directories showed of an epoch that waits.
package struct EpochLook: Sendable, Equatable {
  package let bank: String
  /// Files that prove that the database went back.
  package let files: Int
  /// Why what was not seen proves nothing; nil when it does.
  package let blind: String?

  package init(bank: String, files: Int, blind: String?) {
    self.bank = bank
    self.files = files
    self.blind = blind
  }
}

extension Session {
  /// The database's identity: a promoted standby has another timeline, a restored cluster another timeline or system, a
  /// dump another database or, in the same one, other tables.
  private static let identity = """
    'system ' || (SELECT system_identifier FROM pg_control_system())
    || ', timeline ' || ltrim(left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), '0')
    || ', database ' || (SELECT oid FROM pg_database WHERE datname = current_database())
    || ', table ' || 'sepad.epoch'::regclass::oid
    """

  /// Notices whether this is the database of the newest epoch, and begins a new one if not. Part of each connection's
  /// beginning, so that nothing is derived or told by an epoch that is over.
  func meetEpoch() throws(StoreFault) {
    try insertEpoch(
      why: "'another database than before'",
      having: """
        coalesce((SELECT n.identity FROM sepad.epoch n ORDER BY n.number DESC LIMIT 1) <> \(Self.identity), true)
        """)
  }

  /// The newest epoch; before any is met, the first, to which everybody agrees.
  package func epoch() throws(StoreFault) -> Epoch {
    guard let row = try first(
      """
      SELECT number, identity, to_char(met_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), why, agreed_at IS NOT NULL
      FROM sepad.epoch ORDER BY number DESC LIMIT 1
      """)
    else { return Epoch(number: 1, identity: "", metAt: "", why: "", isAgreed: true) }
    return Epoch(
      number: Int(try row.integer(0)), identity: try row.text(1), metAt: try row.text(2), why: try row.text(3),
      isAgreed: try row.bool(4))
  }

  /// Begins a new epoch although the database looks like the one before: the bank's side has shown that it went back,
  /// as a disk does that was set back.
  package func beginEpoch(after number: Int, why: String) throws(StoreFault) {
    try insertEpoch(why: "$2", having: "max(e.number) = $1", [.integer(Int64(number)), .text(why)])
  }

  /// The very first one is agreed at once: there is nothing before it to which it could have gone back.
  private func insertEpoch(why: String, having: String, _ parameters: [SQLValue] = []) throws(StoreFault) {
    try run(
      """
      INSERT INTO sepad.epoch (number, identity, met_at, why, last_event, last_job, agreed_at, actor, because)
      SELECT coalesce(max(e.number), 0) + 1, \(Self.identity), clock_timestamp(),
        CASE WHEN max(e.number) IS NULL THEN 'the first' ELSE \(why) END,
        coalesce((SELECT max(id) FROM sepad.payment_event), 0), coalesce((SELECT max(id) FROM sepad.job), 0),
        CASE WHEN max(e.number) IS NULL THEN clock_timestamp() END,
        CASE WHEN max(e.number) IS NULL THEN 'sepad' END, CASE WHEN max(e.number) IS NULL THEN 'the first' END
      FROM sepad.epoch e
      HAVING \(having)
      -- Somebody else met it at the same time.
      ON CONFLICT (number) DO NOTHING
      """, parameters)
  }

  /// Makes the newest epoch's number greater than one that was seen in use: an epoch that was forgotten had it.
  package func raiseEpoch(above used: Int) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.epoch SET number = $1 + 1
      WHERE number = (SELECT max(number) FROM sepad.epoch) AND number <= $1 AND agreed_at IS NULL
      """, [.integer(Int64(used))])
  }

  /// Agrees to an epoch: from now on files are built and sent again.
  /// - Returns: whether it was the newest, and not agreed yet.
  @discardableResult
  package func agree(toEpoch number: Int, because: String, _ stamp: Stamp) throws(StoreFault) -> Bool {
    try run(
      """
      UPDATE sepad.epoch SET agreed_at = $2, actor = $3, because = $4
      WHERE number = $1 AND agreed_at IS NULL AND number = (SELECT max(number) FROM sepad.epoch)
      """, [.integer(Int64(number)), .text(stamp.at.description), .text(stamp.actor), .text(because)]
    ).affected == 1
  }

  /// Keeps what a bank's directories showed.
  package func record(_ look: EpochLook, epoch: Int) throws(StoreFault) {
    try run(
      """
      INSERT INTO sepad.epoch_look (epoch, bank, looked_at, files, blind) VALUES ($1, $2, clock_timestamp(), $3, $4)
      ON CONFLICT (epoch, bank) DO UPDATE
      SET looked_at = excluded.looked_at, files = excluded.files, blind = excluded.blind
      """, [.integer(Int64(epoch)), .text(look.bank), .integer(Int64(look.files)), .optional(look.blind)])
  }

  /// What the banks' directories showed so far.
  package func looks(epoch: Int) throws(StoreFault) -> [EpochLook] {
    try map(
      try run(
        "SELECT bank, files, blind FROM sepad.epoch_look WHERE epoch = $1 ORDER BY bank", [.integer(Int64(epoch))])
    ) { row throws(StoreFault) in
      EpochLook(bank: try row.text(0), files: Int(try row.integer(1)), blind: row[2])
    }
  }

  /// Whether the newest epoch has waited for longer than `seconds`, by the database's clock.
  package func epochWaits(seconds: Int) throws(StoreFault) -> Bool {
    try one(
      "SELECT met_at < clock_timestamp() - make_interval(secs => $1) FROM sepad.epoch ORDER BY number DESC LIMIT 1",
      [.integer(Int64(seconds))]
    ).bool(0)
  }

  /// Every epoch, oldest first.
  package func epochs() throws(StoreFault) -> TextTable {
    try table(
      ["epoch", "met", "why", "agreed", "by", "because", "identity"],
      """
      SELECT number, to_char(met_at, 'YYYY-MM-DD HH24:MI:SS'), why, to_char(agreed_at, 'YYYY-MM-DD HH24:MI:SS'), actor,
        because, identity
      FROM sepad.epoch ORDER BY number
      """)
  }

  /// An SQL expression: what the public id of a row carries, by the epoch in which the row was made.
  static func mark(of id: String, since column: String) -> String {
    "coalesce((SELECT max(p.number) || '-' FROM sepad.epoch p WHERE p.number > 1 AND p.\(column) < \(id)), '')"
  }
}
