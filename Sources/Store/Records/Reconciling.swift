/// Whether the money is conserved: what banks were given = what became of it.
package struct Reconciliation: Sendable {
  /// submitted, settled, rejected, returned, open and difference, in the order that `by` asked for.
  package let sums: TextTable
  /// What contradicts it: a line for each, empty when all holds.
  package let contradictions: [String]
  /// Statements that do not follow from one another: something may be missing that nobody has told yet.
  package let statementFaults: [StatementFault]

  package var holds: Bool { contradictions.isEmpty }
}

extension Session {
  /// How sums are told apart.
  package enum Reconciled: String, Sendable, CaseIterable {
    case creditor, day, file, block
  }

  /// Adds up everything that lies or lay at a bank, in one snapshot.
  package func reconcile(by: Reconciled) async throws -> Reconciliation {
    try await transaction { session in
      try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
      let (columns, header) =
        switch by {
        case .creditor: ("creditor", ["creditor"])
        case .day: ("collection_date", ["collection date"])
        case .file: ("message_id, bank", ["message id", "bank"])
        case .block: ("payment_information_id, creditor, collection_date", ["payment information id", "creditor", "collection date"])
        }
      let money = ["submitted", "settled", "rejected", "returned", "open", "difference"]
      let sums = try session.table(
        header + money,
        """
        SELECT \(columns), \(money.map { "sepad.euro(\($0)_cents)" }.joined(separator: ", "))
        FROM sepad.conservation_\(by.rawValue) ORDER BY \(columns)
        """)
      var contradictions: [String] = []
      for row in try session.run(
        """
        SELECT 'block ' || payment_information_id || ': submitted = settled + rejected + returned + open: found a difference of '
          || sepad.euro(difference_cents) || ', expected 0.00'
        FROM sepad.conservation_block WHERE difference_cents <> 0
        UNION ALL
        SELECT 'file ' || message_id || ': control sum = sum of its blocks: found a difference of '
          || sepad.euro(difference_cents) || ', expected 0.00'
        FROM sepad.conservation_file WHERE difference_cents <> 0
        UNION ALL
        SELECT 'collection ' || s.collection_id || ': stands in a file that a bank holds: found ' || s.state
          || ' and no such file, expected one'
        FROM sepad.collection_status s
        WHERE s.state IN ('submitted', 'accepted', 'settled', 'rejected', 'returned') AND NOT EXISTS (
          SELECT FROM sepad.file_item i JOIN sepad.outbound_file f ON f.id = i.file_id
          WHERE i.collection_id = s.collection_id AND i.live AND f.state IN ('submitted', 'accepted', 'refused'))
        UNION ALL
        SELECT 'collection ' || collection_id || ': state follows from its events: found ' || state || ', expected '
          || coalesce(last_event_state::text, 'an event')
        FROM sepad.history_contradiction
        UNION ALL
        SELECT 'collection ' || collection_id || ': told one way: found ' || state || ' and a credit booked '
          || coalesce(booked_on, 'on an unknown day') || ' (entry ' || file_id || ' ' || ordinal || '), expected one of them'
        FROM sepad.money_contradiction
        UNION ALL
        SELECT 'claim ' || claim_id || ': one live attempt: found ' || array_to_string(collections, ', ')
          || ' (' || array_to_string(states, ', ') || '), expected one of them'
        FROM sepad.double_attempt
        """
      ).rows { contradictions.append(try row.text(0)) }
      contradictions += try session.totalFaults()
      return Reconciliation(
        sums: sums, contradictions: contradictions, statementFaults: try session.statementFaults())
    }
  }
}
