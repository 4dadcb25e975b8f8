import ArgumentParser
import Glibc
import Logging
import SEPA
import Store
import Work

struct RecoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "After a failover or a restore: holds the database against what lies at the banks, and lets it go on.",
    discussion: """
      Says what was found and what an agreement would do; changes nothing. With --agree it does so, in one \
      transaction, and files are built and sent again. Ends with 1 while something waits for an agreement. \
      docs/OPERATING.md says more.
      """)
  @OptionGroup var config: ConfigurationOption
  @Flag(help: "Do what is found to be needed, and let the database go on.") var agree = false
  @Flag(
    help: "With --agree: nothing was lost, as after a synchronous failover. Refused where a file proves the opposite.")
  var nothingLost = false
  @Option(help: "Why; kept for ever.") var because: String?
  @Option(help: "Who decides; by default the user who typed this.") var `operator`: String?

  func validate() throws {
    guard agree || !nothingLost else { throw ValidationError("nothing-lost: goes with: found no --agree, expected it") }
    guard !agree || because != nil else {
      throw ValidationError("because: presence: found nothing, expected the reason")
    }
  }

  func run() async throws {
    let configuration = try config.load()
    let stamp = agree ? try Signature.stamp(because: because ?? "", operator: `operator`, configuration) : nil
    // Files of the bank's pass through here.
    umask(0o077)
    try Directory.make(configuration.settings.spoolDirectory)
    try await config.withStore(configuration, timeLimit: 3600) { session in
      let recovery = Recovery(
        session: session, banks: configuration.settings.banks, policies: configuration.settings.policies,
        spoolDirectory: configuration.settings.spoolDirectory,
        log: Logger(label: "recover") { _ in SwiftLogNoOpLogHandler() })
      if agree, try await !recovery.takeBanks() {
        Console.complain(
          "banks: nobody talks to them: found a daemon at it, expected its turn to end\nHINT: stop it, or try again")
        throw Exit.unavailable
      }
      let now = try Clocks.make(configuration).now()
      if agree { try await recovery.hear(at: now) }
      let findings = try await recovery.find(forAgreement: agree, at: now)
      try await tell(findings, session)
      guard let stamp, let because else {
        guard findings.needsPerson else { return }
        throw ExitCode(1)
      }
      guard findings.needsPerson else { return Console.say("nothing to agree to") }
      if nothingLost, findings.proofs > 0 {
        Console.complain("nothing-lost: is so: found \(findings.proofs) files that prove the opposite, expected none")
        throw Exit.badData
      }
      let outcome = try await recovery.agree(findings, nothingLost: nothingLost, because: because, stamp)
      Console.say(
        """
        agreed by \(stamp.actor): \(outcome.sent) files submitted, \(outcome.adopted) known again, \(outcome.uncertain) \
        uncertain, \(outcome.withdrawn) withdrawn; \(outcome.held) collections held, \(outcome.reminders) reminders left to you
        """)
    }
  }

  private func tell(_ findings: Recovery.Findings, _ session: Session) async throws {
    let epoch = findings.epoch
    let standing = epoch.isAgreed ? "agreed" : "NOT AGREED, nothing is built and nothing is sent"
    Console.say("epoch \(epoch.number): \(epoch.why), met \(epoch.metAt): \(standing)")
    Console.say("  \(epoch.identity)")
    for look in findings.looks {
      Console.say("bank \(look.bank): " + (look.blind.map { "shows not all: \($0)" } ?? "shows all that was sent there"))
      for (file, found) in look.unsent {
        Console.say(
          """
            \(file.messageID) lies in the \(found.place), and is unsent here: \(file.transactions) collections, \
          \(Cents(file.amountCents).decimalText) EUR
              will be: submitted
          """)
      }
      for file in look.forgotten {
        tell(forgotten: file.messageID, "lies in the \(file.place), \(file.sizeBytes) bytes", findings)
      }
      for message in look.onlyReported {
        tell(forgotten: message.messageID, "is answered in \(message.report)", findings)
      }
      if let doubt = findings.doubts.first(where: { $0.bank.bank == look.bank }) {
        Console.say(
          """
            perhaps sent, and nothing tells: \(doubt.files) sealed files; \(doubt.waiting) collections on the worklist, \
          \(Cents(doubt.waitingCents).decimalText) EUR
              will be: files uncertain, collections held
          """)
      }
      if look.gone > 0 {
        Console.say("  \(look.gone) files that the bank had do not lie there any more: it clears them, or renames them")
      }
      if look.reportsToFetch > 0 {
        Console.say("  \(look.reportsToFetch) reports that were fetched once are not kept here; --agree fetches them, as does the daemon")
      }
    }
    let unknown = try await session.unknownDebits(limit: 1000)
    if !unknown.rows.isEmpty {
      Console.say("the database knows no collection of these; a request that comes again will be held:\n" + unknown.text)
    }
    if findings.isClean { Console.say("every file of ours at every bank is known here as sent") }
  }

  private func tell(forgotten id: String, _ place: String, _ findings: Recovery.Findings) {
    Console.say("  \(id) \(place), and is not known here")
    if let fault = findings.unread.first(where: { $0.messageID == id })?.fault { Console.say("    not read: \(fault)") }
    guard let message = findings.messages.first(where: { $0.messageID == id }) else { return }
    if message.isAdoptable {
      return Console.say(
        """
            \(message.debits) debits, \(Cents(message.amountCents).decimalText) EUR: each is a collection that waits here, \
        and stands in no other file that left
            will be: known again, submitted
        """)
    }
    Console.say(
      """
          \(message.debits) debits, \(Cents(message.amountCents).decimalText) EUR: \(message.waiting) on the worklist, \
      \(message.inUnsentFiles) in unsent files, \(message.sentElsewhere) at a bank in another file too, \
      \(message.unknown) unknown
          will be: held, their unsent files withdrawn
      """)
  }
}

extension Recovery.Findings {
  /// Whether something is to be agreed to: the epoch waits, or files prove that it should not have been agreed.
  fileprivate var needsPerson: Bool { !epoch.isAgreed || proofs > 0 }
}

struct ReleaseCollection: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Lets a collection go on that was perhaps sent before the database went back, or whose debtor was not told in time.",
    discussion: """
      One that was perhaps sent and that the bank has is not released but cancelled: sepad collection cancel. A wrong \
      release collects twice: ask the bank for the message id first. One whose debtor was told by other means is better \
      released by sepad notice given.
      """)
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var signature: Signature
  @Argument(help: "Its number; or what `held` says of many: 'perhaps sent in SEPAD-20261124-17'.") var held: String

  func run() async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    try await config.withStore(configuration) { session in
      let count = try await session.release(held, because: signature.because, stamp)
      guard count > 0 else {
        Console.complain("release \(held): is held as perhaps sent, or for its notice: found none, expected a number or what `held` says")
        throw Exit.badData
      }
      Console.say("\(count) collections released")
    }
  }
}
