import SEPA

/// A B2B mandate whose debtor was asked in vain to have its bank register it.
package struct UnregisteredMandate: Sendable {
  package let id: Int64
  package let creditorKey: String
  package let reference: String
  /// How often the debtor was asked, this time included.
  package let asked: Int
  /// Whether nothing is collected before.
  package let isHeld: Bool
}

/// What a request to a debtor says: that its bank must know the mandate.
package struct RegistrationDetails: Sendable {
  package let creditorName: String
  package let creditorIdentifier: String
  package let creditorLanguage: String
  package let creditorEmail: String?
  package let creditorPhone: String?
  package let debtorName: String
  package let debtorEmail: String?
  package let debtorLanguage: String?
  /// Its last four characters: enough to know which account, of no use to anybody else.
  package let accountEnd: String
  package let reference: String
  package let recurrent: Bool
  package let signedOn: String?
  /// Whether it still matters: not once the bank has it, nor after its end.
  package let isNeeded: Bool
}

/// Registration of B2B mandates with the debtors' banks.
extension Session {
  /// Asks debtors to have their banks register mandates: by mail where there is an address and a mail server, and in each
  /// case by the webhooks' `mandate.registration_asked`, of which the integrator can make what it wants.
  /// - Parameters:
  ///   - next: the day on which they are asked again, `YYYY-MM-DD`.
  ///   - isFirst: they were moved just now, which is told already.
  package func askToRegister(mandates: [Int64], next: String, isFirst: Bool, _ stamp: Stamp) throws(StoreFault) {
    guard !mandates.isEmpty else { return }
    try run(
      """
      WITH asked AS (
        UPDATE sepad.mandate
        SET registration_asked = registration_asked + 1,
          registration_ask_on = CASE WHEN registration_asked + 1 < \(MandatePolicy.mostAsked) THEN $2::date END
        WHERE id = ANY ($3) AND registered_on IS NULL
        RETURNING id, debtor_id, registration_asked
      )
      INSERT INTO sepad.job (kind, endpoint, subject, content, created_at, run_at)
      SELECT 'debtor_mail', p.endpoint, 'mandate:' || a.id,
        jsonb_build_object('kind', 'registration', 'mandate_id', a.id, 'asked', a.registration_asked), $1, $1
      FROM asked a JOIN sepad.debtor d ON d.id = a.debtor_id AND d.email IS NOT NULL
      CROSS JOIN sepad.subscription p WHERE p.kind = 'debtor_mail' ORDER BY a.id
      """, [.text(stamp.at.description), .text(next), .integers(mandates)])
    guard !isFirst else { return }
    try tellOfMandates(
      selecting: """
        SELECT id AS mandate_id, 'registration_asked_again' AS event, NULL::bigint AS cause_event_id,
          'asked ' || registration_asked || ' times' AS because
        FROM sepad.mandate WHERE id = ANY ($3) AND registered_on IS NULL
        """, [.integers(mandates)], stamp)
  }

  /// Mandates whose debtors are to be asked again by `day`, locked for this transaction; those that another daemon holds are
  /// passed over.
  package func mandatesToRegister(by day: String, limit: Int) throws(StoreFault) -> [UnregisteredMandate] {
    let answer = try run(
      """
      SELECT m.id, k.key, m.reference, m.registration_asked + 1, m.state <> 'active'
      FROM sepad.mandate m JOIN sepad.creditor k ON k.id = m.creditor_id
      WHERE m.registration_ask_on <= $1 ORDER BY m.registration_ask_on, m.id LIMIT $2
      FOR UPDATE OF m SKIP LOCKED
      """, [.text(day), .integer(Int64(limit))])
    return try map(answer) { row throws(StoreFault) in
      UnregisteredMandate(
        id: try row.integer(0), creditorKey: try row.text(1), reference: try row.text(2), asked: Int(try row.integer(3)),
        isHeld: try row.bool(4))
    }
  }

  /// What the mail to a debtor says.
  package func registrationDetails(mandate id: Int64) throws(StoreFault) -> RegistrationDetails? {
    try first(
      """
      SELECT k.name, k.creditor_identifier, k.language, k.contact_email, k.contact_phone, d.name, d.email, d.language,
        right(d.iban, 4), m.reference, m.recurrent, m.signed_on,
        m.registered_on IS NULL AND m.state IN ('awaiting_registration', 'active')
      FROM sepad.mandate m
      JOIN sepad.creditor k ON k.id = m.creditor_id JOIN sepad.debtor d ON d.id = m.debtor_id
      WHERE m.id = $1
      """, [.integer(id)]
    ).map { row throws(StoreFault) in
      RegistrationDetails(
        creditorName: try row.text(0), creditorIdentifier: try row.text(1), creditorLanguage: try row.text(2),
        creditorEmail: row[3], creditorPhone: row[4], debtorName: try row.text(5), debtorEmail: row[6],
        debtorLanguage: row[7], accountEnd: try row.text(8), reference: try row.text(9), recurrent: try row.bool(10),
        signedOn: row[11], isNeeded: try row.bool(12))
    }
  }
}
