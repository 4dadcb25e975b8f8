/// How a collection came to nothing, in the words of the SDD rulebooks (EPC016-06 and EPC222-07, section 4.4).
///
/// Banks do not name the kind: it follows from when it happened, from the reason, and from the code of the booking.
package enum RTransaction: String, CaseIterable, Codable, Sendable {
  /// Before settlement, by a bank or the clearing.
  case reject
  /// Before settlement, because the debtor asked the bank not to pay.
  case refusal
  /// After settlement, by the debtor's bank.
  case `return`
  /// After settlement, because the debtor claims the money back. CORE only: a B2B debtor has no such right.
  case refund
  /// After settlement, by the creditor, who should not have collected.
  case reversal
  /// Before settlement, at the creditor's own request.
  case revocation
}

extension RTransaction {
  /// What a bank told of one R-transaction, as far as its kind depends on it.
  package struct Facts: Equatable, Sendable {
    package var scheme: Scheme
    /// Whether the money had been credited; then it was debited again.
    package var isAfterSettlement: Bool
    /// Whether the bank answers a request of ours to cancel (camt.029).
    package var isCancellation: Bool
    package var reason: ReasonCode
    /// Domain, family and sub-family of the booking, `PMNT/IDDT/UPDD`; nil where there is none.
    package var bankTransactionCode: String?
    /// The collection date: the day of settlement by the rulebooks, from which all limits count.
    package var settledOn: CalendarDay
    /// When it was booked, or told where nothing was booked.
    package var bookedOn: CalendarDay

    package init(
      scheme: Scheme, isAfterSettlement: Bool, isCancellation: Bool, reason: ReasonCode, bankTransactionCode: String?,
      settledOn: CalendarDay, bookedOn: CalendarDay
    ) {
      self.scheme = scheme
      self.isAfterSettlement = isAfterSettlement
      self.isCancellation = isCancellation
      self.reason = reason
      self.bankTransactionCode = bankTransactionCode
      self.settledOn = settledOn
      self.bookedOn = bookedOn
    }
  }

  package init(_ facts: Facts, limits: ReturnLimits) {
    if !facts.isAfterSettlement {
      self = facts.isCancellation ? .revocation : facts.reason.isOfDebtor ? .refusal : .reject
      return
    }
    // ISO 20022 bank transaction codes of IDDT: PRDD is a reversal of the payment, RCDD one after a request to cancel.
    let subfamily = facts.bankTransactionCode.map { String($0.suffix(4)) }
    if subfamily == "PRDD" || subfamily == "RCDD" || facts.reason.code == "MD05" {
      self = .reversal
    } else if facts.scheme == .core,
      facts.reason.code == "MD06" || facts.bookedOn > limits.returnEnd(.core, settledOn: facts.settledOn)
    {
      self = .refund
    } else {
      self = .return
    }
  }
}

extension ReasonCode {
  /// Whether the debtor, not a bank, said no (EPC173-14, codes whose use is "refusal").
  fileprivate var isOfDebtor: Bool { ["MS02", "SL01", "SL11", "SL12", "SL13", "SL14", "MD06", "CUST"].contains(code) }
}
