/// What an entry says beside the ids by which a collection was found for it: whatever the rule, all of it must fit.
extension Session {
  /// What an entry `e` and a collection `c`, with its block `b`, account `a` and mandate `d`, say of one thing.
  private struct Comparison {
    /// When both say the same; unknown where the entry says nothing.
    let agrees: String
    /// When a difference is none.
    var unless = "false"
    /// What is said of a difference; NULL where it may be.
    let difference: String
  }

  private static let comparisons = [
    Comparison(
      agrees: "e.payment_information_id = b.payment_information_id",
      difference: "'mismatch: payment information id: expected ' || b.payment_information_id"),
    Comparison(
      agrees: "e.mandate_reference = d.reference", unless: "sepad.was_before(d.id, 'reference', e.mandate_reference)",
      difference: "'mismatch: mandate reference: expected ' || d.reference"),
    Comparison(agrees: "e.currency = 'EUR'", difference: "'mismatch: currency: found ' || e.currency || ', expected EUR'"),
    Comparison(
      agrees: "e.scheme = c.scheme", difference: "'mismatch: scheme: found ' || e.scheme || ', expected ' || c.scheme"),
    Comparison(
      agrees: "e.account_iban = a.iban",
      difference: "'mismatch: account: found another, expected the one it was collected to'"),
    Comparison(
      agrees: "e.debtor_iban = d.iban", unless: "sepad.was_before(d.id, 'account', e.debtor_iban)",
      difference: "'mismatch: debtor account: found another, expected that of the mandate'"),
    Comparison(agrees: "e.amount_cents = c.amount_cents", difference: amountDifference),
  ]

  /// Banks write the principal alone, or with what they took for the return (then `InstdAmt` or `Chrgs` tells it), or a
  /// credit less their charges.
  private static let amountDifference = """
    CASE
      WHEN e.kind IN ('entry', 'transaction') AND e.direction = 'DBIT' AND (e.amount_cents - e.charges_cents = c.amount_cents
        OR e.original_cents = c.amount_cents AND e.amount_cents > c.amount_cents) THEN NULL
      WHEN e.kind IN ('entry', 'transaction') AND e.direction = 'CRDT' AND e.amount_cents + e.charges_cents = c.amount_cents
        THEN NULL
      WHEN e.kind IN ('entry', 'transaction') AND e.direction = 'DBIT' AND e.amount_cents < c.amount_cents
        THEN 'partial: found ' || sepad.euro(e.amount_cents) || ', expected ' || sepad.euro(c.amount_cents)
      ELSE 'mismatch: amount: found ' || sepad.euro(e.amount_cents) || ', expected ' || sepad.euro(c.amount_cents)
    END
    """

  /// All that differs, in words; NULL where nothing does. Of nearly every entry nothing does, and whether all is equal takes a
  /// fraction of making words of what is not.
  static let mismatch = """
    CASE WHEN \(comparisons.map { "(\($0.agrees)) IS FALSE" }.joined(separator: " OR "))
      THEN nullif(concat_ws('; ',
        \(comparisons.map { "CASE WHEN (\($0.agrees)) IS FALSE AND NOT \($0.unless) THEN \($0.difference) END" }
          .joined(separator: ",\n    "))
      ), '') END
    """
}
