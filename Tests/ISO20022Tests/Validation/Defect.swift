import Foundation
import SEPA
import Testing

/// A small change that takes a good file out of one rule, and only that.
struct Defect: Sendable, CustomTestStringConvertible {
  var rule: String
  var file: GoodFile
  /// Each replaces the first place where the first text stands.
  var changes: [(String, String)]
  /// What stands in the line of the finding, at its first place in the changed file.
  var line: String
  /// Rules that no file can leave it without leaving.
  var also: [String] = []
  /// Transactions above which a file is said to be large.
  var manyTransactions = 100_000
  /// What the bank wants, where the rule is about that.
  var profile: FileRules?

  init(
    _ rule: String, _ file: GoodFile, _ changes: [(String, String)], at line: String, also: [String] = [],
    manyTransactions: Int = 100_000, profile: FileRules? = nil
  ) {
    self.rule = rule
    self.file = file
    self.changes = changes
    self.line = line
    self.also = also
    self.manyTransactions = manyTransactions
    self.profile = profile
  }

  var testDescription: String { "\(rule) in \(file.rawValue): \(changes.map(\.1).joined(separator: " "))" }

  /// nil when one of the texts to replace is not there.
  var text: String? {
    changes.reduce(Optional(file.text)) { text, change in
      guard let text, let range = text.range(of: change.0) else { return nil }
      return text.replacingCharacters(in: range, with: change.1)
    }
  }
}

extension Defect {
  private static let othr = "<Othr><Id>FR72ZZZ123456</Id>\n<SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr>"
  private static let instance = "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""
  private static let levels = "<SvcLvl><Cd>SEPA</Cd></SvcLvl>\n<LclInstrm><Cd>B2B</Cd></LclInstrm>\n<SeqTp>RCUR</SeqTp>\n"
  private static let coreLevels = levels.replacingOccurrences(of: "B2B", with: "CORE")
  private static let structured =
    "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>1</Ref></CdtrRefInf></Strd>"
  private static let signature = "<DtOfSgntr>2026-02-28</DtOfSgntr>\n"
  private static let longName = String(repeating: "Nom ", count: 18)
  private static let long36 = String(repeating: "A", count: 36)

  static let all = document + identity + sums + schemes + dates + parties + addresses + accounts + creditors + mandates
    + amendments + amounts + texts + undoing + undoingLikeCollections + profiles

  /// Good files at a bank that wants something else.
  static let profiles: [Defect] = [
    Defect("profile-message", .core08, [], at: "<GrpHdr>", profile: FileRules(message: "pain.008.001.02")),
    Defect("profile-message", .core02, [], at: "<GrpHdr>", profile: FileRules()),
    Defect("profile-message", .reversal02, [], at: "<GrpHdr>", profile: FileRules(reversal: "pain.007.001.09")),
    Defect("profile-message", .cancellation08, [], at: "<Assgnmt>", profile: FileRules()),
    Defect("profile-blocks", .core02, [], at: "<GrpHdr>", profile: FileRules(message: "pain.008.001.02", blocks: .one)),
    Defect("profile-transactions", .core08, [], at: "<GrpHdr>", profile: FileRules(maxTransactions: 2)),
    Defect("profile-bytes", .core08, [], at: "<?xml", profile: FileRules(maxBytes: 1000)),
    Defect(
      "profile-batch-booking", .core02, [], at: "<BtchBookg>",
      profile: FileRules(message: "pain.008.001.02", batchBooking: false)),
    Defect(
      "profile-initiating-party", .core02, [], at: "<InitgPty>",
      profile: FileRules(message: "pain.008.001.02", initiatingPartyID: .none)),
    Defect(
      "profile-initiating-party", .core02, [], at: "<InitgPty>",
      profile: FileRules(message: "pain.008.001.02", initiatingPartyID: .given("CLIENT-2", issuer: nil))),
    Defect("profile-address", .core08, [], at: "<PstlAdr>\n<TwnNm>Zollikon", profile: FileRules(addresses: .structured)),
    Defect("profile-bic", .b2b08, [], at: "<FinInstnId><Othr>", profile: FileRules(bics: .required)),
  ]

