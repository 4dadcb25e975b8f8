/// What the banks were given, as their files were sealed, against what became of it, in cents.
package struct FileSums: Sendable, Equatable {
  /// Control sums of the files that lie at a bank.
  package let submitted: Int64
  package let settled: Int64
  package let rejected: Int64
  package let returned: Int64
  /// Submitted or accepted, and nothing more yet.
  package let open: Int64

  /// To the cent. The two sides are kept apart: one is written when a file is sealed, the other moves with each report.
  package var addUp: Bool {
    let parts = [settled, rejected, returned, open].reduce((sum: Int64(0), overflow: false)) { total, part in
      let next = total.sum.addingReportingOverflow(part)
      return (next.partialValue, total.overflow || next.overflow)
    }
    return !parts.overflow && parts.sum == submitted
  }
}

extension Session {
  /// The sums of all files at banks, in one statement and so as of one moment: their control sums against the running totals
  /// of the states that only collections of such a file are in.
  package func fileSums() throws(StoreFault) -> FileSums {
    let row = try one(
      """
      SELECT
        (SELECT coalesce(sum(control_sum_cents), 0)::bigint FROM sepad.outbound_file
         -- What takes collections back gives a bank nothing to collect.
         WHERE state IN ('submitted', 'accepted', 'refused') AND undoes IS NULL),
        coalesce(sum(cents) FILTER (WHERE state = 'settled'), 0)::bigint,
        coalesce(sum(cents) FILTER (WHERE state = 'rejected'), 0)::bigint,
        coalesce(sum(cents) FILTER (WHERE state = 'returned'), 0)::bigint,
        coalesce(sum(cents) FILTER (WHERE state IN ('submitted', 'accepted')), 0)::bigint
      FROM sepad.running_totals
      """)
    return FileSums(
      submitted: try row.integer(0), settled: try row.integer(1), rejected: try row.integer(2),
      returned: try row.integer(3), open: try row.integer(4))
  }
}
