package import SEPA

extension Session {
  /// What the database's clock says.
  package func instant() throws(StoreFault) -> Instant {
    Instant(microseconds: try one("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint").integer(0))
  }

  /// The same, from a database that takes writes.
  /// - Throws: `StoreFault` of the kind `readOnly` when it takes none.
  package func pulse() throws(StoreFault) -> Instant {
    let row = try one(
      """
      SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
        pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean
      """)
    if try row.bool(1) {
      throw .server(sqlState: "25006", message: "found a database that only reads, expected one that takes writes", constraint: nil)
    }
    return Instant(microseconds: try row.integer(0))
  }
}
