// The measure of writing: libxml2's xmlTextWriter making the same document, as a plain program in C would.

import CLibXML2
import Glibc
import ISO20022

/// One document by xmlTextWriter. Its texts are C's already, amounts too, so that nothing of Swift's is measured with it.
final class TextWriting {
  /// A name to open, nil to close, or a name and its text.
  private enum Step {
    case open(UnsafeMutablePointer<UInt8>)
    case close
    case euro(UnsafeMutablePointer<UInt8>)
    case element(UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>)
  }

  private var steps: [Step] = []
  private var names: [String: UnsafeMutablePointer<UInt8>] = [:]
  private var texts: [UnsafeMutablePointer<UInt8>] = []

  init(_ order: DebitOrder) {
    let header = order.header
    within("CstmrDrctDbtInitn") {
      within("GrpHdr") {
        add("MsgId", header.messageID)
        add("CreDtTm", header.createdAt)
        add("NbOfTxs", "\(header.transactions)")
        add("CtrlSum", Self.decimal(header.controlSum))
        within("InitgPty") { add("Nm", header.initiatingPartyName) }
      }
      within("PmtInf") {
        addHead(order)
        for debit in order.debits { within("DrctDbtTxInf") { add(debit) } }
      }
    }
  }

  deinit {
    texts.forEach { free($0) }
    names.values.forEach { free($0) }
  }

  /// - Returns: how many bytes there were.
  func run() throws -> Int {
    let size = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    size.initialize(to: 0)
    defer { size.deallocate() }
    let output = xmlOutputBufferCreateIO(
      { size, _, count in
        size?.assumingMemoryBound(to: Int.self).pointee += Int(count)
        return count
      }, nil, size, nil)
    guard let writer = xmlNewTextWriter(output) else { throw Failure("xmlTextWriter: no memory") }
    xmlTextWriterStartDocument(writer, nil, "UTF-8", nil)
    xmlTextWriterStartElement(writer, "Document")
    xmlTextWriterWriteAttribute(writer, "xmlns", "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08")
    for step in steps {
      switch step {
      case .open(let name): xmlTextWriterStartElement(writer, name)
      case .close: xmlTextWriterEndElement(writer)
      case .element(let name, let text): xmlTextWriterWriteElement(writer, name, text)
      case .euro(let amount):
        xmlTextWriterStartElement(writer, "InstdAmt")
        xmlTextWriterWriteAttribute(writer, "Ccy", "EUR")
        xmlTextWriterWriteString(writer, amount)
        xmlTextWriterEndElement(writer)
      }
    }
    // Ends what is open, without the line end that ending the document would add.
    xmlTextWriterEndElement(writer)
    xmlFreeTextWriter(writer)
    return size.pointee
  }

  private func addHead(_ order: DebitOrder) {
    let block = order.block
    add("PmtInfId", block.paymentInformationID)
    add("PmtMtd", "DD")
    add("NbOfTxs", "\(block.transactions)")
    add("CtrlSum", Self.decimal(block.controlSum))
    within("PmtTpInf") {
      within("SvcLvl") { add("Cd", "SEPA") }
      within("LclInstrm") { add("Cd", block.scheme) }
      add("SeqTp", block.sequenceType)
    }
    add("ReqdColltnDt", block.collectionDate)
    within("Cdtr") { add("Nm", block.creditorName) }
    within("CdtrAcct") { within("Id") { add("IBAN", block.creditorIBAN) } }
    within("CdtrAgt") { within("FinInstnId") { add("BICFI", block.creditorBIC ?? "") } }
    add("ChrgBr", "SLEV")
    within("CdtrSchmeId") {
      within("Id") {
        within("PrvtId") {
          within("Othr") {
            add("Id", block.creditorIdentifier)
            within("SchmeNm") { add("Prtry", "SEPA") }
          }
        }
      }
    }
  }

  private func add(_ debit: Debit) {
    within("PmtId") {
      add("InstrId", debit.instructionID)
      add("EndToEndId", debit.endToEndID)
    }
    steps.append(.euro(text(Self.decimal(debit.amount))))
    within("DrctDbtTx") {
      within("MndtRltdInf") {
        add("MndtId", debit.mandateReference)
        add("DtOfSgntr", debit.signedOn)
      }
    }
    within("DbtrAgt") { within("FinInstnId") { add("BICFI", debit.debtorBIC) } }
    within("Dbtr") {
      add("Nm", debit.debtorName)
      within("PstlAdr") {
        add("StrtNm", debit.debtorAddress?.street)
        add("BldgNb", debit.debtorAddress?.building)
        add("PstCd", debit.debtorAddress?.postcode)
        add("TwnNm", debit.debtorAddress?.town)
        add("Ctry", debit.debtorAddress?.country)
      }
    }
    within("DbtrAcct") { within("Id") { add("IBAN", debit.debtorIBAN) } }
    if case .unstructured(let words) = debit.remittance { within("RmtInf") { add("Ustrd", words) } }
  }

  private func within(_ element: String, _ content: () -> Void) {
    steps.append(.open(name(element)))
    content()
    steps.append(.close)
  }

  private func add(_ element: String, _ content: String?) {
    if let content { steps.append(.element(name(element), text(content))) }
  }

  private func name(_ name: String) -> UnsafeMutablePointer<UInt8> {
    if let known = names[name] { return known }
    let new = Self.copy(name)
    names[name] = new
    return new
  }

  private func text(_ text: String) -> UnsafeMutablePointer<UInt8> {
    let new = Self.copy(text)
    texts.append(new)
    return new
  }

  private static func copy(_ text: String) -> UnsafeMutablePointer<UInt8> {
    let bytes = Array(text.utf8) + [0]
    let copy = malloc(bytes.count).assumingMemoryBound(to: UInt8.self)
    copy.initialize(from: bytes, count: bytes.count)
    return copy
  }

  private static func decimal(_ cents: Int64) -> String {
    "\(cents / 100)." + (cents % 100 < 10 ? "0" : "") + "\(cents % 100)"
  }
}
