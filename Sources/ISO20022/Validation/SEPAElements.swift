// The elements that SEPA direct debits use, by level: what a bank reads of a pain.008; those of the messages that undo are
// in UndoElements.swift. Whatever is not here is either no
// element of the message (the schema says so) or left to an agreement with the bank.
//
// From the elements that EPC130-08 and EPC131-08 mark as used, versions of 2019 to 2025; those of .02 and of .08 side by
// side, for they differ in names only. Some are here although SEPA forbids them, since a rule of their own says so better.

/// A place in a message.
struct Place: Sendable {
  /// From the message element in a collection file, `PmtInf/DrctDbtTxInf/InstdAmt`; in another message with its element
  /// before, `CstmrPmtRvsl/GrpHdr/MsgId`.
  let path: String
  /// From the message element in every message, as findings tell it.
  let shown: String
  /// The element's own.
  let name: String
  /// Of `SEPAElements.tree`; `nowhere` for a path that is not in it, which a test would find.
  let number: Int

  init(_ path: String) { self.init(path, SEPAElements.numbers[path] ?? SEPAElements.nowhere) }

  fileprivate init(_ path: String, _ number: Int) {
    self.path = path
    self.number = number
    let message = SEPAElements.messageOfUndoing(path)
    shown = message.map { String(path.dropFirst($0.utf8.count + 1)) } ?? path
    name = path.split(separator: "/").last.map(String.init) ?? ""
  }
}

enum SEPAElements {
  /// What is gathered of an element that is no group of others.
  enum Kind: Sendable {
    /// Its text.
    case value
    /// Only that it is there: what is in it is passed over.
    case presence
  }

  static let message = "CstmrDrctDbtInitn"
  static let header = "GrpHdr"
  static let block = "PmtInf"
  static let debit = "PmtInf/DrctDbtTxInf"

  static let tree = ElementPaths<Kind>(names: names, roles: roles)
  static let names = XMLNames(roles.flatMap { $0.path.split(separator: "/").map(String.init) } + ["Ccy", "schemaLocation"])
  static var nowhere: Int { ElementPaths<Kind>.nowhere }
  /// By number; what is above the header and the blocks has none.
  static let places: [Place?] = {
    var places = [Place?](repeating: nil, count: (numbers.values.max() ?? 0) + 1)
    for (path, number) in numbers { places[number] = Place(path, number) }
    return places
  }()
  /// The paths that lead to text, as places have them.
  static let values: [String] = entries.filter { $0.1 == .value }.map(\.0)
  /// All paths, as places have them.
  static let paths: [String] = numbers.keys.sorted()

  fileprivate static let numbers: [String: Int] = {
    var numbers: [String: Int] = [:]
    for (path, _) in entries {
      let ofUndoing = messageOfUndoing(path)
      var place = tree.place(below: ElementPaths<Kind>.top, names["Document"])
      place = tree.place(below: place, names[ofUndoing ?? message])
      var walked = ofUndoing.map { [Substring($0)] } ?? []
      for name in path.split(separator: "/").dropFirst(walked.count) {
        place = tree.place(below: place, names[String(name)])
        walked.append(name)
        numbers[walked.joined(separator: "/")] = place
      }
    }
    return numbers
  }()

  private static let roles = entries.map { path, kind in
    (path: messageOfUndoing(path) == nil ? "Document/\(message)/\(path)" : "Document/\(path)", role: kind)
  }

  /// The message element of a place's path, but of a collection file's.
  fileprivate static func messageOfUndoing(_ path: String) -> String? {
    [UndoElements.reversal, UndoElements.cancellation].first { path.hasPrefix($0 + "/") }
  }

  // MARK: The message

  typealias Entry = (String, Kind)

  private static let entries: [Entry] =
    under(header, values("MsgId", "CreDtTm", "NbOfTxs", "CtrlSum") + under("InitgPty", party))
    + under(block, blockEntries) + under(debit, debitEntries) + UndoElements.entries

  private static let blockEntries: [Entry] =
    values("PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum") + under("PmtTpInf", paymentType)
    + values("ReqdColltnDt") + under("Cdtr", values("Nm") + under("PstlAdr", address)) + under("CdtrAcct", account)
    + under("CdtrAgt", agent) + under("UltmtCdtr", party) + values("ChrgBr") + under("CdtrSchmeId", creditorScheme)

  private static let debitEntries: [Entry] =
    under("PmtId", values("InstrId", "EndToEndId")) + under("PmtTpInf", paymentType) + values("InstdAmt", "ChrgBr")
    + under("DrctDbtTx/MndtRltdInf", mandate) + under("DrctDbtTx/CdtrSchmeId", creditorScheme) + under("UltmtCdtr", party)
    + under("DbtrAgt", agent) + under("Dbtr", party + under("PstlAdr", address)) + under("DbtrAcct", account)
    + under("UltmtDbtr", party) + values("Purp/Cd") + under("RmtInf", remittance)

  private static let mandate: [Entry] =
    values("MndtId", "DtOfSgntr", "AmdmntInd", "ElctrncSgntr")
    + under(
      "AmdmntInfDtls",
      values("OrgnlMndtId") + under("OrgnlCdtrSchmeId", values("Nm") + creditorScheme)
        + under("OrgnlDbtrAcct", values("Id/IBAN", "Id/Othr/Id")) + under("OrgnlDbtrAgt", agent))

  static let remittance: [Entry] =
    values("Ustrd")
    + under("Strd/CdtrRefInf", values("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Issr", "Ref"))

  // `Prtry` is forbidden in the first two; their rules name what is expected instead.
  static let paymentType: [Entry] =
    values("SvcLvl/Cd", "SvcLvl/Prtry", "LclInstrm/Cd", "LclInstrm/Prtry", "SeqTp", "CtgyPurp/Cd", "CtgyPurp/Prtry")

  /// Beside `PrvtId` an `OrgId` is forbidden.
  static let creditorScheme: [Entry] =
    values("Id/PrvtId/Othr/Id", "Id/PrvtId/Othr/SchmeNm/Cd", "Id/PrvtId/Othr/SchmeNm/Prtry")
    + [("Id/PrvtId/DtAndPlcOfBirth", .presence), ("Id/OrgId", .presence)]

  static let party: [Entry] =
    values("Nm", "Id/OrgId/BICOrBEI", "Id/OrgId/AnyBIC", "Id/OrgId/LEI") + under("Id/OrgId/Othr", otherID)
    + under("Id/PrvtId/DtAndPlcOfBirth", values("BirthDt", "PrvcOfBirth", "CityOfBirth", "CtryOfBirth"))
    + under("Id/PrvtId/Othr", otherID)

  private static let otherID: [Entry] = values("Id", "SchmeNm/Cd", "SchmeNm/Prtry", "Issr")

  private static let address: [Entry] = values(
    "Dept", "SubDept", "StrtNm", "BldgNb", "BldgNm", "Flr", "PstBx", "Room", "PstCd", "TwnNm", "TwnLctnNm", "DstrctNm",
    "CtrySubDvsn", "Ctry", "AdrLine")

  static let account: [Entry] = values("Id/IBAN", "Ccy") + [("Id/Othr", .presence)]

  static let agent: [Entry] = values("FinInstnId/BIC", "FinInstnId/BICFI", "FinInstnId/Othr/Id")

  static func values(_ paths: String...) -> [Entry] { paths.map { ($0, .value) } }

  static func under(_ path: String, _ entries: [Entry]) -> [Entry] { entries.map { ("\(path)/\($0.0)", $0.1) } }
}
