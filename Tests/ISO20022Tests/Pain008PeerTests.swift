import Foundation
import ISO20022
import TestSupport
import Testing

/// Where `deploy/fetch-judges` put a program; nil, said loudly, without.
private func judgeDirectory(_ name: String) -> String? {
  let environment = ProcessInfo.processInfo.environment
  let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
  let folder = environment["SEPAD_JUDGES"] ?? cache + "/sepad/judges"
  let found = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.filter { $0.hasPrefix(name + "-") }.max()
  if found == nil { print("SKIPPED: no \(name) at SEPAD_JUDGES or in the cache (deploy/fetch-judges)") }
  return found.map { "\(folder)/\($0)" }
}

/// Runs a script of `Judges` and returns what it said.
private func run(_ script: String, _ arguments: [String]) throws -> String {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Judges/\(script)").path
  let (status, output) = try ChildProcess.run(path, arguments)
  try #require(status == 0, "\(script): \(output)")
  return output
}

/// `12.50`, by arithmetic of our own.
private func decimal(_ cents: Int64) -> String { "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)" }

/// What other programs make of what we write, and write themselves of the same.
@Suite("Other programs")
struct Pain008PeerTests {
  // MARK: sepaxml writes the same

  /// What the two may write differently, by element, and why.
  private static let ownElements = [
    "GrpHdr/MsgId": "sepaxml makes an id of the hour and of chance, and takes none",
    "GrpHdr/CreDtTm": "sepaxml asks the clock",
    "PmtInf/PmtInfId": "sepaxml makes an id of the creditor's name and of chance, and takes none",
  ]
  /// sepaxml writes these in .02 too, where the guidelines know none of them and sepad refuses an address.
  private static let ofAddresses = ["StrtNm", "BldgNb", "PstCd", "TwnNm", "Ctry", "AdrLine"]

  struct Order: Sendable, CustomTestStringConvertible {
    var version: Pain008Version
    var scheme: String
    var hasBIC: Bool
    var hasAddress: Bool

    /// Versions whose schema sepaxml has.
    static let all = [Pain008Version.v02, .v08, .v09, .v10].flatMap { version in
      ["CORE", "B2B"].flatMap { scheme in
        [false, true].flatMap { bic in
          [false, true].map { Order(version: version, scheme: scheme, hasBIC: bic, hasAddress: $0) }
        }
      }
    }

    var testDescription: String {
      "\(version) \(scheme)\(hasBIC ? ", with banks" : "")\(hasAddress ? ", with addresses" : "")"
    }

    var file: SampleFile {
      let address = PartyAddress(
        street: "Rue de l'Eglise", building: "3", postcode: "1201", town: "Geneve", country: "CH", lines: ["Batiment B"])
      let debits = [(1, Int64(1)), (2, 99_999_999_999), (3, 1250), (4, 100)].map { number, cents in
        var debit = sampleDebit(number, cents: cents)
        debit.remittance = .unstructured("Invoice \(number) + (1)")
        if hasBIC { debit.debtorBIC = "COBADEFFXXX" }
        if hasAddress, number != 2 { debit.debtorAddress = address }
        return debit
      }
      var blocks = [sampleBlock("P-1", Array(debits[..<3])), sampleBlock("P-2", Array(debits[3...]))]
      for index in blocks.indices {
        blocks[index].block.scheme = scheme
        // In .02 sepaxml writes no creditor without a bank.
        if hasBIC || version == .v02 { blocks[index].block.creditorBIC = "AGRIFRPP" }
        if hasAddress { blocks[index].block.creditorAddress = address }
      }
      blocks[1].block.sequenceType = "FRST"
      var file = SampleFile(blocks)
      file.header.initiatingPartyName = "Acme"
      return file
    }
  }

