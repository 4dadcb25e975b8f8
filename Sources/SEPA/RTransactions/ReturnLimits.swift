/// Until when money that was collected can be taken back.
///
/// The defaults are the schemes': returns within 5 interbank business days (EPC016-06, section 4.3.4) or, in B2B, 3 since
/// the rulebook of 2017 (EPC222-07; some banks still say 2); CORE refunds within 8 weeks of the debit, or 13 months where
/// it was not authorised (directive (EU) 2015/2366, articles 71 and 77).
package struct ReturnLimits: Equatable, Sendable {
  /// TARGET days after settlement.
  package var coreReturnDays: Int
  package var b2bReturnDays: Int
  /// TARGET days within which our bank books what reached it on the last day.
  package var bookingDays: Int

  package init(coreReturnDays: Int = 5, b2bReturnDays: Int = 3, bookingDays: Int = 1) {
    self.coreReturnDays = coreReturnDays
    self.b2bReturnDays = b2bReturnDays
    self.bookingDays = bookingDays
  }

  /// The last day on which a return can be booked.
  package func returnEnd(_ scheme: Scheme, settledOn day: CalendarDay) -> CalendarDay {
    TARGETCalendar.adding((scheme == .core ? coreReturnDays : b2bReturnDays) + bookingDays, to: day)
  }

  /// The last day on which this kind can be booked; nil where the rulebooks set none, before settlement.
  package func end(of kind: RTransaction, _ facts: RTransaction.Facts) -> CalendarDay? {
    switch kind {
    case .reject, .refusal, .revocation: nil
    case .return, .reversal: returnEnd(facts.scheme, settledOn: facts.settledOn)
    case .refund:
      TARGETCalendar.adding(
        bookingDays, to: facts.reason.code == "MD01" ? facts.settledOn.adding(months: 13) : facts.settledOn.adding(days: 56))
    }
  }

  /// From this day on nothing can be taken back any more by the rules of the scheme, but for CORE debits that nobody had
  /// authorised.
  package func final(_ scheme: Scheme, settledOn day: CalendarDay) -> CalendarDay {
    switch scheme {
    case .b2b: returnEnd(.b2b, settledOn: day).adding(days: 1)
    case .core: TARGETCalendar.adding(bookingDays, to: day.adding(days: 56)).adding(days: 1)
    }
  }
}
