// A bank to collect against: takes collection files from a folder, answers them, books them when their day comes, and
// takes some of it back. The counterparty of the README, the tests and the benchmarks.
//
//   inbox/    a client puts complete files here, by renaming them; names ending in .part, .tmp or .p7s are no files
//   archive/  what the bank has taken, untouched
//   outbox/   what the bank reports: pain.002.001.10, camt.029.001.09, camt.054.001.08; the client removes them
//   refused/  files in which not even a message id could be read: nobody can be answered
//   state/    journal.tsv (the bank's only memory), seen.tsv and violations.log (made from it), <n>.items.tsv
//
// Files: one that fails its checks is refused whole (GrpSts RJCT) with a reason: AM05 message id used before, FF01
// format or schema, AM18 and AM10 counts and sums, DS0A and DS0E signature missing or wrong. A block is refused with
// AM05 (its id used before), DT01 (collection date past or no TARGET day) or TM01 (less than one TARGET day ahead).
// Each of these but what the rules of `rulesText` ask for is also a line of violations.log, and so is a payment that
// comes a second time with the same mandate and end-to-end id.
//
// Reports: the pain.002 at once; credits on the collection date, returns two TARGET days later, both at midnight UTC.
// A late payment has a pain.002 of its own at midnight of the next TARGET day and a camt.054 of its own one TARGET day
// after the collection date. If any payment of a report is to be answered twice, the whole report is published twice,
// byte for byte, the second time with "-again" in its name. A payment never answered is in no line and no sum.
// What else may happen to a payment, and how it may be told, stands in Behaviour.swift and Course.swift.
//
// Crashes: a fact is in the journal before anything follows from it; files move by rename; a report is finished and
// named in the journal before it moves to the outbox, and it has left the drafts exactly when it has arrived there. So
// after a crash at any instant the same folder and clock give the same outbox, and what a client has already taken from
// the outbox does not come again.

import ISO20022
package import SEPA
import Signing

/// One bank on one folder. Not for use from two threads at once; a second process on the same folder is refused.
package final class Bank {
  /// What can be told to the bank.
  package struct Options: Sendable {
    package var root: String
    /// The pain.008 schema to check files against; nil checks only what the reader needs.
    package var schemaPath: String?
    package var scenario = Scenario()
    package var booking = Booking.batch
    package var answers = Answers.all
    /// The client's certificate: files without its signature beside them, `<name>.p7s`, are refused.
    package var signatureCertificate: String?

    package init(root: String) { self.root = root }
  }

  /// Where a test lets the bank die.
  package enum Point: String, CaseIterable, Sendable {
    case takenRecorded, archived, judging, judged, recorded, drafted, publicationRecorded, published
  }

  private let options: Options
  private let folders: BankFolders
  private let verifier: CMSDetachedVerifier?
  private let journal: Journal
  private let reach: (Point) throws -> Void

  private var messages: [Message] = []
  private var history = History()
  private var violations: [(serial: Int, rule: String, found: String)] = []
  private var published: Set<String> = []

  /// Opens the folder, making what is missing, and finishes what a crash interrupted.
  ///
  /// - Parameter reach: called at each point; what it throws is thrown by `step`, as a crash would end it.
  package init(_ options: Options, reach: @escaping (Point) throws -> Void = { _ in }) throws {
    self.options = options
    self.reach = reach
    folders = BankFolders(root: options.root)
    try folders.create()
    // A missing schema is better known now than with the first file.
    if let schema = options.schemaPath { _ = try SchemaValidator(schemaPath: schema) }
    verifier = try options.signatureCertificate.map { try CMSDetachedVerifier(certificatePEM: $0) }
    journal = try Journal(folders.state + "/journal.tsv")
    try Journal.read(folders.state + "/journal.tsv") { remember($0) }
    try recover()
  }

  /// Does everything that is due at `now`, and tells whether there was anything.
  package func step(at now: Instant) throws -> Bool {
    var didWork = false
    for name in try Self.waiting(in: folders.inbox) {
      try take(name, at: now)
      didWork = true
    }
    for index in messages.indices where messages[index].judgement == nil {
      try judge(index)
      didWork = true
    }
    for message in messages {
      for report in message.reports where report.due <= now && !published.contains(report.name) {
        try publish(report, of: message)
        didWork = true
      }
    }
    return didWork
  }

  /// Complete files in the inbox.
  static func waiting(in inbox: String) throws(SandboxFault) -> [String] {
    try names(in: inbox).filter { name in ![".part", ".tmp", ".p7s"].contains { name.hasSuffix($0) } }
  }
}

