// Whether the file is a collection message at all, and built as one. Those of the walk are told where it meets them.

let documentRules: [Rule] = [
  .walk("xml", expected: "well-formed XML within the bounds", source: "XML 1.0", hint: "nothing behind it was judged"),
  .walk("encoding", .warning, expected: "UTF-8", source: iso20022),
  .walk("byte-order-mark", .warning, expected: "no byte order mark", source: characterSet),
  .walk(
    "schema", expected: "an instance of the schema", source: iso20022,
    hint: "only the first violation of the schema is told: mend it and validate again"),
  .walk(
    "namespace", expected: "urn:iso:std:iso:20022:tech:xsd: and pain.008.001.08, pain.007.001.09 or camt.055.001.08",
    source: iso20022),
  .walk("schema-location", .warning, expected: "the document's own namespace", source: "XML Schema"),
  .walk("root-element", expected: "Document", source: iso20022),
  .walk(
    "message-element", expected: "CstmrDrctDbtInitn, CstmrPmtRvsl or CstmrPmtCxlReq, as the namespace says",
    source: iso20022),
  .walk(
    "message-version", .warning, expected: usualVersions, source: guidelines,
    hint: "judged as the newest of them; ask the bank whether it takes this version"),
  .walk(
    "national-variant", .warning, expected: usualVersions, source: guidelines,
    hint: "a national variant or another message than the rules know: judged by its schema only"),
  .walk("namespace-foreign", expected: "elements of the message's namespace", source: iso20022),
  .walk(
    "element-not-used", .warning, expected: "only what SEPA direct debits use", source: guidelines,
    hint: "a bank may pass over it, or refuse it, unless it was agreed"),
  .walk("element-late", expected: "the header, then a block's own values, then its debits", source: iso20022),
  .walk("header-missing", expected: "GrpHdr, or Assgnmt in a camt.055", source: iso20022),
  .walk("file-without-block", expected: "at least one", source: iso20022),
  .walk("block-without-debit", expected: "at least one DrctDbtTxInf", source: iso20022),
  .walk(
    "many-transactions", .warning, expected: "fewer transactions in a file", source: "practice of banks",
    hint: "many banks limit transactions or bytes of a file: ask, and split it"),
  .each("element-empty", at: SEPAElements.paths, expected: "a value, or no element", source: iso20022) { element, _ in
    element.isEmpty && !element.hasChildren ? Breach("nothing in it") : nil
  },
  .each("element-blank", at: SEPAElements.values, expected: "a value, or no element", source: guidelines) { element, _ in
    !element.isEmpty && element.isBlank ? Breach("only blanks") : nil
  },
  .each("element-repeated", at: onceOnly, expected: "it once", source: iso20022) { element, _ in
    element.earlierSiblings == 1 ? Breach("it more than once") : nil
  },
]

private let usualVersions = MessageFrame.all.map(\.usualWords).joined(separator: "; ")

/// Elements of which ISO 20022 allows one. The others have rules on their number.
private let onceOnly = SEPAElements.paths.filter { path in
  ![
    "GrpHdr", "PmtInf", "DrctDbtTxInf", "SvcLvl", "AdrLine", "Othr", "Ustrd", "Strd", "Undrlyg", "OrgnlPmtInfAndRvsl",
    "OrgnlPmtInfAndCxl", "TxInf", "RvslRsnInf", "CxlRsnInf", "AddtlInf",
  ].contains(Place(path).name)
}
