// What is undone says the same as what was collected: copied, so that nobody writes it a second time.

extension OriginalFile {
  /// The file of that header, as it was written in a version.
  package init(_ header: CollectionFileHeader, version: Pain008Version) {
    self.init(messageID: header.messageID, messageType: version.messageType, createdAt: header.createdAt)
  }
}

extension OriginalBlock {
  /// The block, of which so many debits are undone, of that sum in cents.
  package init(_ block: PaymentBlock, transactions: Int, controlSum: Int64) {
    self.init(
      paymentInformationID: block.paymentInformationID, originalTransactions: block.transactions,
      originalControlSum: block.controlSum, transactions: transactions, controlSum: controlSum, scheme: block.scheme,
      sequenceType: block.sequenceType, collectionDate: block.collectionDate, creditorName: block.creditorName,
      creditorIBAN: block.creditorIBAN, creditorBIC: block.creditorBIC, ultimateCreditor: block.ultimateCreditor,
      creditorIdentifier: block.creditorIdentifier)
  }
}

extension OriginalDebit {
  /// The debit, but for its addresses, its purpose and what it told of an amendment.
  package init(_ debit: Debit) {
    self.init(
      instructionID: debit.instructionID, endToEndID: debit.endToEndID, amount: debit.amount,
      mandateReference: debit.mandateReference, signedOn: debit.signedOn, debtorName: debit.debtorName,
      debtorIBAN: debit.debtorIBAN, debtorBIC: debit.debtorBIC, ultimateDebtor: debit.ultimateDebtor)
    switch debit.remittance {
    case .unstructured(let text): remittance = text
    case .creditorReference(let reference): creditorReference = reference
    case nil: break
    }
  }
}