  @Test("sepaxml writes the same elements of the same collections, but for three of its own", arguments: Order.all)
  func sepaxml(_ order: Order) throws {
    guard let sepaxml = judgeDirectory("sepaxml") else { return }
    let directory = try TemporaryDirectory()
    let paths = ["order.json", "theirs.xml", "ours.xml"].map { directory.appending($0) }
    let file = order.file
    try Self.json(of: file, order).write(to: URL(fileURLWithPath: paths[0]))
    _ = try run("write-sepaxml", [sepaxml, paths[0], paths[1]])

    var written = file
    let isCarried = order.version.carriesStructuredAddresses || !order.hasAddress
    if !isCarried {
      #expect(throws: Pain008Fault.self) { try file.bytes(order.version) }
      for index in written.blocks.indices {
        written.blocks[index].block.creditorAddress = nil
        for debit in written.blocks[index].debits.indices { written.blocks[index].debits[debit].debtorAddress = nil }
      }
    }
    try Data(try written.bytes(order.version)).write(to: URL(fileURLWithPath: paths[2]))

    let (theirs, ours) = (try Self.elements(of: paths[1]), try Self.elements(of: paths[2]))
    for (name, _) in Self.ownElements {
      #expect(theirs.contains { $0.hasPrefix(name + "\t") } && ours.contains { $0.hasPrefix(name + "\t") }, "\(name)")
    }
    let compared = [theirs, ours].map { lines in
      lines.filter { line in
        let path = line.prefix { $0 != "\t" }
        let isAddress = path.contains("/PstlAdr/") && Self.ofAddresses.contains(String(path.split(separator: "/").last ?? ""))
        return Self.ownElements[String(path)] == nil && (isCarried || !isAddress)
      }
    }
    #expect(compared[0] == compared[1], "\(compared[0].difference(from: compared[1]))")
    #expect(compared[1].count > 60)
    guard !isCarried else { return }
    #expect(theirs.contains { $0.hasPrefix("PmtInf/DrctDbtTxInf/Dbtr/PstlAdr/TwnNm\t") })
  }

  private static func elements(of path: String) throws -> [String] {
    try run("list-elements", [path]).split(separator: "\n").map(String.init)
  }

  /// As sepaxml takes it: one creditor for all, and blocks made by sequence type and date.
  private static func json(of file: SampleFile, _ order: Order) throws -> Data {
    let block = file.blocks[0].block
    var config: [String: Any] = [
      "name": block.creditorName, "IBAN": block.creditorIBAN, "batch": true, "creditor_id": block.creditorIdentifier,
      "currency": "EUR", "instrument": block.scheme,
    ]
    config["BIC"] = block.creditorBIC
    config["address"] = block.creditorAddress.map(parts)
    let payments = file.blocks.flatMap { block, debits in
      debits.map { debit in
        var payment: [String: Any] = [
          "name": debit.debtorName, "IBAN": debit.debtorIBAN, "amount": debit.amount, "type": block.sequenceType,
          "collection_date": block.collectionDate, "mandate_id": debit.mandateReference, "mandate_date": debit.signedOn,
          "endtoend_id": debit.endToEndID,
        ]
        if case .unstructured(let text) = debit.remittance { payment["description"] = text }
        payment["BIC"] = debit.debtorBIC
        payment["address"] = debit.debtorAddress.map(parts)
        return payment
      }
    }
    let root: [String: Any] = ["schema": order.version.messageType, "config": config, "payments": payments]
    return try JSONSerialization.data(withJSONObject: root)
  }

  private static func parts(of address: PartyAddress) -> [String: Any] {
    var parts: [String: Any] = ["town": address.town, "country": address.country, "lines": address.lines]
    parts["street_name"] = address.street
    parts["building_number"] = address.building
    parts["postcode"] = address.postcode
    return parts
  }

  // MARK: pyiso20022 reads what we write

  @Test("pyiso20022 reads each value of each debit as it was given, in .02, .09 and .10; it knows no .08 and no .11")
  func pyiso20022() throws {
    guard let package = judgeDirectory("pyiso20022") else { return }
    let directory = try TemporaryDirectory()
    for version in Pain008Version.all {
      let files = ["CORE", "B2B"].map { SampleFile.ofAllShapes(version, scheme: $0) }
      let paths = try files.enumerated().map { number, file in
        let path = directory.appending("\(version)-\(number).xml")
        try Data(try file.bytes(version)).write(to: URL(fileURLWithPath: path))
        return path
      }
      let read = try run("read-pyiso20022", [package] + paths).split(separator: "\n").map(String.init)
      guard [Pain008Version.v02, .v09, .v10].contains(version) else {
        #expect(read == ["unknown\t\(version)", "unknown\t\(version)"])
        continue
      }
      #expect(read == files.flatMap(Self.rows), "\(version)")
    }
  }

