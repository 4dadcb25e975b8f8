import ISO20022
import Testing

@Suite("What is undone is copied from what was collected") struct UndoCopyTests {
  @Test("element by element") func copies() {
    var (block, _) = sampleBlock("P-1", [sampleDebit(1), sampleDebit(2)])
    block.creditorBIC = "AGRIFRPP"
    block.ultimateCreditor = "Acme Energie"
    var expected = UndoSample.block("P-1", [UndoSample.plain], rich: true)
    (expected.originalTransactions, expected.originalControlSum, expected.sequenceType) = (2, 2500, "RCUR")
    #expect(OriginalBlock(block, transactions: 1, controlSum: 1250) == expected)
    #expect(OriginalDebit(sampleDebit(1)) == UndoSample.plain)
    var debit = sampleDebit(2, cents: 99_999_999_999)
    (debit.instructionID, debit.signedOn, debit.ultimateDebtor) = ("I-2", "2026-02-28", "Holding")
    (debit.debtorName, debit.debtorIBAN, debit.debtorBIC) = ("<Jansen> & Co", "NL91ABNA0417164300", "ABNANL2A")
    debit.remittance = .unstructured("Facture 42")
    #expect(OriginalDebit(debit) == UndoSample.rich)
    debit.remittance = .creditorReference("RF18539007547034")
    #expect(OriginalDebit(debit).creditorReference == "RF18539007547034" && OriginalDebit(debit).remittance == nil)
    #expect(OriginalFile(SampleFile([]).header, version: .v08) == UndoSample.original)
  }
}
