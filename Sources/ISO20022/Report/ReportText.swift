// The texts of a record, as bytes in one piece of memory: no String is made of what nobody asks for. Most of a bank's
// texts are longer than the 15 bytes a String holds without memory of its own, and there are a dozen to a payment.

/// A text that a record may hold. Each amount is followed by its currency.
package enum ReportText: UInt8, CaseIterable, Sendable {
  case messageID, createdAt, statementID, accountIBAN
  case originalMessageID, originalMessageName, originalPaymentInformationID, originalInstructionID, originalEndToEndID
  case mandateID, transactionID, entryReference, accountServicerReference, debtorAccountIBAN
  case status, bankTransactionCode, bookingDay, valueDay, creditorReference, localInstrument
  case amount, currency, originalAmount, originalCurrency
  case accountCurrency, from, to, balanceType
  /// Of the last batch of an entry.
  case batchMessageID, batchPaymentInformationID, batchTotal, batchCurrency
  /// What the texts above are settled from, when all is read; not the record's to tell.
  case transactionAmount, transactionCurrency, instructedAmount, instructedCurrency
  case referencedAmount, referencedCurrency, chargesTotal, chargesCurrency
  case domain, family, subfamily, proprietaryCode

  /// Texts that a record tells.
  static let told = allCases.filter { $0.rawValue < transactionAmount.rawValue }

  /// The currency beside an amount; itself for other texts.
  var ofCurrency: ReportText {
    switch self {
    case .amount: .currency
    case .originalAmount: .originalCurrency
    case .batchTotal: .batchCurrency
    case .transactionAmount: .transactionCurrency
    case .instructedAmount: .instructedCurrency
    case .referencedAmount: .referencedCurrency
    case .chargesTotal: .chargesCurrency
    default: self
    }
  }
}

/// The texts of one record, in UTF-8, good only while `ReportRecord.withTexts` shows them.
package struct ReportTexts {
  let arena: UnsafeMutablePointer<TextArena>

  /// nil where the bank did not give it.
  package subscript(_ text: ReportText) -> UnsafeRawBufferPointer? { arena.pointee.bytes(of: text) }
}
