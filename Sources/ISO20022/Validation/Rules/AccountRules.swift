// Accounts and the banks that hold them.

import SEPA

let accountRules: [Rule] = [
  .needs("creditor-account-missing", ["CdtrAcct"], in: ["PmtInf"], expected: "the creditor's IBAN", source: iso20022),
  .needs(
    "debtor-account-missing", ["DbtrAcct"], in: [SEPAElements.debit], expected: "the debtor's IBAN", source: iso20022),
  .each("account-without-iban", at: accounts, expected: "Id/IBAN", source: guidelines) { account, _ in
    account.hasChildren && account.descendant("Id/IBAN") == nil ? Breach("none", missing: "Id/IBAN") : nil
  },
  iban("iban-form", "form", expected: "capitals and digits without spaces, as FR14…", source: "ISO 13616"),
  iban("iban-country", "country", expected: "a country of SEPA", source: "EPC409-09"),
  iban("iban-length", "length", expected: "the length of its country's IBANs", source: "ISO 13616"),
  iban("iban-structure", "structure", expected: "digits and letters where its country has them", source: "ISO 13616"),
  iban("iban-check-digits", "check digits", expected: "check digits that match the account", source: "ISO 13616"),
  .value(
    "debtor-account-own", .warning, at: [debtorIBAN], expected: "another account than the creditor's", source: "plausibility"
  ) { element, around in
    element.text == around.block.text(creditorIBANPlace) ? masked(element.text) : nil
  },
  .needs(
    "creditor-agent-missing", ["CdtrAgt"], in: ["PmtInf"], expected: "the creditor's bank, or NOTPROVIDED",
    source: iso20022),
  .needs(
    "debtor-agent-missing", ["DbtrAgt"], in: [SEPAElements.debit], expected: "the debtor's bank, or NOTPROVIDED",
    source: iso20022),
  .each(
    "agent-unidentified", at: agents, expected: "a BIC, or Othr/Id NOTPROVIDED", source: guidelines
  ) { agent, _ in
    guard agent.hasChildren else { return nil }
    guard let institution = agent.child("FinInstnId") else { return Breach("neither", missing: "FinInstnId") }
    let isKnown = ["BIC", "BICFI", "Othr"].contains { institution.child($0) != nil }
    return isKnown || !institution.hasChildren ? nil : Breach("neither", at: institution)
  },
  .value(
    "agent-other", at: below(agents, "FinInstnId/Othr/Id"), expected: "NOTPROVIDED", source: guidelines
  ) { element, _ in element.text == "NOTPROVIDED" ? nil : element.shown },
  .value(
    "bic-form", at: bics, expected: "8 or 11 capitals and digits, the country at 5 and 6", source: "ISO 9362"
  ) { element, _ in readBIC(element) == nil ? element.shown : nil },
  .value(
    "bic-country", .warning, at: bics.filter { !$0.contains("Orgnl") }, expected: "the country of the account",
    source: "plausibility", hint: "leave the BIC out: SEPA needs only the IBAN"
  ) { element, around in
    let own = element.part === around.block
      ? around.block.first(creditorIBANPlace) : around.debit.first(debtorIBANPlace)
    guard let bic = readBIC(element), let own, case .success(let iban) = around.iban(own),
      !areTogether(bic.country, iban.country)
    else { return nil }
    return "a bank in \(bic.country), an account in \(iban.country)"
  },
]

private let debtorIBAN = "PmtInf/DrctDbtTxInf/DbtrAcct/Id/IBAN"
private let creditorIBANPlace = Place("PmtInf/CdtrAcct/Id/IBAN")
private let debtorIBANPlace = Place(debtorIBAN)
private let accounts =
  ["PmtInf/CdtrAcct", "PmtInf/DrctDbtTxInf/DbtrAcct"] + below(UndoPaths.references, "CdtrAcct")
  + below(UndoPaths.references, "DbtrAcct")
private let agents =
  ["PmtInf/CdtrAgt", "PmtInf/DrctDbtTxInf/DbtrAgt"] + below(UndoPaths.references, "CdtrAgt")
  + below(UndoPaths.references, "DbtrAgt") + [UndoPaths.requestHeader + "/Assgne/Agt"]
private let ibans = SEPAElements.values.filter { $0.hasSuffix("/IBAN") }
private let bics = SEPAElements.values.filter { $0.hasSuffix("/BIC") || $0.hasSuffix("/BICFI") }

/// A rule on IBANs: what SEPA's own reader says under that word.
private func iban(_ name: String, _ word: String, expected: String, source: String) -> Rule {
  .each(name, at: ibans, expected: expected, source: source) { element, around in
    guard !element.isBlank else { return nil }
    switch around.iban(element) {
    case .failure(let fault):
      guard fault.rule == "iban \(word)" else { return nil }
      // Neither names an account.
      let isOpen = word == "country" || word == "length"
      return Breach(isOpen ? Element.shown(fault.found) : masked(element.text), expected: isOpen ? fault.expected : nil)
    case .success(let iban):
      // The reader takes spaces and small letters as people write them, a file must not.
      return word == "form" && iban.value != element.text ? Breach(masked(element.text)) : nil
    }
  }
}

private func readBIC(_ element: Element) -> BIC? {
  do throws(SEPA.ValueFault) {
    let bic = try BIC(element.text)
    return bic.value == element.text ? bic : nil
  } catch { return nil }
}

/// Whether banks of the one country keep accounts of the other: territories share IBANs with their mother country.
private func areTogether(_ bank: String, _ account: String) -> Bool {
  bank == account || together.contains { $0.contains(bank) && $0.contains(account) }
}
private let together: [Set<String>] = [
  ["FR", "MC", "GF", "GP", "MQ", "RE", "YT", "MF", "BL", "PM", "NC", "PF", "WF"], ["GB", "GG", "JE", "IM", "GI"],
  ["FI", "AX"], ["CH", "LI"], ["IT", "SM", "VA"], ["ES", "AD"], ["DK", "FO", "GL"], ["NO", "SJ"],
]
