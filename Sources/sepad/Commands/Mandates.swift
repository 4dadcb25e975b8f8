import ArgumentParser
import SEPA
import Store
import Work

struct MandateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mandate", abstract: "Shows a mandate, and decides whether it may be used.",
    subcommands: [ShowMandate.self, SuspendMandate.self, ResumeMandate.self, RevokeMandate.self])
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

struct SuspendMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suspend", abstract: "Not usable for now: its collections wait.")
  @OptionGroup var decision: MandateDecision

  func run() async throws { try await decision.move(.suspended) }
}

struct ResumeMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Usable again: what waited for it goes on.")
  @OptionGroup var decision: MandateDecision

  func run() async throws { try await decision.move(.resumed) }
}

struct RevokeMandate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Ended for ever: its collections stay, and wait.")
  @OptionGroup var decision: MandateDecision

  func run() async throws { try await decision.move(.revoked) }
}

/// What every decision about a mandate takes.
struct MandateDecision: ParsableArguments {
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var mandate: MandateArguments
  @OptionGroup var signature: Signature

  /// Moves the mandate; exit 65 when its state does not allow it.
  func move(_ event: MandateEvent) async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    try await config.withStore(configuration) { session in
      let id = try await mandate.find(session)
      let moved = try await session.transaction { session in
        try session.moveMandates(
          event, selecting: "SELECT $4::bigint AS mandate_id, NULL::bigint AS cause_event_id, $5::text AS because",
          [.integer(id), .text(signature.because)], stamp)
      }
      let facts = try await session.mandateFacts(id)
      guard moved == 1 else {
        let state = facts.rows.first.map { $0[6] } ?? "none"
        Console.complain("mandate \(mandate.reference): state allows it: found \(state), expected one that can be \(event.rawValue)")
        throw Exit.badData
      }
      Console.say(facts.facts)
    }
  }
}