// MARK: - Taking and judging

extension Bank {
  private func take(_ name: String, at now: Instant) throws {
    var archiveName = name
    var number = 1
    while exists(folders.archive + "/" + archiveName) || messages.contains(where: { $0.archiveName == archiveName }) {
      number += 1
      archiveName = "\(name).\(number)"
    }
    let fact = Fact.taken(serial: messages.count + 1, at: now, name: name, archiveName: archiveName)
    try journal.append([fact])
    remember(fact)
    try reach(.takenRecorded)
    try archive(messages[messages.count - 1])
    try reach(.archived)
  }

  /// Moves a taken file and its signature, each unless that is done.
  private func archive(_ message: Message) throws {
    for suffix in [".p7s", ""] {
      let source = "\(folders.inbox)/\(message.name)\(suffix)"
      let target = "\(folders.archive)/\(message.archiveName)\(suffix)"
      if !exists(target), exists(source) { try move(source, to: target, in: folders.archive) }
    }
  }

  private func judge(_ index: Int) throws {
    let message = messages[index]
    let draft = "\(itemsPath(message.serial)).new"
    let path = "\(folders.archive)/\(message.archiveName)"
    let judge = Judge(
      message, scenario: options.scenario, booking: options.booking, answers: options.answers, history: history,
      items: try NewFile(draft))
    try reach(.judging)
    let decision = try judge.decide(path: path, schema: options.schemaPath, signature: try signatureFault(of: message, path))
    try move(draft, to: itemsPath(message.serial), in: folders.state)
    try reach(.judged)
    // One write; without its last line, the judgement, the others count for nothing.
    try journal.append(decision.facts)
    for fact in decision.facts { remember(fact) }
    if decision.judgement.refusal == nil { history.payments.formUnion(decision.payments) }
    try reach(.recorded)
    try setAside(messages[index])
    try writeViews()
  }

  private func signatureFault(of message: Message, _ path: String) throws -> StatusReason? {
    guard let verifier else { return nil }
    guard let signature = try readSmall(path + ".p7s") else {
      return StatusReason(code: "DS0A", words: "no signature beside the file")
    }
    do throws(SigningFault) {
      try verifier.verify(signature: signature, contentPath: path, at: message.takenAt.seconds)
      return nil
    } catch {
      return StatusReason(code: "DS0E", words: "\(error)")
    }
  }

  /// Nobody can be answered about a file without a message id: it leaves the archive.
  private func setAside(_ message: Message) throws {
    guard let judgement = message.judgement, judgement.messageID.isEmpty else { return }
    let path = "\(folders.archive)/\(message.archiveName)"
    if exists(path) { try move(path, to: "\(folders.refused)/\(message.archiveName)", in: folders.refused) }
  }

  private func itemsPath(_ serial: Int) -> String { "\(folders.state)/\(serial).items.tsv" }
}

// MARK: - Reports

