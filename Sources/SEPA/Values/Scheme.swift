/// The two direct debit schemes. A mandate belongs to one for life and the two never share a payment block.
package enum Scheme: String, CaseIterable, Codable, Sendable {
  /// SDD Core (EPC016-06): any debtor; refunds for eight weeks.
  case core = "CORE"
  /// SDD Business to Business (EPC222-07): no consumers; the debtor registers the mandate at its bank; no refunds.
  case b2b = "B2B"
}

/// Where a collection stands in the life of its mandate (SDD rulebooks, AT-21).
package enum SequenceType: String, CaseIterable, Codable, Sendable {
  /// The first of several. Optional since November 2016: `rcur` may stand for it.
  case frst = "FRST"
  case rcur = "RCUR"
  /// The last of several: the mandate ends with it.
  case fnal = "FNAL"
  /// The only one of a one-off mandate.
  case ooff = "OOFF"
}

/// The languages in which a debtor can be written to.
package enum Language: String, CaseIterable, Codable, Sendable {
  case fr, en, de
}