  private static let document: [Defect] = [
    Defect("xml", .core02, [("</MsgId>", "</MsgID>")], at: "</MsgID>"),
    Defect("xml", .core08, [("<Document", "<!DOCTYPE Document [<!ENTITY a \"b\">]>\n<Document")], at: "<!DOCTYPE"),
    Defect("encoding", .core08, [("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"")], at: "<?xml"),
    Defect("byte-order-mark", .core08, [("<?xml", "\u{FEFF}<?xml")], at: "<?xml"),
    Defect("namespace", .core08, [("20022:tech", "20022:text")], at: "<Document"),
    Defect("namespace", .core08, [("pain.008.001.08", "pain.001.001.09")], at: "<Document"),
    Defect("namespace", .core08, [(" xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.008.001.08\"", "")], at: "<Document"),
    Defect(
      "schema-location", .core08, [("<Document ", "<Document \(instance) i:schemaLocation=\"urn:a a.xsd\" ")], at: "urn:a"),
    Defect("root-element", .core08, [("<Document", "<Doc"), ("</Document>", "</Doc>")], at: "<Doc"),
    Defect(
      "message-element", .core08,
      [("<CstmrDrctDbtInitn", "<CstmrCdtTrfInitn"), ("</CstmrDrctDbtInitn", "</CstmrCdtTrfInitn")],
      at: "<CstmrCdtTrfInitn"),
    Defect("message-version", .core08, [("pain.008.001.08", "pain.008.001.11")], at: "<Document"),
    Defect("national-variant", .core02, [("pain.008.001.02", "pain.008.003.02")], at: "<Document"),
    Defect("national-variant", .core02, [("pain.008.001.02", "pain.008.001.01")], at: "<Document"),
    Defect("namespace-foreign", .core08, [("<Nm>Gruber", "<x xmlns=\"urn:x\">y</x>\n<Nm>Gruber")], at: "<x"),
    Defect(
      "element-not-used", .core08, [("<RmtInf>", "<RltdRmtInf><RmtId>1</RmtId></RltdRmtInf>\n<RmtInf>")],
      at: "<RltdRmtInf>"),
    Defect(
      "element-not-used", .core02, [("<ChrgBr>", "<CdtrAgtAcct><Id><IBAN>x</IBAN></Id></CdtrAgtAcct>\n<ChrgBr>")],
      at: "<CdtrAgtAcct>"),
    Defect("element-late", .core02, [("</PmtInf>", "<PmtMtd>DD</PmtMtd> \n</PmtInf>")], at: "<PmtMtd>DD</PmtMtd> "),
    Defect("header-missing", .core02, [("<GrpHdr>", "<!-- "), ("</GrpHdr>", " -->")], at: "<?xml"),
    Defect("many-transactions", .core02, [], at: "<DrctDbtTxInf>", manyTransactions: 0),
    Defect("element-empty", .core02, [("<Nm>Dupont + fils</Nm>", "<Nm></Nm>")], at: "<Nm></Nm>"),
    Defect(
      "element-empty", .core02, [("<FinInstnId><BIC>COBADEFFXXX</BIC></FinInstnId>", "<FinInstnId/>")],
      at: "<FinInstnId/>"),
    Defect("element-blank", .core02, [("<Nm>Dupont + fils</Nm>", "<Nm>  </Nm>")], at: "<Nm>  </Nm>"),
    Defect(
      "element-repeated", .core02, [("<Nm>Jansen BV</Nm>", "<Nm>Jansen BV</Nm>\n<Nm>Jansen</Nm>")],
      at: "<Nm>Jansen</Nm>"),
    Defect("element-repeated", .core02, [("</GrpHdr>", "</GrpHdr>\n<GrpHdr >\n</GrpHdr>")], at: "<GrpHdr >"),
  ]

  private static let identity: [Defect] = [
    Defect("message-id-missing", .core02, [("<MsgId>MSG-02</MsgId>\n", "")], at: "<GrpHdr>"),
    Defect("creation-time-missing", .core02, [("<CreDtTm>2026-11-30T07:00:00</CreDtTm>\n", "")], at: "<GrpHdr>"),
    Defect(
      "initiating-party-missing", .core08, [("<InitgPty>\n<Nm>Acme Service</Nm>\n</InitgPty>\n", "")], at: "<GrpHdr>"),
    Defect("block-id-missing", .core02, [("<PmtInfId>BLOCK-1</PmtInfId>\n", "")], at: "<PmtInf>"),
    Defect("end-to-end-id-missing", .core02, [("<EndToEndId>E2E-1</EndToEndId>\n", "")], at: "<DrctDbtTxInf>"),
    Defect("id-length", .core02, [("MSG-02", long36)], at: long36),
    Defect("id-length", .b2b08, [("RUM-OLD", long36)], at: long36),
    Defect("id-characters", .core02, [("E2E-1", "E2E_1")], at: "E2E_1"),
    Defect("id-characters", .core02, [("RUM-1", "RÜM-1")], at: "RÜM-1"),
    Defect("id-slashes", .core02, [("INSTR-1", "/INSTR-1")], at: "/INSTR-1"),
    Defect("id-slashes", .core02, [("BLOCK-1", "BLOCK//1")], at: "BLOCK//1"),
    Defect("id-slashes", .core02, [("E2E-1", "E2E-1/")], at: "E2E-1/"),
    Defect("id-spaces", .core02, [("RUM-1", "RUM-1 ")], at: "RUM-1 "),
    Defect("block-id-repeated", .core02, [("BLOCK-2", "BLOCK-1<!-- -->")], at: "<!-- -->"),
    Defect("end-to-end-id-repeated", .core02, [("E2E-2", "E2E-1<!-- -->")], at: "<!-- -->"),
    Defect("end-to-end-id-not-provided", .core02, [("E2E-2", "NOTPROVIDED<!-- -->")], at: "<!-- -->"),
    Defect("instruction-id-repeated", .core02, [("INSTR-2", "INSTR-1<!-- -->")], at: "<!-- -->"),
    Defect("payment-method", .core02, [("<PmtMtd>DD", "<PmtMtd>TRF")], at: "TRF"),
    Defect("payment-method-missing", .core02, [("<PmtMtd>DD</PmtMtd>\n", "")], at: "<PmtInf>"),
    Defect("batch-booking", .core02, [("<BtchBookg>true", "<BtchBookg>TRUE")], at: "TRUE"),
  ]

  private static let sums: [Defect] = [
    Defect("transactions-missing", .core02, [("<NbOfTxs>3</NbOfTxs>\n", "")], at: "<GrpHdr>"),
    Defect("transactions-missing", .core02, [("<NbOfTxs>2</NbOfTxs>\n", "")], at: "<PmtInf>"),
    Defect("control-sum-missing", .core02, [("<CtrlSum>135.25</CtrlSum>\n", "")], at: "<GrpHdr>"),
    Defect("transactions-form", .core02, [("<NbOfTxs>3", "<NbOfTxs>three")], at: "three"),
    Defect("control-sum-form", .core02, [("135.25", "135.250")], at: "135.250"),
    Defect("control-sum-form", .core02, [("35.25</CtrlSum>\n<PmtTpInf>", "35,25</CtrlSum>\n<PmtTpInf>")], at: "35,25"),
    Defect("transactions-of-block", .core02, [("<NbOfTxs>2", "<NbOfTxs>7")], at: "<NbOfTxs>7"),
    Defect("transactions-of-file", .core02, [("<NbOfTxs>3", "<NbOfTxs>4")], at: "<NbOfTxs>4"),
    Defect("control-sum-of-block", .core02, [("<CtrlSum>35.25", "<CtrlSum>35.24")], at: "35.24"),
    Defect("control-sum-of-file", .core02, [("<CtrlSum>135.25", "<CtrlSum>135.26")], at: "135.26"),
    Defect(
      "file-without-block", .core08,
      [
        ("<NbOfTxs>3", "<NbOfTxs>0"),
        ("60.3<", "0<"),
        ("<PmtInf>", "<!--"),
        ("</PmtInf>", "-->"),
      ],
      at: "<?xml"),
    Defect(
      "block-without-debit", .core02,
      [
        ("<NbOfTxs>3", "<NbOfTxs>2"),
        ("135.25", "35.25"),
        ("<NbOfTxs>1", "<NbOfTxs>0"),
        ("<CtrlSum>100", "<CtrlSum>0"),
        ("</PmtInf>\n<PmtInf>", "</PmtInf>\n<PmtInf >"),
        ("<DrctDbtTxInf>\n<PmtId>\n<EndToEndId>E2E-3", "<!--"),
        ("</DrctDbtTxInf>\n</PmtInf>\n</Cstmr", "-->\n</PmtInf>\n</Cstmr"),
      ],
      at: "<PmtInf >"),
  ]

  private static let schemes: [Defect] = [
    Defect(
      "payment-type-missing", .b2b08,
      [("<PmtTpInf>\n\(levels)</PmtTpInf>\n", "")],
      at: "<DrctDbtTxInf>"),
    Defect(
      "payment-type-twice", .core02,
      [("<InstdAmt", "<PmtTpInf >\n\(coreLevels)</PmtTpInf>\n<InstdAmt")],
      at: "<PmtTpInf >"),
    Defect("service-level-missing", .core02, [("<SvcLvl><Cd>SEPA</Cd></SvcLvl>\n", "")], at: "<PmtTpInf>"),
    Defect("service-level", .core02, [("<SvcLvl><Cd>SEPA", "<SvcLvl><Cd>URGP")], at: "URGP"),
    Defect("service-level", .core02, [("<SvcLvl><Cd>SEPA</Cd>", "<SvcLvl><Prtry>SEPA</Prtry>")], at: "<SvcLvl><Prtry>"),
    Defect(
      "service-level-repeated", .core08, [("</SvcLvl>", "</SvcLvl>\n<SvcLvl><Cd>SEPA</Cd></SvcLvl>")],
      at: "<PmtTpInf>"),
    Defect("scheme-missing", .core02, [("<LclInstrm><Cd>CORE</Cd></LclInstrm>\n", "")], at: "<PmtTpInf>"),
    Defect("scheme", .core02, [("<LclInstrm><Cd>CORE", "<LclInstrm><Cd>core")], at: "core"),
    Defect("scheme", .core02, [("<Cd>CORE</Cd>", "<Prtry>CORE</Prtry>")], at: "<Prtry>CORE"),
    Defect("scheme-retired", .core02, [("<LclInstrm><Cd>CORE", "<LclInstrm><Cd>COR1")], at: "COR1"),
    Defect("scheme-mixed", .b2b08, [("<Cd>B2B</Cd>", "<Cd >B2B</Cd>"), ("<Cd>B2B</Cd>", "<Cd>CORE</Cd>")], at: "CORE"),
    Defect("sequence-missing", .core02, [("<SeqTp>RCUR</SeqTp>\n", "")], at: "<PmtTpInf>"),
    Defect("sequence", .core08, [("<SeqTp>FRST", "<SeqTp>RPRE")], at: "RPRE"),
    Defect("sequence-mixed", .b2b08, [("<SeqTp>RCUR", "<SeqTp>FNAL")], at: "<SeqTp>RCUR"),
    Defect("category-purpose-form", .core02, [("SUPP", "SUPPLIER")], at: "SUPPLIER"),
    Defect("charge-bearer", .core02, [("SLEV", "SHAR")], at: "SHAR"),
    Defect("charge-bearer-twice", .core02, [("<DrctDbtTx>", "<ChrgBr >SLEV</ChrgBr>\n<DrctDbtTx>")], at: "<ChrgBr >"),
  ]

  private static let dates: [Defect] = [
    Defect("creation-time-form", .core02, [("T07:00:00", " 07:00:00")], at: " 07:00:00"),
    Defect("creation-time-form", .core08, [("T07:00:00.5+01:00", "T25:00:00")], at: "T25:00:00"),
    Defect("collection-date-missing", .core02, [("<ReqdColltnDt>2026-12-03</ReqdColltnDt>\n", "")], at: "<PmtInf>"),
    Defect("date-form", .core02, [("2026-12-03", "2026-02-30")], at: "2026-02-30"),
    Defect("date-form", .core02, [("2026-01-31", "31.01.2026")], at: "31.01.2026"),
    Defect("date-with-zone", .core02, [("2026-12-03", "2026-12-03+01:00")], at: "2026-12-03+01:00"),
    Defect("collection-date-closed", .core02, [("2026-12-03", "2026-12-05")], at: "2026-12-05"),
    Defect(
      "collection-date-closed", .core08, [("2026-11-30", "2026-12-18"), ("2026-12-03", "2026-12-25")],
      at: "2026-12-25"),
    Defect("collection-date-placeholder", .core02, [("2026-12-03", "1999-01-01")], at: "1999-01-01"),
    Defect("collection-date-past", .core02, [("2026-12-03", "2026-11-27")], at: "2026-11-27"),
    Defect("collection-date-same-day", .core02, [("2026-12-03", "2026-11-30<!-- -->")], at: "<!-- -->"),
    Defect("collection-date-far", .core02, [("2026-12-03", "2026-12-15")], at: "2026-12-15"),
    Defect("signature-date-late", .core02, [("2026-01-31", "2026-12-31")], at: "2026-12-31"),
  ]

  private static let parties: [Defect] = [
    Defect("creditor-missing", .core02, [("<Cdtr>\n<Nm>Acme</Nm>\n</Cdtr>\n", "")], at: "<PmtInf>"),
    Defect("creditor-name-missing", .core08, [("<Nm>Acme</Nm>\n", "")], at: "<Cdtr>"),
    Defect(
      "debtor-missing", .core02,
      [
        ("<Dbtr>\n<Nm>Jansen BV</Nm>\n</Dbtr>\n", ""),
        ("<DrctDbtTxInf>", "<DrctDbtTxInf >"),
        ("<DrctDbtTxInf>", "<DrctDbtTxInf  >"),
      ],
      at: "<DrctDbtTxInf  >"),
    Defect("debtor-name-missing", .core02, [("<Nm>Dupont + fils</Nm>\n", "")], at: "<Dbtr>"),
    Defect("name-length", .core02, [("<Nm>Martin", "<Nm>\(longName)")], at: longName),
    Defect("name-length", .b2b08, [("<Nm>Old Acme", "<Nm>\(longName)")], at: longName),
    Defect(
      "ultimate-creditor-twice", .core08, [("<DbtrAgt>", "<UltmtCdtr >\n<Nm>Acme</Nm>\n</UltmtCdtr>\n<DbtrAgt>")],
      at: "<UltmtCdtr >"),
    Defect(
      "party-id-repeated", .core02,
      [
        ("<Othr><Id>CUSTOMER-1</Id></Othr>", "<Othr><Id>CUSTOMER-1</Id></Othr><Othr><Id>2</Id></Othr>"),
        ("<Id><PrvtId>\n<Othr><Id>CUST", "<Id><PrvtId >\n<Othr><Id>CUST"),
      ],
      at: "<PrvtId >"),
    Defect(
      "party-id-of-two-kinds", .core08,
      [
        ("</DtAndPlcOfBirth>", "</DtAndPlcOfBirth><Othr><Id>1</Id></Othr>"),
        ("<PrvtId>\n<DtAndPlcOfBirth>", "<PrvtId >\n<DtAndPlcOfBirth>"),
      ],
      at: "<PrvtId >"),
    Defect("identifier-element", .core02, [("<BIC>AGRIFRPP</BIC>", "<BICFI>AGRIFRPP</BICFI>")], at: "<BICFI>"),
    Defect("identifier-element", .core08, [("<BICFI>COBADEFFXXX</BICFI>", "<BIC>COBADEFFXXX</BIC>")], at: "<BIC>"),
    Defect(
      "identifier-element", .core08, [("<AnyBIC>ACMEDEFF</AnyBIC>", "<BICOrBEI>ACMEDEFF</BICOrBEI>")],
      at: "<BICOrBEI>"),
  ]

  private static let addresses: [Defect] = [
    Defect("address-unstructured", .core08, [("<PstlAdr>\n<TwnNm>Zollikon</TwnNm>\n", "<PstlAdr >\n")], at: "<PstlAdr >"),
    Defect("address-unstructured", .core08, [("<PstlAdr>\n<TwnNm>Zollikon</TwnNm>\n<Ctry>CH</Ctry>\n", "<PstlAdr >\n")],
      at: "<PstlAdr >"),
    Defect("address-town-missing", .core08, [("<TwnNm>Paris</TwnNm>\n", "")], at: "<PstlAdr>"),
    Defect("address-country-missing", .core08, [("<Ctry>FR</Ctry>\n", "")], at: "<PstlAdr>"),
    Defect("address-country", .core08, [("<Ctry>FR", "<Ctry>UK")], at: "<Ctry>UK"),
    Defect(
      "address-lines", .core08,
      [
        ("<PstlAdr>\n<TwnNm>Zollikon", "<PstlAdr >\n<TwnNm>Zollikon"),
        ("<AdrLine>Haus B</AdrLine>", "<AdrLine>Haus B</AdrLine>\n<AdrLine>Hof 2</AdrLine>"),
      ], at: "<PstlAdr >"),
    Defect(
      "address-in-old-version", .core02,
      [("<Nm>Acme</Nm>\n", "<Nm>Acme</Nm>\n<PstlAdr>\n<TwnNm>Paris</TwnNm>\n<Ctry>FR</Ctry>\n</PstlAdr>\n")],
      at: "<PstlAdr>"),
    Defect("address-part-length", .core08, [("<TwnNm>Paris", "<TwnNm>\(long36)")], at: long36),
    Defect("address-part-length", .core08, [("Haus B", longName)], at: longName),
    Defect("address-line-repeats", .core08, [("Haus B", "8702 Zollikon")], at: "8702 Zollikon"),
    Defect(
      "address-of-debtor-missing", .core02,
      [
        ("NL91ABNA0417164300", "CH9300762011623852957"),
        ("<Dbtr>\n<Nm>Jansen", "<Dbtr >\n<Nm>Jansen"),
      ],
      at: "<Dbtr >"),
    Defect(
      "address-of-debtor-missing", .core08,
      [
        ("<IBAN>AT611904300234573201", "<IBAN>SM86U0322509800000000270100"),
        ("<Dbtr>\n<Nm>/CDGM", "<Dbtr >\n<Nm>/CDGM"),
      ],
      at: "<Dbtr >"),
    Defect(
      "address-of-debtor-missing", .b2b08,
      [
        (
          "<IBAN>IT60X0542811101000000123456</IBAN></Id></DbtrAcct>",
          "<IBAN>FR7630006000011234567890189</IBAN></Id></DbtrAcct>"
        ),
        (
          "<IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct>",
          "<IBAN>IT60X0542811101000000123456</IBAN></Id></CdtrAcct>"
        ),
        ("AGRIFRPP882", "BPMOIT22"),
        ("<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>", "<FinInstnId><BICFI>BSPMPMPM</BICFI></FinInstnId>"),
        ("<Dbtr>\n<Nm>Rossi", "<Dbtr >\n<Nm>Rossi"),
      ],
      at: "<Dbtr >"),
  ]

  private static let accounts: [Defect] = [
    Defect(
      "creditor-account-missing", .core02,
      [
        ("<CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct>\n", ""),
      ],
      at: "<PmtInf>"),
    Defect(
      "debtor-account-missing", .core02, [("<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>\n", "")],
      at: "<DrctDbtTxInf>"),
    Defect(
      "account-without-iban", .core02, [("<IBAN>DE89370400440532013000</IBAN>", "<Othr><Id>532013000</Id></Othr>")],
      at: "<DbtrAcct>"),
    Defect("iban-form", .core02, [("DE89370400440532013000", "DE89 3704 0044 0532 0130 00")], at: "DE89 3704"),
    Defect("iban-form", .core02, [("NL91ABNA0417164300", "nl91abna0417164300")], at: "nl91"),
    Defect("iban-form", .core02, [("DE89370400440532013000", "532013000")], at: "532013000"),
    Defect("iban-country", .core02, [("DE89370400440532013000", "US89370400440532013000")], at: "US89"),
    Defect("iban-length", .core02, [("DE89370400440532013000", "DE8937040044053201300")], at: "DE89"),
    Defect("iban-structure", .core02, [("DE89370400440532013000", "DE89370400440532O13000")], at: "DE89"),
    Defect("iban-check-digits", .core02, [("DE89370400440532013000", "DE89370400440532013001")], at: "DE89"),
    Defect("iban-check-digits", .core02, [("FR7630006000011234567890189", "FR7530006000011234567890189")], at: "FR75"),
    Defect(
      "debtor-account-own", .core02,
      [
        ("ES9121000418450200051332", "FR7630006000011234567890189"),
        ("<DbtrAcct>", "<DbtrAcct >"),
        ("<DbtrAcct>", "<DbtrAcct >"),
        ("<DbtrAcct>", "<DbtrAcct  >"),
      ],
      at: "<DbtrAcct  >"),
    Defect(
      "creditor-agent-missing", .core02, [("<CdtrAgt>\n<FinInstnId><BIC>AGRIFRPP</BIC></FinInstnId>\n</CdtrAgt>\n", "")],
      at: "<PmtInf>"),
    Defect(
      "debtor-agent-missing", .core02, [("<DbtrAgt>\n<FinInstnId><BIC>COBADEFFXXX</BIC></FinInstnId>\n</DbtrAgt>\n", "")],
      at: "<DrctDbtTxInf>"),
    Defect(
      "agent-unidentified", .core02, [("<BIC>COBADEFFXXX</BIC>", "<Nm>Bank</Nm>")],
      at: "<Nm>Bank", also: ["element-not-used"]),
    Defect("agent-other", .core02, [("NOTPROVIDED", "NOT PROVIDED")], at: "NOT PROVIDED"),
    Defect("bic-form", .core02, [("COBADEFFXXX", "COBADEFFXX")], at: "COBADEFFXX"),
    Defect("bic-form", .core02, [("COBADEFFXXX", "cobadeffxxx")], at: "cobadeffxxx"),
    Defect("bic-country", .core02, [("COBADEFFXXX", "COBAUS3X")], at: "COBAUS3X"),
    Defect("bic-country", .core08, [("<BICFI>COBADEFFXXX", "<BICFI>COBAUS3X")], at: "COBAUS3X"),
  ]

  private static let creditors: [Defect] = [
    Defect(
      "creditor-id-missing", .core02,
      [
        (
          "<CdtrSchmeId>\n<Id><PrvtId>\n\(othr)\n</PrvtId></Id>\n</CdtrSchmeId>\n<DrctDbtTxInf>\n<PmtId>\n<EndToEndId>E2E-3",
          "<DrctDbtTxInf >\n<PmtId>\n<EndToEndId>E2E-3"
        ),
      ],
      at: "<DrctDbtTxInf >"),
    Defect(
      "creditor-id-twice", .core02,
      [
        (
          "</DrctDbtTx>",
          "<CdtrSchmeId >\n<Id><PrvtId>\(othr)</PrvtId></Id></CdtrSchmeId>\n</DrctDbtTx>"
        ),
      ],
      at: "<CdtrSchmeId >"),
    Defect(
      "creditor-id-place", .core02, [("<Id><PrvtId>\n\(othr)\n</PrvtId></Id>", "<Id><OrgId >\n\(othr)\n</OrgId></Id>")],
      at: "<OrgId >"),
    Defect("creditor-id-repeated", .core02, [("<Id><PrvtId>\n\(othr)", "<Id><PrvtId >\n\(othr)\n\(othr)")], at: "<PrvtId >"),
    Defect("creditor-id-form", .core02, [("FR72ZZZ123456", "FR72 ZZZ 123456")], at: "FR72 ZZZ"),
    Defect("creditor-id-form", .core02, [("FR72ZZZ123456", "123456")], at: "<Othr><Id>123456"),
    Defect("creditor-id-check-digits", .core02, [("FR72ZZZ123456", "FR73ZZZ123456")], at: "FR73"),
    Defect("creditor-id-check-digits", .b2b08, [("DE98ZZZ09999999999", "DE99ZZZ09999999999")], at: "DE99"),
    Defect("creditor-id-scheme", .core02, [("<Prtry>SEPA</Prtry>", "<Prtry>ICS</Prtry>")], at: "ICS"),
    Defect("creditor-id-scheme", .core02, [("\(othr)", "<Othr ><Id>FR72ZZZ123456</Id></Othr>")], at: "<Othr >"),
    Defect("creditor-ids-differ", .b2b08, [("<Othr><Id>FR72ZZZ123456", "<Othr><Id>FR72ABC123456")], at: "FR72ZZZ123456"),
  ]

  private static let mandates: [Defect] = [
    Defect(
      "mandate-missing", .core02,
      [
        (
          "<DrctDbtTx>\n<MndtRltdInf>\n<MndtId>RUM-2</MndtId>\n\(signature)</MndtRltdInf>\n</DrctDbtTx>\n",
          ""
        ),
        ("<DrctDbtTxInf>", "<DrctDbtTxInf >"),
        ("<DrctDbtTxInf>", "<DrctDbtTxInf  >"),
      ],
      at: "<DrctDbtTxInf  >"),
    Defect("mandate-id-missing", .core02, [("<MndtId>RUM-1</MndtId>\n", "")], at: "<MndtRltdInf>"),
    Defect("signature-date-missing", .core02, [("<DtOfSgntr>2026-01-31</DtOfSgntr>\n", "")], at: "<MndtRltdInf>"),
    Defect(
      "one-off-mandate-repeated", .core08, [("<SeqTp>FRST", "<SeqTp>OOFF"), ("RUM-3", "RUM-2<!-- -->")],
      at: "<!-- -->"),
    Defect("mandate-with-two-accounts", .core02, [("RUM-2", "RUM-1<!-- -->")], at: "<!-- -->"),
    Defect(
      "debit-repeated", .core08,
      [
        ("30.1<", "20.10<"),
        ("<NbOfTxs>3", "<NbOfTxs>3"),
        ("60.3<", "50.3<"),
        ("60.30<", "50.30<"),
        ("RUM-3", "RUM-2"),
        (
          "</DbtrAcct>\n</DrctDbtTxInf>",
          "</DbtrAcct>\n<RmtInf>\n<Ustrd>/INV/2 as agreed</Ustrd>\n</RmtInf>\n</DrctDbtTxInf>"
        ),
        ("<DrctDbtTxInf>\n<PmtId>\n<EndToEndId>NOT-N", "<DrctDbtTxInf >\n<PmtId>\n<EndToEndId>NOT-N"),
      ],
      at: "<DrctDbtTxInf >"),
  ]

  private static let amendments: [Defect] = [
    Defect("amendment-indicator", .core02, [("<AmdmntInd>false", "<AmdmntInd>no")], at: "<AmdmntInd>no"),
    Defect("amendment-details-missing", .core02, [("<AmdmntInd>false", "<AmdmntInd>true")], at: "<MndtRltdInf>"),
    Defect("amendment-not-indicated", .core08, [("<AmdmntInd>true</AmdmntInd>\n", "")], at: "<AmdmntInfDtls>"),
    Defect("amendment-not-indicated", .core08, [("<AmdmntInd>true", "<AmdmntInd>false")], at: "<AmdmntInfDtls>"),
    Defect("amendment-mandate-unchanged", .b2b08, [("RUM-OLD", "RUM-NEW")], at: "<OrgnlMndtId>"),
    Defect(
      "amendment-creditor-unchanged", .b2b08, [("<Nm>Old Acme</Nm>\n", ""), ("DE98ZZZ09999999999", "FR72ZZZ123456")],
      at: "<OrgnlCdtrSchmeId>"),
    Defect(
      "amendment-account-unchanged", .b2b08, [("IT60X0542811101000000123456", "BE68539007547034")],
      at: "<OrgnlDbtrAcct>"),
    Defect("amendment-account-other", .core08, [("SMNDA", "SMNDX")], at: "SMNDX"),
    Defect(
      "amendment-agent-beside-smnda", .b2b08, [("<IBAN>IT60X0542811101000000123456</IBAN>", "<Othr><Id>SMNDA</Id></Othr>")],
      at: "<OrgnlDbtrAgt>"),
    Defect(
      "amendment-smnda-of-agent", .core08,
      [
        (
          "<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>",
          "<OrgnlDbtrAgt><FinInstnId><Othr><Id>SMNDA</Id></Othr></FinInstnId></OrgnlDbtrAgt>"
        ),
      ],
      at: "SMNDA"),
    Defect("amendment-agent-unchanged", .b2b08, [("BPMOIT22", "GEBABEBB")], at: "<OrgnlDbtrAgt>"),
  ]

  private static let amounts: [Defect] = [
    Defect("amount-missing", .core02, [("<InstdAmt Ccy=\"EUR\">12.50</InstdAmt>\n", "")], at: "<DrctDbtTxInf>"),
    Defect("amount-form", .core02, [(">12.50<", ">12,50<")], at: "12,50"),
    Defect("amount-decimals", .core02, [(">12.50<", ">12.500<")], at: "12.500"),
    Defect(
      "amount-range", .core02, [(">12.50<", ">0.00<"), ("135.25", "122.75"), ("<CtrlSum>35.25", "<CtrlSum>22.75")],
      at: ">0.00<"),
    Defect(
      "amount-range", .core02,
      [
        (">12.50<", ">1000000000.00<"),
        ("135.25", "1000000122.75"),
        ("<CtrlSum>35.25", "<CtrlSum>1000000022.75"),
      ],
      at: ">1000000000.00<"),
    Defect(
      "amount-range", .core02, [(">12.50<", ">-12.50<"), ("135.25", "110.25"), ("<CtrlSum>35.25", "<CtrlSum>10.25")],
      at: ">-12.50<"),
    Defect("currency", .core02, [("Ccy=\"EUR\"", "Ccy=\"USD\"")], at: "USD"),
    Defect("currency", .core02, [(" Ccy=\"EUR\"", "")], at: "<InstdAmt>"),
  ]

  private static let texts: [Defect] = [
    Defect("text-characters", .core02, [("Dupont + fils", "Dupont &amp; fils")], at: "&amp;"),
    Defect("text-characters", .core02, [("Invoice 1", "Facture n° 1")], at: "n°"),
    Defect("text-line-break", .core02, [("Invoice 1", "Invoice\n1")], at: "<Ustrd>"),
    Defect("text-control", .core02, [("Invoice 1", "Invoice\u{85}1")], at: "<Ustrd>"),
    Defect("purpose-form", .core02, [("<Purp><Cd>OTHR", "<Purp><Cd>OTHER")], at: "OTHER"),
    Defect(
      "remittance-of-two-kinds", .core02,
      [
        (
          "<Ustrd>Invoice 1</Ustrd>",
          "<Ustrd>Invoice 1</Ustrd>\(structured)"
        ),
      ],
      at: "<RmtInf>"),
    Defect(
      "remittance-repeated", .core02, [("<Ustrd>Invoice 1</Ustrd>", "<Ustrd>Invoice 1</Ustrd>\n<Ustrd>and 4</Ustrd>")],
      at: "<RmtInf>"),
    Defect("remittance-length", .core02, [("Invoice 1", String(repeating: "Invoice ", count: 18))], at: "Invoice Invoice"),
    Defect("structured-length", .core08, [("<Issr>ISO", "<Issr>\(String(repeating: "I", count: 35))")], at: "<Strd>"),
    Defect(
      "creditor-reference-incomplete", .core08, [("<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry>\n<Issr>ISO</Issr></Tp>\n", "")],
      at: "<CdtrRefInf>"),
    Defect("creditor-reference-type", .core08, [("SCOR", "DISP")], at: "DISP"),
    Defect("creditor-reference-type", .core08, [("<Cd>SCOR</Cd>", "<Prtry>SCOR</Prtry>")], at: "<Prtry>SCOR"),
    Defect("creditor-reference-length", .core08, [("<Issr>ISO</Issr>", ""), ("RF18539007547034", long36)], at: long36),
    Defect("creditor-reference-check-digits", .core08, [("RF18539007547034", "RF19539007547034")], at: "RF19"),
  ]
}
