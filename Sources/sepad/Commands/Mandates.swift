import ArgumentParser
import SEPA
import Store
import Work

struct MandateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mandate", abstract: "Shows mandates, and decides what becomes of them.",
    subcommands: [
      ListMandates.self, ShowMandate.self, SendMandate.self, SignMandate.self, RegisterMandate.self, AmendMandate.self,
      SuspendMandate.self, ResumeMandate.self, RevokeMandate.self, RefuseMandate.self,
    ])
}

/// Which mandate is meant, and whose.
struct MandateArguments: ParsableArguments {
  @Argument(help: "The creditor's key in the configuration.") var creditor: String
  @Argument(help: "The mandate's reference.") var reference: String

  /// - Throws: exit 65, when there is no such mandate.
  func find(_ session: Session) async throws -> Int64 {
    guard let id = try await session.mandateID(creditor: creditor, reference: reference) else {
      Console.complain("mandate \(reference): mandate exists: found none, expected one of creditor \(creditor)")
      throw Exit.badData
    }
    return id
  }
}

struct ShowMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "A mandate's facts and history.")
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var mandate: MandateArguments

  func run() async throws {
    try await config.withStore(try config.load()) { session in
      let id = try await mandate.find(session)
      Console.say(try await session.mandateFacts(id).facts)
      let history = try await session.mandateHistory(id)
      if !history.rows.isEmpty { Console.say("\n" + history.text) }
    }
  }
}

struct ListMandates: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Mandates in a state, or that are void soon; no account and no name.")
  @OptionGroup var config: ConfigurationOption
  @Option(help: "Only those of this creditor.") var creditor: String?
  @Option(help: "Only those in this state: draft, awaiting_registration, suspended …") var state: MandateState?
  @Flag(help: "Only those that are void within 90 days unless they are used.") var ending = false
  @Option(help: "How many, at most.") var limit = 1000

  func run() async throws {
    try await config.withStore(try config.load()) { session in
      let list = try await session.mandateList(creditor: creditor, state: state, isEnding: ending, limit: limit)
      Console.say(list.rows.isEmpty ? "no mandates" : list.text)
    }
  }
}

extension MandateState: ExpressibleByArgument {}

struct SendMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "send", abstract: "The debtor has got it to sign.")
  @OptionGroup var decision: MandateDecision

  func run() async throws { try await decision.make(.sent) }
}

struct SignMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "The debtor has signed it: it may be used, or waits for its registration.")
  @OptionGroup var decision: MandateDecision
  @Option(help: "The day of the signature, YYYY-MM-DD.") var on: String
  @Option(help: "The place.") var place: String?
  @Option(help: "Who signed.") var signatory: String?
  @Option(help: "As what: managing director, authorised signatory …") var capacity: String?

  func run() async throws {
    try await decision.make(.signed) { request in
      (request.on, request.place, request.signatory, request.signatoryCapacity) = (on, place, signatory, capacity)
    }
  }
}

struct RegisterMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register", abstract: "The debtor's bank has the B2B mandate: what waited for it goes on.")
  @OptionGroup var decision: MandateDecision
  @Option(help: "The day on which the bank confirmed it, YYYY-MM-DD; today where nothing is said.") var on: String?

  func run() async throws { try await decision.make(.registered) { $0.on = on } }
}

struct AmendMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amend", abstract: "Its data changed: the bank hears of it with the next collection.")
  @OptionGroup var decision: MandateDecision
  @Option(help: "The debtor's new account.") var iban: String?
  @Option(help: "Its BIC.") var bic: String?
  @Option(help: "The mandate's new reference.") var newReference: String?
  @Option(help: "The debtor's name.") var debtorName: String?
  @Option(help: "Where the debtor gets mail.") var email: String?
  @Option(help: "Days of pre-notification that were agreed.") var noticeDays: String?

  func run() async throws {
    try await decision.make(.amended) { request in
      (request.iban, request.bic, request.newReference) = (iban, bic, newReference)
      (request.debtorName, request.email, request.noticeDays) = (debtorName, email, noticeDays)
    }
  }
}

struct SuspendMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suspend", abstract: "Not usable for now: its collections wait.")
  @OptionGroup var decision: MandateDecision

  func run() async throws { try await decision.make(.suspended) }
}

struct ResumeMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Usable again: what waited for it goes on.")
  @OptionGroup var decision: MandateDecision

  func run() async throws { try await decision.make(.resumed) }
}

struct RevokeMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Ended for ever: its collections stay, and wait.")
  @OptionGroup var decision: MandateDecision

  func run() async throws { try await decision.make(.revoked) }
}

struct RefuseMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "refuse", abstract: "The debtor would not sign it.")
  @OptionGroup var decision: MandateDecision

  func run() async throws { try await decision.make(.refused) }
}

/// What every decision about a mandate takes.
struct MandateDecision: ParsableArguments {
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var mandate: MandateArguments
  @OptionGroup var signature: Signature

  /// Makes a change as intake does; exit 65 when it is not allowed, with each rule that speaks against it.
  /// - Parameter fill: the change's own data.
  func make(_ change: MandateChange, _ fill: (inout MandateChangeRequest) -> Void = { _ in }) async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    var request = MandateChangeRequest(
      creditor: mandate.creditor, mandateReference: mandate.reference, change: change.rawValue)
    request.reason = signature.because
    fill(&request)
    let accepted = try accept(request, today: stamp.at.day)
    let desk = MandateDesk(policies: configuration.settings.mandatePolicies)
    try await config.withStore(configuration) { session in
      let answer = try await session.transaction { session in
        try session.lockAmendments(toAmend: true)
        guard let creditor = try session.creditors()[mandate.creditor] else {
          throw ValidationError("creditor: creditor is configured: found \(mandate.creditor), expected a creditor's key")
        }
        return try desk.make(accepted, of: creditor, session, stamp)
      }
      switch answer {
      case .success(let id): Console.say(try await session.mandateFacts(id).facts)
      case .failure(let refusals): throw complain(refusals.list)
      }
    }
  }

  private func accept(_ request: MandateChangeRequest, today: CalendarDay) throws -> AcceptedMandateChange {
    switch request.accepted(today: today) {
    case .success(let accepted): return accepted
    case .failure(let refusals): throw complain(refusals.list)
    }
  }

  private func complain(_ refusals: [Refusal]) -> any Error {
    for refusal in refusals {
      Console.complain(
        "mandate \(mandate.reference): \(refusal.rule): found \(refusal.found), expected \(refusal.expected)\nHINT: \(refusal.hint)")
    }
    return Exit.badData
  }
}
