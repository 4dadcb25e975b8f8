internal import FoundationEssentials
internal import ISO20022
package import Logging
package import SEPA
package import Store

/// Reads kept reports and moves what they speak of: a whole report in one transaction, or none of it.
package struct Apply: Sendable {
  private let session: Session
  private let log: Logger
  /// Entries gathered before they are copied into the database.
  private static let batch = 2000

  package init(session: Session, log: Logger) {
    self.session = session
    self.log = log
  }

  /// - Returns: how many reports were finished, applied or set aside.
  package func run(bank: String, at now: Instant) async throws -> Int {
    var finished = 0
    while let file = try await applyNext(bank: bank, at: now) {
      finished += 1
      log.info("report applied", metadata: ["report": "\(file)"])
    }
    return finished
  }

  /// - Returns: the name of the report that was finished; nil when there was none.
  private func applyNext(bank: String, at now: Instant) async throws -> String? {
    do {
      return try await session.transaction { session in
        guard let file = try session.nextReceived(bank: bank) else { return nil }
        do {
          let type = try await Self.store(file, session)
          try session.finishInbound(file.id, messageType: type, at: now)
          _ = try await session.applyOpenEntries(bank: bank, Stamp(at: now, actor: "apply"))
          return file.remoteName
        } catch let fault as ReportFault {
          throw SetAside(file: file, fault: "\(fault)")
        }
      }
    } catch let aside as SetAside {
      // The transaction is undone, so nothing of the file remains but its bytes; those and the reason stay.
      try await session.transaction { session in
        try session.setAside(aside.file.id, fault: aside.fault, at: now)
        let content = [
          "bank": bank, "report": aside.file.remoteName, "fault": aside.fault, "received_on": String(now.description.prefix(10)),
        ]
        try session.alert(
          subject: "inbound:\(aside.file.id)", content: String(decoding: try JSONEncoder().encode(content), as: UTF8.self), at: now)
      }
      log.error("report set aside", metadata: ["report": "\(aside.file.remoteName)", "fault": "\(aside.fault)"])
      return aside.file.remoteName
    }
  }

  private struct SetAside: Error {
    let file: InboundFile
    let fault: String
  }

  /// Reads a report from its stored bytes into `inbound_entry`.
  /// - Returns: its message type.
  private static func store(_ file: InboundFile, _ session: isolated Session) async throws -> String {
    let gathered = Gathered()
    let reader = ReportReader { record in gathered.take(record) }
    let shared = Reading(reader: reader)
    try await session.eachChunk(ofInbound: file.id) { session, chunk in
      try shared.reader.feed(chunk)
      if gathered.entries.count >= batch { try await session.store(gathered.flush(), of: file.id) }
    }
    try reader.finish()
    try await session.store(gathered.flush(), of: file.id)
    try session.prepareForMatching(file: file.id, entries: gathered.total)
    return reader.version?.messageType ?? "unknown"
  }

  /// The reader and what it delivers, used by one task, a call at a time.
  private final class Reading: @unchecked Sendable {
    let reader: ReportReader
    init(reader: ReportReader) { self.reader = reader }
  }

  private final class Gathered: @unchecked Sendable {
    private(set) var entries: [ReportedEntry] = []
    private(set) var total = 0

    func take(_ record: ReportRecord) {
      guard let entry = ReportedEntry(record) else { return }
      entries.append(entry)
      total += 1
    }

    func flush() -> [ReportedEntry] {
      defer { entries.removeAll(keepingCapacity: true) }
      return entries
    }
  }
}

extension ReportedEntry {
  /// What of a report's record is kept; nil for records that only frame others.
  init?(_ record: ReportRecord) {
    switch record.kind {
    case .groupStatus, .blockStatus, .transactionStatus, .entry, .transaction: break
    default: return nil
    }
    self.init(
      ordinal: Int64(record.ordinal), parent: record.parentOrdinal.map(Int64.init), line: Int64(record.line),
      kind: record.kind.rawValue)
    messageID = record.originalMessageID
    paymentInformationID = record.originalPaymentInformationID ?? record.batches.first.flatMap { record.batches.count == 1 ? $0.paymentInformationID : nil }
    // Banks write this where they know no reference: it identifies nothing.
    endToEndID = record.originalEndToEndID == "NOTPROVIDED" ? nil : record.originalEndToEndID
    mandateReference = record.mandateID
    servicerReference = record.accountServicerReference
    status = record.status
    let money = record.amount ?? record.originalAmount
    amountCents = money?.cents
    currency = money?.currency
    direction = record.creditDebit?.rawValue
    isReversal = record.isReversal
    isReturn = record.hasReturnInformation
    transactions = record.batches.count == 1 ? record.batches[0].transactions.map(Int64.init) : nil
    reasonCode = record.reasonCode
    reasonText = record.reasonText
    accountIBAN = record.accountIBAN
    // Days decide which of two words counts, so an entry without them gets the day of its report.
    bookedOn = record.bookingDay ?? record.valueDay ?? record.createdAt.map { String($0.prefix(10)) }
    valuedOn = record.valueDay
    messageName = record.originalMessageName
    entryReference = record.entryReference
    transactionID = record.transactionID
    originalCents = record.originalAmount?.currency == "EUR" ? record.originalAmount?.cents : nil
    chargesCents = record.charges?.currency == "EUR" ? record.chargesCents : nil
    bankCode = record.bankTransactionCode
    family = BookingFamily(bankTransactionCode: record.bankTransactionCode)
    scheme = Self.scheme(of: record.bankTransactionCode)
    debtorIBAN = record.debtorAccountIBAN
  }

  /// The scheme that a bank transaction code names: `ESDD` is CORE, `BBDD` is B2B (ISO 20022, sub-families of IDDT).
  private static func scheme(of code: String?) -> Scheme? {
    guard let code, code.hasPrefix("PMNT/IDDT/") else { return nil }
    if code.hasSuffix("/ESDD") { return .core }
    if code.hasSuffix("/BBDD") { return .b2b }
    return nil
  }
}
