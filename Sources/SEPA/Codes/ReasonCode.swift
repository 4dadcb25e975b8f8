/// Why a collection was rejected or returned: a code of the ISO 20022 external code set, what it means for us, and how to
/// say it to people. The raw code is always kept beside this.
///
/// Source: ISO 20022 ExternalStatusReason1Code and ExternalReturnReason1Code; EPC173-14 (guidance on reason codes for
/// SDD R-transactions). Translations are ours.
package struct ReasonCode: Sendable {
  /// What integrators may switch on.
  package enum Cause: String, CaseIterable, Sendable, Codable {
    case insufficientFunds = "insufficient_funds"
    case mandateNotRegistered = "mandate_not_registered"
    case mandateData = "mandate_data"
    case accountClosed = "account_closed"
    case accountInvalid = "account_invalid"
    case accountBlocked = "account_blocked"
    case refused
    case duplicate
    case technical
    case bankNotReachable = "bank_not_reachable"
    case regulatory
    case unknown
  }

  package let code: String
  /// The name in the external code set.
  package let name: String
  package let cause: Cause
  private let labels: [Language: String]

  package func label(_ language: Language) -> String { labels[language] ?? name }

  /// The code as the bank sent it; one that no table knows has cause `unknown` and is its own label.
  package init(_ code: String) {
    self = Self.known[code] ?? ReasonCode(code: code, name: code, cause: .unknown, labels: [:])
  }

  private init(code: String, name: String, cause: Cause, labels: [Language: String]) {
    self.code = code
    self.name = name
    self.cause = cause
    self.labels = labels
  }

  package static let known: [String: ReasonCode] = {
    var table: [String: ReasonCode] = [:]
    func add(_ code: String, _ name: String, _ cause: Cause, _ french: String, _ english: String, _ german: String) {
      table[code] = ReasonCode(
        code: code, name: name, cause: cause, labels: [.french: french, .english: english, .german: german])
    }
    add("AC01", "IncorrectAccountNumber", .accountInvalid, "IBAN incorrect", "Incorrect account number", "IBAN falsch")
    add("AC04", "ClosedAccountNumber", .accountClosed, "Compte clos", "Account closed", "Konto aufgelöst")
    add("AC06", "BlockedAccount", .accountBlocked, "Compte bloqué", "Account blocked", "Konto gesperrt")
    add("AC13", "InvalidDebtorAccountType", .accountInvalid, "Compte de consommateur", "Consumer account", "Verbraucherkonto")
    add("AG01", "TransactionForbidden", .accountInvalid, "Opération non admise sur ce compte", "Direct debit not allowed on this account", "Lastschrift auf diesem Konto nicht zulässig")
    add("AG02", "InvalidBankOperationCode", .technical, "Code opération invalide", "Invalid operation code", "Ungültiger Transaktionscode")
    add("AM04", "InsufficientFunds", .insufficientFunds, "Provision insuffisante", "Insufficient funds", "Mangelnde Kontodeckung")
    add("AM05", "Duplication", .duplicate, "Doublon", "Duplicate", "Doppeleinreichung")
    add("BE05", "UnrecognisedInitiatingParty", .mandateData, "Créancier non reconnu", "Creditor not recognised", "Gläubiger nicht erkannt")
    add("CNOR", "CreditorBankIsNotRegistered", .bankNotReachable, "Banque du créancier non adhérente", "Creditor bank not registered", "Bank des Gläubigers nicht erreichbar")
    add("DNOR", "DebtorBankIsNotRegistered", .bankNotReachable, "Banque du débiteur non adhérente", "Debtor bank not registered", "Bank des Zahlers nicht erreichbar")
    add("FF01", "InvalidFileFormat", .technical, "Format de fichier invalide", "Invalid file format", "Ungültiges Dateiformat")
    add("MD01", "NoMandate", .mandateNotRegistered, "Mandat absent ou non enregistré", "No mandate, or not registered", "Kein Mandat oder nicht hinterlegt")
    add("MD02", "MissingMandatoryInformationInMandate", .mandateData, "Données du mandat incomplètes", "Mandate data missing or different", "Mandatsdaten fehlen oder weichen ab")
    add("MD06", "RefundRequestByEndCustomer", .refused, "Demande de remboursement", "Refund requested by the debtor", "Erstattungswunsch des Zahlers")
    add("MD07", "EndCustomerDeceased", .refused, "Titulaire décédé", "Account holder deceased", "Kontoinhaber verstorben")
    add("MS02", "NotSpecifiedReasonCustomerGenerated", .refused, "Refus du débiteur, sans motif", "Refused by the debtor, no reason given", "Vom Zahler abgelehnt, ohne Angabe von Gründen")
    add("MS03", "NotSpecifiedReasonAgentGenerated", .unknown, "Motif non précisé par la banque", "Reason not specified by the bank", "Von der Bank nicht angegebener Grund")
    add("RC01", "BankIdentifierIncorrect", .technical, "BIC incorrect", "Incorrect BIC", "BIC falsch")
    add("RR04", "RegulatoryReason", .regulatory, "Motif réglementaire", "Regulatory reason", "Regulatorischer Grund")
    add("SL01", "SpecificServiceOfferedByDebtorAgent", .refused, "Service propre à la banque du débiteur", "Specific service of the debtor bank", "Besonderer Dienst der Zahlerbank")
    add("DT01", "InvalidDate", .technical, "Date invalide", "Invalid date", "Ungültiges Datum")
    add("FRAD", "FraudulentOrigin", .regulatory, "Fraude", "Fraudulent origin", "Betrugsverdacht")
    return table
  }()
}
