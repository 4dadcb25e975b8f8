// What one bank wants of a file beyond the rules of all: looked at only where the bank's profile is given.

import SEPA

let profileRules: [Rule] = [
  .each(
    "profile-message", at: ["GrpHdr", UndoPaths.reversalHeader, UndoPaths.requestHeader], expected: "the version that the bank takes",
    source: profile
  ) { _, around in
    guard let rules = around.profile else { return nil }
    let wanted =
      switch around.edition.frame.kind {
      case MessageFrame.reversal.kind: rules.reversal ?? "none"
      case MessageFrame.cancellation.kind: rules.cancellation ?? "none"
      default: rules.message
      }
    return around.edition.messageType == wanted ? nil : Breach(around.edition.messageType, expected: wanted)
  },
  .each(
    "profile-blocks", at: ["GrpHdr"], expected: "one payment information block", source: profile, moment: .counted
  ) { _, around in
    around.profile?.blocks == .one && around.tally.blocks > 1 ? Breach("\(around.tally.blocks)") : nil
  },
  .each(
    "profile-transactions", at: ["GrpHdr"], expected: "no more debits than the bank takes in a file", source: profile,
    moment: .counted
  ) { _, around in
    guard let most = around.profile?.maxTransactions, around.tally.debits > most else { return nil }
    return Breach("\(around.tally.debits)", expected: "at most \(most)")
  },
  .walk("profile-bytes", expected: "no more bytes than the bank takes in a file", source: profile),
  .value(
    "profile-batch-booking", at: ["PmtInf/BtchBookg"], expected: "what was agreed with the bank", source: profile
  ) { element, around in
    guard let wanted = around.profile?.batchBooking else { return nil }
    return ["true", "1"].contains(element.trimmed) == wanted ? nil : element.shown
  },
  .each(
    "profile-initiating-party", at: ["GrpHdr/InitgPty"], expected: "the identification that the bank knows", source: profile
  ) { party, around in
    let told = party.descendant("Id/OrgId/Othr/Id")
    switch around.profile?.initiatingPartyID {
    case .given(let id, _) where told?.trimmed != id: return Breach(told?.shown ?? "none", expected: id, missing: "Id")
    case .some(.none) where party.child("Id") != nil: return Breach("an identification", expected: "a name alone")
    default: return nil
    }
  },
  .each(
    "profile-address", at: ["PmtInf/Cdtr/PstlAdr", "PmtInf/DrctDbtTxInf/Dbtr/PstlAdr"],
    expected: "an address in the form that the bank takes, or none", source: profile
  ) { address, around in
    let form: FileRules.Addresses = address.child("AdrLine") == nil ? .structured : .hybrid
    guard let rules = around.profile, !rules.carries(form) else { return nil }
    return Breach(form == .hybrid ? "lines" : "an address", expected: rules.addresses == .none ? "none" : "no lines")
  },
  .each(
    "profile-bic", at: ["PmtInf/DrctDbtTxInf/DbtrAgt/FinInstnId"], expected: "the BIC of the debtor's bank", source: profile
  ) { agent, around in
    guard let rules = around.profile, rules.bics != .optional, agent.child(around.edition.bankIdentifier) == nil else {
      return nil
    }
    let isWanted = rules.bics == .required || countryOutsideEEA(around.debit, debtorPlaces, around) != nil
    return isWanted ? Breach("none", missing: around.edition.bankIdentifier) : nil
  },
]

private let profile = "the bank's profile"
