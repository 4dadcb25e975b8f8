/// Counts and sums by state, kept while collections move: the status would otherwise read every one that there ever was.
///
/// Triggers of `sepad.collection_status` write what each statement brought into a state and took out of it; what they wrote
/// adds up to the totals at any moment. Nobody ever changes such a row, so nobody who moves collections waits for another.
extension Session {
  /// Rows from which on folding is worth it: the status reads them all.
  package static let foldedFrom: Int64 = 500
  /// Rows that are folded at once, however many there are.
  private static let foldedAtOnce: Int64 = 100_000
  /// Any constant serves, as long as nobody else on this database uses it: "sepadsum" in ASCII.
  private static let correctionKey: Int64 = 0x7365_7061_6473_756D

  /// Puts a row for each state in the place of many, in one statement, so that whoever reads sees those or these. What is not
  /// committed yet is left for the next time; two that fold at once take different rows.
  ///
  /// - Parameter minimum: rows below which nothing is done.
  /// - Returns: how many rows are left of those that were folded; nil when nothing was done.
  @discardableResult
  package func foldTotals(from minimum: Int64 = Session.foldedFrom) throws(StoreFault) -> Int? {
    guard try one("SELECT count(*) >= $1 FROM sepad.state_tally", [.integer(minimum)]).bool(0) else { return nil }
    return try run(
      """
      WITH chosen AS MATERIALIZED (
        SELECT id FROM sepad.state_tally ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
      ), gone AS (
        DELETE FROM sepad.state_tally t USING chosen c WHERE t.id = c.id RETURNING t.state, t.collections, t.cents
      )
      INSERT INTO sepad.state_tally (state, collections, cents)
      SELECT state, sum(collections), sum(cents) FROM gone
      GROUP BY state HAVING sum(collections) <> 0 OR sum(cents) <> 0
      """, [.integer(Self.foldedAtOnce)]
    ).affected
  }

  /// States whose running totals are not what their collections come to, and amounts kept beside a state that are not the
  /// collection's, in words. Reads everything.
  func totalFaults() throws(StoreFault) -> [String] {
    let answer = try run(
      """
      SELECT 'collection ' || s.collection_id || ': amount beside its state: found ' || sepad.euro(s.amount_cents) || ', expected '
        || sepad.euro(c.amount_cents)
      FROM sepad.collection_status s JOIN sepad.collection c ON c.id = s.collection_id WHERE s.amount_cents <> c.amount_cents
      UNION ALL
      SELECT 'running total of ' || state || ': what its collections come to: found ' || found_collections || ' of '
        || sepad.euro(found_cents) || ', expected ' || collections || ' of ' || sepad.euro(cents)
      FROM (\(Self.differences)) x
      """)
    return try map(answer) { row throws(StoreFault) in try row.text(0) }
  }

  /// Makes the running totals what the collections come to. What differs is added: whoever moves collections meanwhile
  /// neither waits nor is lost.
  ///
  /// - Returns: what was wrong, as `totalFaults` says it.
  package func correctTotals() async throws -> [String] {
    try await transaction { session in
      // Before the statements below see anything: two that correct at once would add the same twice.
      try session.run("SELECT pg_advisory_xact_lock($1)", [.integer(Self.correctionKey)])
      let faults = try session.totalFaults()
      // Counted by the triggers like any other change of the table, and so before what is added.
      try session.run(
        """
        UPDATE sepad.collection_status s SET amount_cents = c.amount_cents
        FROM sepad.collection c WHERE c.id = s.collection_id AND s.amount_cents <> c.amount_cents
        """)
      try session.run(
        """
        INSERT INTO sepad.state_tally (state, collections, cents)
        SELECT state, collections - found_collections, cents - found_cents FROM (\(Self.differences)) x
        """)
      return faults
    }
  }

  /// What differs, by state; one statement, and so as of one moment.
  private static let differences = """
    SELECT coalesce(t.state, r.state) AS state, coalesce(t.collections, 0) AS collections, coalesce(t.cents, 0) AS cents,
      coalesce(r.collections, 0) AS found_collections, coalesce(r.cents, 0) AS found_cents
    FROM sepad.state_totals t FULL JOIN sepad.running_totals r ON r.state = t.state
    WHERE (coalesce(t.collections, 0), coalesce(t.cents, 0)) <> (coalesce(r.collections, 0), coalesce(r.cents, 0))
    """
}
