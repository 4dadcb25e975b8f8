import SEPA

/// One statement, report or notification about an account; the columns of `sepad.inbound_statement`.
package struct ReportedStatement: Sendable {
  /// In its file; its entries name it as their parent.
  package var ordinal: Int64
  /// camt.053.001.08
  package var message: String
  package var statementID: String?
  package var accountIBAN: String?
  package var currency: String?
  package var electronicNumber: Int64?
  package var legalNumber: Int64?
  package var page: Int64?
  package var isLastPage: Bool?
  /// Times as the bank wrote them.
  package var from: String?
  package var to: String?
  package var createdAt: String?
  package var opening: Balance?
  package var closing: Balance?
  /// Of its booked entries, credit minus debit.
  package var bookedCents: Int64 = 0

  /// A balance in the account's currency: credit positive.
  package struct Balance: Sendable, Equatable {
    package var cents: Int64
    /// YYYY-MM-DD
    package var day: String?

    package init(cents: Int64, day: String?) {
      self.cents = cents
      self.day = day
    }
  }

  package init(ordinal: Int64, message: String) {
    self.ordinal = ordinal
    self.message = message
  }
}

/// A statement that does not hold together, by itself or with the one before.
package struct StatementFault: Sendable, Equatable {
  /// What an alert about it is called, so that it is told once.
  package let subject: String
  package let bank: String
  package let statementID: String
  /// In words for a person; no account number.
  package let fault: String
}

extension Session {
  /// Stores what statements of a file say of themselves.
  package func store(_ statements: [ReportedStatement], of file: Int64) throws(StoreFault) {
    var rows = CopyText()
    for statement in statements { rows.add(statement, of: file) }
    try copy(
      """
      COPY sepad.inbound_statement (file_id, ordinal, message, statement_id, account_iban, currency, electronic_number,
        legal_number, page, last_page, from_at, to_at, created_at, opening_cents, opening_on, closing_cents, closing_on,
        booked_cents) FROM STDIN
      """, &rows)
  }

  /// Statements whose balances, or whose numbers, do not follow from one another (camt.053 only).
  package func statementFaults() throws(StoreFault) -> [StatementFault] {
    let answer = try run(
      """
      SELECT bank, coalesce(statement_id, electronic_number::text, 'file ' || file_id), file_id, concat_ws('; ',
        CASE WHEN balance_difference_cents <> 0 THEN 'closing balance: found ' || sepad.euro(closing_cents)
          || ', expected opening ' || sepad.euro(opening_cents) || ' + booked ' || sepad.euro(booked_cents) || ' = '
          || sepad.euro(opening_cents + booked_cents) END,
        CASE WHEN missing_statements > 0 THEN 'statement number: found ' || electronic_number || ' after '
          || number_before || ', expected ' || number_before + 1 END,
        CASE WHEN opening_difference_cents <> 0 THEN 'opening balance: found ' || sepad.euro(opening_cents)
          || ', expected the closing balance before, ' || sepad.euro(opening_cents - opening_difference_cents) END),
        -- Not the bank's id: there may be an account number in it, and subjects are logged.
        coalesce(electronic_number::text, left(md5(statement_id), 12), '')
      FROM sepad.statement_check
      WHERE balance_difference_cents <> 0 OR missing_statements > 0 OR opening_difference_cents <> 0
      ORDER BY bank, file_id
      """)
    return try map(answer) { row throws(StoreFault) in
      StatementFault(
        subject: "statement:\(try row.integer(2)):\(try row.text(4))", bank: try row.text(0),
        statementID: try row.text(1), fault: try row.text(3))
    }
  }
}

extension CopyText {
  /// One row of `sepad.inbound_statement`, its columns in the order that `Session.store` names them in.
  package mutating func add(_ statement: ReportedStatement, of file: Int64) {
    add(file)
    add(statement.ordinal)
    add(statement.message)
    for text in [statement.statementID, statement.accountIBAN, statement.currency] { add(text) }
    for number in [statement.electronicNumber, statement.legalNumber, statement.page] { add(number) }
    add(statement.isLastPage.map { $0 ? "t" : "f" })
    for text in [statement.from, statement.to, statement.createdAt] { add(text) }
    for balance in [statement.opening, statement.closing] {
      add(balance?.cents)
      add(balance?.day)
    }
    add(statement.bookedCents)
    endRow()
  }
}
