/// A version of pain.008, CustomerDirectDebitInitiation, with what the writer must know of it.
package struct Pain008Version: Hashable, Sendable {
  /// As ISO 20022 names it; the schema's file is `<messageType>.xsd`.
  package let messageType: String
  /// The opening of the document, up to and with its message element.
  let opening: StaticString
  /// What a bank's identifier is called: `BICFI` since .04, `BIC` before.
  let bankIdentifier: StaticString

  package static let v08 = Pain008Version(
    messageType: "pain.008.001.08",
    opening: """
      <?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08">\
      <CstmrDrctDbtInitn>
      """,
    bankIdentifier: "BICFI")

  package static func == (a: Pain008Version, b: Pain008Version) -> Bool { a.messageType == b.messageType }
  package func hash(into hasher: inout Hasher) { hasher.combine(messageType) }
}
