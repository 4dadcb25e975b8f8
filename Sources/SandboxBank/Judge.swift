// Decides about one collection file, once: reads it as a stream, checks what a bank checks, applies the rules to each
// payment, and writes the payments' facts down. The same file, instant and history always give the same decision.

import ISO20022
import SEPA
import Signing

/// How credits appear on the account.
package enum Booking: String, CaseIterable, Sendable {
  /// One entry for each block, without details.
  case batch
  /// One entry for each payment.
  case single
  /// Batch and single in turn, block by block.
  case alternate
  /// A batch where all of a block but what is told to be refused is credited at once, single where something is late or
  /// never comes: a sum that leaves payments out without naming them could not be told apart.
  case mixed
}

/// Which pain.002 a bank sends.
package enum Answers: String, CaseIterable, Sendable {
  /// One for each file, with its group and block statuses and each refused payment.
  case all
  /// Only where something is refused, and then only that.
  case refusals
  /// None: a client learns from the account.
  case none
}

/// What the bank has accepted so far, against which a new file may be a repetition.
struct History {
  var messageIDs: Set<String> = []
  var paymentInformationIDs: Set<String> = []
  var payments: Set<UInt64> = []
}

/// The decision about one file, with everything that goes into the journal for it.
struct Decision {
  var judgement: Judgement
  var blocks: [Block] = []
  var violations: [(rule: String, found: String)] = []
  /// Fingerprints of the payments of an accepted file.
  var payments: Set<UInt64> = []

  var facts: [Fact] {
    blocks.map { .block(serial: judgement.serial, $0) }
      + violations.map { .violation(serial: judgement.serial, rule: $0.rule, found: $0.found) }
      + [.judged(judgement)]
  }
}

final class Judge {
  private let serial: Int
  private let today: CalendarDay
  private let scenario: Scenario
  private let booking: Booking
  private let history: History
  private let items: NewFile
  private var pending: [UInt8] = []

  private var decision: Decision
  private var header: Pain008Reader.Header?
  private var block: Pain008Reader.Block?
  private var transactions = 0
  private var controlSum: Int64 = 0
  /// The first reason for which the whole file is refused.
  private var refusal: StatusReason?
  private var paymentInformationIDs: Set<String> = []
  private var payments: Set<UInt64> = []

  init(
    _ message: Message, scenario: Scenario, booking: Booking, answers: Answers, history: History, items: NewFile
  ) {
    serial = message.serial
    today = message.takenAt.day
    self.scenario = scenario
    self.booking = booking
    self.history = history
    self.items = items
    decision = Decision(judgement: Judgement(serial: message.serial))
    decision.judgement.answers = answers
  }

  /// Reads the file at `path`. `signature` is what the check of its signature found wrong.
  func decide(path: String, schema: String?, signature: StatusReason?) throws -> Decision {
    if let signature { refuse(signature, "signature") }
    let digest = try SHA256Digest()
    var head: [UInt8] = []
    try readPieces(of: path) { if head.count < 2048 { head += $0.prefix(2048) } }
    if UndoingJudge.isUndoing(head) { return try decideUndoing(path: path, schema: schema, digest) }
    let reader = Pain008Reader { try self.took($0) }
    let validator = try schema.map { try SchemaValidator(schemaPath: $0) }
    var isReadable = true
    try readPieces(of: path) { piece in
      digest.update(piece)
      guard isReadable else { return }
      do {
        try reader.feed(piece)
        try validator?.feed(piece)
      } catch { isReadable = try self.refuseAsUnreadable(error) }
    }
    if isReadable {
      do {
        try reader.finish()
        try validator?.finish()
      } catch { isReadable = try refuseAsUnreadable(error) }
    }
    decision.judgement.sha256 = hexadecimal(try digest.finish())
    try flushItems()
    try items.finish()
    return concluded(isReadable: isReadable)
  }