  private static func rows(of file: SampleFile) -> [String] {
    let header = file.header
    return file.blocks.flatMap { block, debits in
      debits.map { debit in
        let read = SampleFile.read(debit)
        let fields: [String?] = [
          header.messageID, "\(header.transactions)", decimal(header.controlSum), header.initiatingPartyID,
          header.initiatingPartyIssuer,
          block.paymentInformationID, "\(block.transactions)", decimal(block.controlSum), block.scheme, block.sequenceType,
          block.categoryPurpose, block.collectionDate, block.creditorName, block.creditorIBAN, block.creditorBIC,
          block.ultimateCreditor, block.creditorIdentifier,
          debit.instructionID, debit.endToEndID, decimal(debit.amount), "EUR", debit.mandateReference, debit.signedOn,
          debit.amendment == nil ? nil : "true", read.originalMandateReference, read.originalCreditorIdentifier,
          read.originalCreditorName, read.originalDebtorIBAN, read.originalDebtorAccount, debit.debtorBIC, debit.debtorName,
          debit.debtorAddress?.town, debit.debtorAddress?.country, debit.debtorIBAN, debit.ultimateDebtor, debit.purpose,
          read.remittance, read.creditorReference,
        ]
        return fields.map { $0 ?? "" }.joined(separator: "\t")
      }
    }
  }

  // MARK: AqBanking reads what we write

  /// It knows .02, and of an amendment the creditor only; `SeqTp` by words of its own.
  @Test("AqBanking reads in .02 what it knows of each debit as it was given", arguments: ["CORE", "B2B"])
  func aqbanking(scheme: String) throws {
    let program = "/usr/bin/aqbanking-cli"
    guard FileManager.default.isExecutableFile(atPath: program) else {
      print("SKIPPED: no \(program) (Debian's aqbanking-tools)")
      return
    }
    let directory = try TemporaryDirectory()
    let file = SampleFile.ofAllShapes(.v02, scheme: scheme)
    let (document, context) = (directory.appending("file.xml"), directory.appending("context"))
    try Data(try file.bytes(.v02)).write(to: URL(fileURLWithPath: document))
    let (status, output) = try ChildProcess.run(
      program,
      [
        "-D", directory.appending("settings"), "import", "-c", context, "--importer=xml", "--profile=pain_008_001_02", "-f",
        document,
      ])
    try #require(status == 0, "\(output)")
    let read = try Self.transactions(in: String(contentsOfFile: context, encoding: .utf8))
    let expected = file.blocks.flatMap { block, debits in debits.map { Self.transaction($0, of: block) } }
    // It keeps a list for each account and bank: other debits first, where the first names no bank.
    #expect(read.count == expected.count)
    for (found, wanted) in zip(read, expected) { #expect(found == wanted) }
  }

  private static let compared: Set = [
    "type", "localIban", "localBic", "localName", "remoteIban", "remoteBic", "remoteName", "date", "value", "purpose",
    "endToEndReference", "creditorSchemeId", "mandateId", "mandateDate", "originalCreditorSchemeId", "originalCreditorName",
    "sequence",
  ]

  private static func transaction(_ debit: Debit, of block: PaymentBlock) -> [String: String] {
    var fields = [
      "type": "debitNote", "localIban": block.creditorIBAN, "localName": block.creditorName, "remoteIban": debit.debtorIBAN,
      "remoteName": debit.debtorName, "date": block.collectionDate.filter { $0 != "-" }, "value": "\(debit.amount)/100:EUR",
      "endToEndReference": debit.endToEndID, "creditorSchemeId": block.creditorIdentifier,
      "mandateId": debit.mandateReference, "mandateDate": debit.signedOn.filter { $0 != "-" },
      "sequence": block.sequenceType == "FRST" ? "first" : "following",
    ]
    fields["localBic"] = block.creditorBIC
    fields["remoteBic"] = debit.debtorBIC
    fields["originalCreditorSchemeId"] = debit.amendment?.originalCreditorIdentifier
    fields["originalCreditorName"] = debit.amendment?.originalCreditorName
    if case .unstructured(let text) = debit.remittance { fields["purpose"] = text }
    return fields
  }

  /// AqBanking's own form: a value on a line, `char remoteName="Dupont %2B fils"`, groups in braces.
  private static func transactions(in text: String) throws -> [[String: String]] {
    var found: [[String: String]] = []
    for line in text.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
      if line == "transaction {" { found.append([:]) }
      guard let match = line.wholeMatch(of: /char (\w+)="(.*)"/), compared.contains(String(match.1)), !found.isEmpty else {
        continue
      }
      let value: String = try #require(String(match.2).removingPercentEncoding)
      found[found.count - 1][String(match.1)] = value
    }
    return found
  }
}
