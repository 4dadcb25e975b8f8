// Addresses: structured or hybrid, as banks take them since 15 November 2026 (EPC153-22), and where they are needed.

import SEPA

let addressRules: [Rule] = [
  .each(
    "address-unstructured", at: addresses, expected: "TwnNm and Ctry of their own, beside at most 2 lines",
    source: addressGuidance, hint: "banks refuse addresses of lines alone since 15 November 2026"
  ) { address, _ in
    address.child("AdrLine") != nil && address.child("TwnNm") == nil ? Breach("lines without a town of its own") : nil
  },
  .each(
    "address-in-old-version", .warning, at: addresses, expected: "no address before .08, or .08", source: guidelines,
    hint: "the guidelines for .02 knew addresses of lines alone: many banks take no others in it, and those no longer"
  ) { address, around in
    // Lines alone are told above.
    around.edition.isOld && address.child("TwnNm") != nil ? Breach("town and country in \(around.edition.messageType)") : nil
  },
  .each("address-town-missing", at: addresses, expected: "TwnNm", source: addressGuidance) { address, _ in
    // Lines alone are told above.
    guard address.hasChildren, address.child("AdrLine") == nil, address.child("TwnNm") == nil else { return nil }
    return Breach("none", missing: "TwnNm")
  },
  .each(
    "address-country-missing", at: addresses, expected: "Ctry", source: addressGuidance
  ) { address, _ in
    address.child("TwnNm") != nil && address.child("Ctry") == nil ? Breach("none", missing: "Ctry") : nil
  },
  .value(
    "address-country", at: below(addresses, "Ctry"), expected: "an ISO 3166 code such as FR or GB", source: "ISO 3166"
  ) { element, _ in ISOCountry.isKnown(element.text) ? nil : element.shown },
  .each("address-lines", at: addresses, expected: "at most 2 lines", source: guidelines) { address, _ in
    let count = address.count("AdrLine")
    return count > 2 ? Breach("\(count)", missing: "AdrLine") : nil
  },
  .value(
    "address-part-length", at: parts.flatMap { part in below(addresses, part.name) }, expected: "fewer characters",
    source: iso20022
  ) { element, _ in
    let count = element.text.unicodeScalars.count
    let most = parts.first { $0.name == element.name }?.most ?? 70
    return count > most ? "\(count) characters where \(most) may stand" : nil
  },
  .each(
    "address-line-repeats", .warning, at: addresses, expected: "lines that do not repeat the town", source: addressGuidance
  ) { address, _ in
    guard let town = address.child("TwnNm"), !town.isBlank else { return nil }
    let lines = address.children.filter { $0.name == "AdrLine" && !$0.isBlank }
    return lines.first { repeats(town.text, in: $0.text) }.map { Breach("the town", at: $0) }
  },
  .each(
    "address-of-debtor-missing", at: ["PmtInf/DrctDbtTxInf/Dbtr"], expected: "the debtor's address", source: guidelines,
    hint: "needed when the creditor's or the debtor's bank is in a country of SEPA outside the EEA"
  ) { debtor, around in
    guard debtor.child("PstlAdr") == nil else { return nil }
    let outside = [(around.debit, debtorPlaces), (around.block, creditorPlaces)].lazy.compactMap { part, places in
      countryOutsideEEA(part, places, around)
    }
    return outside.first.map { Breach("none, with a bank in \($0)", missing: "PstlAdr") }
  },
]

private let addressGuidance = "EPC153-22"
private let addresses = ["PmtInf/Cdtr/PstlAdr", "PmtInf/DrctDbtTxInf/Dbtr/PstlAdr"]
private let parts: [(name: String, most: Int)] = [
  ("Dept", 70), ("SubDept", 70), ("StrtNm", 70), ("BldgNb", 16), ("BldgNm", 35), ("Flr", 70), ("PstBx", 16), ("Room", 70),
  ("PstCd", 16), ("TwnNm", 35), ("TwnLctnNm", 35), ("DstrctNm", 35), ("CtrySubDvsn", 35), ("AdrLine", 70),
]

/// As sepad's own addresses are checked.
private func repeats(_ town: String, in line: String) -> Bool {
  do throws(SEPA.ValueFault) {
    _ = try PostalAddress(town: town, country: "FR", lines: [line])
    return false
  } catch { return error.rule == "address line" }
}

// MARK: Where it is needed

/// Where an account and its bank are.
typealias BankPlaces = (account: Place, bic: [Place])
/// The debtor's.
let debtorPlaces: BankPlaces = (
  Place("PmtInf/DrctDbtTxInf/DbtrAcct/Id/IBAN"),
  below(["PmtInf/DrctDbtTxInf/DbtrAgt/FinInstnId"], "BIC").map { Place($0) }
    + below(["PmtInf/DrctDbtTxInf/DbtrAgt/FinInstnId"], "BICFI").map { Place($0) }
)
private let creditorPlaces: BankPlaces = (
  Place("PmtInf/CdtrAcct/Id/IBAN"),
  [Place("PmtInf/CdtrAgt/FinInstnId/BIC"), Place("PmtInf/CdtrAgt/FinInstnId/BICFI")]
)
/// Of France's IBANs, but outside the EEA: only the BIC tells.
private let behindFrenchIBAN: Set = ["PM", "BL"]

/// The country of an account that lies outside the EEA; nil for one inside, or one that cannot be read.
func countryOutsideEEA(_ part: Part, _ places: BankPlaces, _ around: Surroundings) -> String? {
  guard let account = part.first(places.account), case .success(let iban) = around.iban(account) else { return nil }
  if !SEPACountry.isEEA(iban.country) { return iban.country }
  let bic = places.bic.lazy.compactMap { part.text($0) }.first
  let country = bic.map { String($0.dropFirst(4).prefix(2)) }
  return country.flatMap { behindFrenchIBAN.contains($0) ? $0 : nil }
}