  private func decideUndoing(path: String, schema: String?, _ digest: SHA256Digest) throws -> Decision {
    let directory = schema.flatMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
    let errors = try UndoingJudge.decide(&decision.judgement, path: path, schemas: directory) { digest.update($0) }
    for error in errors { refuse(StatusReason(code: "FF01", words: "\(error.rule): \(error.found)"), "undoing") }
    if history.messageIDs.contains(decision.judgement.messageID) {
      refuse(StatusReason(code: "AM05", words: "message id was used before"), "duplicate MsgId")
    }
    decision.judgement.sha256 = hexadecimal(try digest.finish())
    decision.judgement.refusal = refusal
    try items.finish()
    return decision
  }

  /// Always false; rethrows what is not the file's fault.
  private func refuseAsUnreadable(_ error: any Error) throws -> Bool {
    switch error {
    case Pain008ReadFault.recipient(let cause): throw cause
    case let fault as Pain008ReadFault: refuse(StatusReason(code: "FF01", words: "\(fault)"), "format")
    case SchemaFault.schema: throw error
    case let fault as SchemaFault: refuse(StatusReason(code: "FF01", words: "\(fault)"), "schema")
    default: throw error
    }
    return false
  }

  private func refuse(_ reason: StatusReason, _ rule: String) {
    if refusal == nil { refusal = reason }
    decision.violations.append((rule, reason.words))
  }

  private func took(_ event: Pain008Event) throws {
    switch event {
    case .header(let header): took(header)
    case .block(let block): took(block)
    case .debit(let debit): try took(debit)
    case .endOfBlock: endBlock()
    }
  }

  private func took(_ header: Pain008Reader.Header) {
    guard isPlain(header.messageID) else {
      return refuse(StatusReason(code: "FF01", words: "MsgId: more than 35 characters or control characters"), "format")
    }
    self.header = header
    decision.judgement.messageID = header.messageID
    decision.judgement.messageType = header.messageType
    if history.messageIDs.contains(header.messageID) {
      refuse(StatusReason(code: "AM05", words: "message id was used before"), "duplicate MsgId")
    }
  }

  private func took(_ block: Pain008Reader.Block) {
    self.block = block
    let index = decision.blocks.count
    guard isPlain(block.paymentInformationID), let iban = block.creditorIBAN, isPlain(iban),
      let date = block.collectionDate.flatMap({ try? CalendarDay(iso: $0) }), let scheme = block.scheme, isPlain(scheme)
    else {
      refuse(StatusReason(code: "FF01", words: "block without id, account, scheme or collection date"), "format")
      return
    }
    let isBatch =
      switch booking {
      case .batch, .mixed: block.batchBooking != false
      case .single: false
      case .alternate: (serial + index) % 2 == 1
      }
    // What is wrong with the blocks of a file that is refused anyway is no news.
    let reason = refusal == nil ? refusal(ofBlock: block.paymentInformationID, on: date) : nil
    if let reason { decision.violations.append((reason.rule, "block \(index): \(reason.reason.words)")) }
    paymentInformationIDs.insert(block.paymentInformationID)
    decision.blocks.append(
      Block(
        index: index, paymentInformationID: block.paymentInformationID, scheme: scheme, collectionDate: date,
        creditorIBAN: iban, isBatchBooked: isBatch, refusal: reason?.reason))
  }

  private func refusal(ofBlock id: String, on date: CalendarDay) -> (rule: String, reason: StatusReason)? {
    if history.paymentInformationIDs.contains(id) || paymentInformationIDs.contains(id) {
      return ("duplicate PmtInfId", StatusReason(code: "AM05", words: "payment information id was used before"))
    }
    if !TARGETCalendar.isOpen(date) {
      return ("collection date", StatusReason(code: "DT01", words: "collection date \(date) is no TARGET day"))
    }
    if date < today {
      return ("collection date", StatusReason(code: "DT01", words: "collection date \(date) has passed on \(today)"))
    }
    // D-1 (SDD rulebooks, section 4.3): a file of a closed day counts as of the next open one.
    if date < TARGETCalendar.adding(1, to: TARGETCalendar.next(onOrAfter: today)) {
      return ("lead time", StatusReason(code: "TM01", words: "collection date \(date) is too near on \(today)"))
    }
    return nil
  }

