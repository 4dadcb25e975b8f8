/// Files that an attempt did not bring to a bank, or not for certain.
package struct UnsentFiles: Sendable, Equatable {
  package let bank: String
  package let files: Int64
  /// When the first of their last attempts ended, YYYY-MM-DDTHH:MM:SSZ.
  package let since: String
  /// What the last of those attempts met.
  package let evidence: String
}

extension Session {
  /// By bank, where there are any. What a search at the bank showed afterwards is no reason: what the attempt met is. An attempt that is under way counts as the one before it, until it has ended.
  package func unsentFiles() throws(StoreFault) -> [UnsentFiles] {
    try map(
      try run(
        """
        SELECT f.bank, count(*), to_char(min(h.at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
          (array_agg(h.evidence ORDER BY h.id DESC))[1]
        FROM sepad.outbound_file f CROSS JOIN LATERAL (
          SELECT id, at, evidence FROM sepad.file_history
          WHERE file_id = f.id AND event IN ('notSent', 'outcomeUnknown') AND evidence LIKE '%: found %' ORDER BY id DESC LIMIT 1) h
        WHERE f.state IN ('sealed', 'sending', 'uncertain') GROUP BY f.bank ORDER BY f.bank
        """)
    ) { row throws(StoreFault) in
      UnsentFiles(
        bank: try row.text(0), files: try row.integer(1), since: try row.text(2), evidence: try row.text(3))
    }
  }
}
