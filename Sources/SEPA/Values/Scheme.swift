/// The two SEPA direct debit schemes, as `LclInstrm/Cd` writes them.
package enum Scheme: String, CaseIterable, Sendable, Codable {
  case core = "CORE"
  case b2b = "B2B"
}

/// Where a collection stands in the life of its mandate, as `SeqTp` writes it.
package enum SequenceType: String, CaseIterable, Sendable, Codable {
  case first = "FRST"
  case recurrent = "RCUR"
  case final = "FNAL"
  case oneOff = "OOFF"
}

/// The languages in which people are written to.
package enum Language: String, CaseIterable, Sendable, Codable {
  case french = "fr"
  case english = "en"
  case german = "de"
}