  private func took(_ debit: Pain008Reader.Debit) throws {
    transactions += 1
    let (sum, overflow) = controlSum.addingReportingOverflow(debit.amount)
    controlSum = overflow ? controlSum : sum
    let mandate = debit.mandateReference ?? ""
    guard !overflow, isPlain(debit.endToEndID), isPlain(mandate), debit.instructionID.map(isPlain) != false else {
      return refuse(StatusReason(code: "FF01", words: "payment \(transactions): ids or amount out of bounds"), "format")
    }
    guard let last = decision.blocks.indices.last, refusal == nil else { return }
    var behaviour = scenario.behaviour(
      endToEndID: debit.endToEndID, mandateReference: mandate, debtorName: debit.debtorName ?? "", cents: debit.amount)
    if debit.currency != "EUR" { behaviour = .reject("AM03") }
    if behaviour == .refuseFile {
      // What the client asked for by its data: no violation.
      refusal = StatusReason(code: "FF01", words: "payment \(transactions) has the file refused")
      return
    }
    let item = Item(
      block: last, behaviour: behaviour, amount: debit.amount, endToEndID: debit.endToEndID, mandateReference: mandate,
      instructionID: debit.instructionID)
    if !decision.blocks[last].add(behaviour, cents: debit.amount) {
      return refuse(StatusReason(code: "AM10", words: "sum beyond 64 bits"), "CtrlSum")
    }
    guard decision.blocks[last].refusal == nil else { return }
    let isNew = payments.insert(item.fingerprint).inserted && !history.payments.contains(item.fingerprint)
    // A whole file sent again under other ids: the first thousand make the point.
    if !isNew, decision.violations.count < 1000 {
      decision.violations.append(("duplicate payment", "payment \(transactions): mandate and end-to-end id were used before"))
    }
    pending += Row.line(item.fields)
    if pending.count >= 64 << 10 { try flushItems() }
  }

  private func endBlock() {
    guard let announced = block, let index = decision.blocks.indices.last, refusal == nil else { return }
    let counted = decision.blocks[index]
    let isExplained = { (behaviour: Behaviour) in behaviour.isCreditedOnDate || behaviour.isToldMissing }
    if booking == .mixed, counted.count(where: isExplained) < counted.transactions {
      decision.blocks[index].isBatchBooked = false
    }
    if let count = announced.transactions, count != counted.transactions {
      refuse(StatusReason(code: "AM18", words: "block \(index): NbOfTxs is not the number of payments"), "NbOfTxs")
    }
    if let sum = announced.controlSum, sum != counted.controlSum {
      refuse(StatusReason(code: "AM10", words: "block \(index): CtrlSum is not the sum of payments"), "CtrlSum")
    }
  }

  private func concluded(isReadable: Bool) -> Decision {
    if isReadable, let header, refusal == nil {
      if header.transactions != transactions {
        refuse(StatusReason(code: "AM18", words: "NbOfTxs is not the number of payments"), "NbOfTxs")
      } else if let sum = header.controlSum, sum != controlSum {
        refuse(StatusReason(code: "AM10", words: "CtrlSum is not the sum of payments"), "CtrlSum")
      }
    }
    decision.judgement.transactions = transactions
    decision.judgement.controlSum = controlSum
    decision.judgement.refusal = refusal
    if refusal == nil { decision.payments = payments } else { decision.blocks = [] }
    return decision
  }

  private func flushItems() throws {
    try pending.withUnsafeBytes { try items.write($0) }
    pending.removeAll(keepingCapacity: true)
  }

  /// What may stand in a report again: at most 35 characters, no control characters.
  private func isPlain(_ text: String) -> Bool {
    text.utf8.count <= 140 && text.count <= 35 && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }
}
