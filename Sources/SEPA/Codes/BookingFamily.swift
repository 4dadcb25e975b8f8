/// What a bank transaction code says about whose payment a booking is.
package enum BookingFamily: String, Sendable, Equatable {
  /// Direct debits that we issued: their credits, their returns, their reversals.
  case issuedDirectDebit
  /// Anything else: transfers, cards, fees (those for direct debits too), direct debits of others on our account.
  case other

  /// Reads a code as `ISO20022` reports it.
  ///
  /// - Parameter code: `PMNT/IDDT/UPDD` (ISO 20022 BankTransactionCode: domain, family, sub-family) or `prtry:…`;
  ///   proprietary codes of the German banking industry (`NTRF+192+…`, DFÜ-Abkommen annex 3, GVC) are known.
  /// - Returns: nil when the code says nothing (absent, unknown proprietary, "not available").
  package init?(bankTransactionCode code: String?) {
    guard let code, !code.isEmpty else { return nil }
    let proprietary = "prtry:"
    guard !code.hasPrefix(proprietary) else {
      self.init(businessCode: code.dropFirst(proprietary.count))
      return
    }
    let parts = code.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 2 else { return nil }
    switch (parts[0], parts[1]) {
    case ("PMNT", "IDDT") where parts.count > 2 && Self.prices.contains(String(parts[2])): self = .other
    case ("PMNT", "IDDT"): self = .issuedDirectDebit
    // Not available, and "other" families: the bank says nothing.
    case ("PMNT", "NTAV"), ("PMNT", "OTHR"), ("PMNT", "MDOP"), ("PMNT", "MCOP"), ("PMNT", ""), ("XTND", _), ("", _): return nil
    case ("PMNT", _), ("ACMT", _), ("FORX", _), ("LDAS", _), ("SECU", _), ("TRAD", _), ("CAMT", _), ("CMDT", _),
      ("PMET", _), ("DERV", _):
      self = .other
    default: return nil
    }
  }

  /// Sub-families that every family has, for what the bank takes for itself: charges, commissions, fees, interest, tax.
  private static let prices: Set<String> = ["CHRG", "COMM", "COME", "COMI", "COMT", "FEES", "INTR", "TAXE"]

  /// Whether a code names a booking that takes a collected payment back (return, our reversal, our cancellation): when
  /// it is a credit, it undoes that.
  package static func takesBack(bankTransactionCode code: String?) -> Bool {
    code.map { ["PMNT/IDDT/UPDD", "PMNT/IDDT/PRDD", "PMNT/IDDT/RCDD"].contains($0) } ?? false
  }

  /// The three digits of a Geschäftsvorfallcode stand between plus signs, or are the whole code.
  private init?(businessCode code: Substring) {
    let parts: [Substring] = code.split(separator: "+")
    guard let digits = parts.first(where: { $0.utf8.count == 3 && Int($0) != nil }), let number = Int(digits) else {
      return nil
    }
    switch number {
    // Returns and refunds of SEPA direct debits (108 B2B, 109 CORE), their credits (171, 174; batches 192, 196),
    // reversals given (181, 184) and taken (193, 197), as the creditor sees them.
    case 108, 109, 171, 174, 181, 184, 192, 193, 196, 197: self = .issuedDirectDebit
    case 1...199, 201...299, 801...899: self = .other
    default: return nil
    }
  }
}
