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
  /// The sums of all files at banks, in one statement and so as of one moment.
  package func fileSums() throws(StoreFault) -> FileSums {
    let row = try one(
      """
      SELECT coalesce(sum(control_sum_cents), 0)::bigint, coalesce(sum(settled_cents), 0)::bigint,
        coalesce(sum(rejected_cents), 0)::bigint, coalesce(sum(returned_cents), 0)::bigint,
        coalesce(sum(open_cents), 0)::bigint
      FROM sepad.file_totals WHERE file_state IN ('submitted', 'accepted', 'refused')
      """)
    return FileSums(
      submitted: try row.integer(0), settled: try row.integer(1), rejected: try row.integer(2),
      returned: try row.integer(3), open: try row.integer(4))
  }
}