extension Bank {
  private func publish(_ report: PlannedReport, of message: Message) throws {
    let draft = try NewFile("\(folders.drafts)/\(report.name)")
    let sink: ByteSink = { try draft.write($0) }
    let eachItem: ((Item) throws -> Void) throws -> Void = { body in try self.eachItem(of: message, body) }
    switch report.kind {
    case .status, .lateStatus, .refusals:
      try StatusReport(message: message, report: report).write(to: sink, eachItem: eachItem)
    case .cancellations(let date, let telling):
      try CancellationReport(message: message, report: report, date: date, telling: telling)
        .write(to: sink, eachItem: eachItem)
    case .credit, .lateCredit:
      try CreditReport(message: message, report: report).write(to: sink, eachItem: eachItem)
    case .bookings(let date, let telling):
      try BookingReport(message: message, report: report, date: date, telling: telling)
        .write(to: sink, eachItem: eachItem)
    }
    try draft.finish()
    try reach(.drafted)
    let fact = Fact.published(name: report.name)
    try journal.append([fact])
    remember(fact)
    try reach(.publicationRecorded)
    try deliver(report.name)
    try reach(.published)
  }

  private func eachItem(of message: Message, _ body: (Item) throws -> Void) throws {
    guard message.judgement?.refusal == nil else { return }
    let path = itemsPath(message.serial)
    var line = 0
    try readRows(of: path) { fields in
      line += 1
      guard let item = Item(fields: fields) else { throw SandboxFault.journal(line: line) }
      try body(item)
    }
  }

  /// Moves a recorded report out, unless that is done: then it is no longer among the drafts.
  private func deliver(_ name: String) throws(SandboxFault) {
    let draft = "\(folders.drafts)/\(name)"
    if exists(draft) { try move(draft, to: "\(folders.outbox)/\(name)", in: folders.outbox) }
  }
}

// MARK: - Memory

extension Bank {
  private func remember(_ fact: Fact) {
    switch fact {
    case .taken(let serial, let at, let name, let archiveName):
      messages.append(Message(serial: serial, takenAt: at, name: name, archiveName: archiveName))
    case .block(let serial, let block):
      // A judgement that a crash cut short left blocks behind; the second time they are the same.
      guard let index = messages.firstIndex(where: { $0.serial == serial }) else { return }
      messages[index].blocks.removeAll { $0.index == block.index }
      messages[index].blocks.append(block)
    case .judged(let judgement):
      guard let index = messages.firstIndex(where: { $0.serial == judgement.serial }) else { return }
      messages[index].judgement = judgement
      if !judgement.messageID.isEmpty { history.messageIDs.insert(judgement.messageID) }
      history.paymentInformationIDs.formUnion(messages[index].blocks.map(\.paymentInformationID))
    case .violation(let serial, let rule, let found):
      if !violations.contains(where: { $0 == (serial, rule, found) }) { violations.append((serial, rule, found)) }
    case .published(let name): published.insert(name)
    }
  }

  /// Finishes moves that a crash interrupted, and makes the views again.
  private func recover() throws {
    for message in messages where message.judgement == nil { try archive(message) }
    for message in messages {
      try setAside(message)
      if let judgement = message.judgement, judgement.refusal == nil {
        try eachItem(of: message) { history.payments.insert($0.fingerprint) }
      }
    }
    for name in try names(in: folders.drafts) where published.contains(name) { try deliver(name) }
    try writeViews()
  }

  /// `seen.tsv` and `violations.log`, whole, from the journal.
  private func writeViews() throws {
    let seen = messages.compactMap { message in
      message.judgement.map { judgement in
        Row.line([
          "\(message.takenAt)", judgement.messageID, "\(judgement.transactions)", Cents(judgement.controlSum).decimalText,
          judgement.sha256,
        ])
      }
    }
    try replace("\(folders.state)/seen.tsv", with: seen.flatMap { $0 })
    let lines = violations.map { violation in
      let message = messages.first { $0.serial == violation.serial }
      let id = message?.judgement?.messageID ?? ""
      return "\(message?.takenAt ?? Instant(seconds: 0)) \(id.isEmpty ? message?.name ?? "" : id): \(violation.rule): \(violation.found)\n"
    }
    try replace("\(folders.state)/violations.log", with: lines.flatMap { Array($0.utf8) })
  }

  private func replace(_ path: String, with bytes: [UInt8]) throws {
    let file = try NewFile(path + ".new")
    try bytes.withUnsafeBytes { try file.write($0) }
    try file.finish()
    try move(path + ".new", to: path, in: folders.state)
  }
}
