import ArgumentParser
import Glibc
import SEPA
import Store
import Work

struct Unmatched: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What banks reported that sepad does not settle by itself, and what a person decides about it.",
    subcommands: [ListUnmatched.self, ShowEntry.self, AssignEntry.self, IgnoreEntry.self],
    defaultSubcommand: ListUnmatched.self)
}

struct ListUnmatched: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Open entries with the reason, and reports that were set aside.")
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    try await config.withStore(try config.load()) { session in
      let entries = try await session.unmatched()
      Console.say(entries.rows.isEmpty ? "no unmatched entries" : entries.text)
      let files = try await session.setAsideFiles()
      if !files.rows.isEmpty { Console.say("\nset aside:\n" + files.text) }
    }
  }
}

/// The two numbers in front of each line of the list.
struct EntryArguments: ParsableArguments {
  @Argument(help: "The report's number, first column of the list.") var file: Int64
  @Argument(help: "The entry's number, second column.") var entry: Int64

  var id: EntryID { EntryID(file: file, ordinal: entry) }
}

struct ShowEntry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Everything an entry says, and the collections that it could mean.")
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var entry: EntryArguments

  func run() async throws {
    let id = entry.id
    try await config.withStore(try config.load()) { session in
      let facts = try await session.entryFacts(id)
      guard !facts.rows.isEmpty else {
        Console.complain("\(id): entry exists: found none, expected one that `sepad unmatched` lists")
        throw Exit.badData
      }
      Console.say(facts.facts)
      let decisions = try await session.entryDecisions(id)
      if !decisions.rows.isEmpty { Console.say("\n" + decisions.text) }
      let suggestions = try await session.entrySuggestions(id)
      if !suggestions.rows.isEmpty { Console.say("\nit could mean:\n" + suggestions.text) }
    }
  }
}

/// Who decides, and why; kept with the decision for ever.
struct Signature: ParsableArguments {
  @Option(help: "Why; kept in the event log.") var because: String
  @Option(help: "Who decides; by default the user who typed this.") var `operator`: String?

  /// - Throws: exit 64, when nobody is known.
  func stamp(_ configuration: Configuration) throws -> Stamp {
    let names: [String] = ["SUDO_USER", "USER", "LOGNAME"]
    let user = names.compactMap { name in getenv(name).map { String(cString: $0) } }.first
    guard let name = `operator` ?? user, !name.allSatisfy(\.isWhitespace) else {
      throw ValidationError("operator: presence: found nobody, expected --operator NAME")
    }
    guard !because.allSatisfy(\.isWhitespace) else {
      throw ValidationError("because: presence: found nothing, expected the reason")
    }
    return Stamp(at: try Clocks.make(configuration).now(), actor: name)
  }
}

struct AssignEntry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assign", abstract: "Says which collection an entry speaks of, and applies it.")
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var entry: EntryArguments
  @OptionGroup var signature: Signature
  @Option(help: "The collection's number.") var collection: Int64
  @Flag(help: "Although the amounts differ: the whole collection moves, what is beyond it counts as charges.")
  var acceptDifference = false

  func run() async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    try await config.withStore(configuration) { session in
      do {
        try await session.assign(
          entry.id, to: collection, acceptDifference: acceptDifference, because: signature.because,
          configuration.settings.policies, stamp)
      } catch let fault as DecisionFault {
        Console.complain("\(fault)")
        throw Exit.badData
      }
      Console.say(try await session.collectionFacts(collection).facts)
    }
  }
}

struct IgnoreEntry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ignore", abstract: "Says that an entry is no business of ours. It stays on record.")
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var entry: EntryArguments
  @OptionGroup var signature: Signature

  func run() async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    try await config.withStore(configuration) { session in
      do { try await session.ignore(entry.id, because: signature.because, stamp) } catch let fault as DecisionFault {
        Console.complain("\(fault)")
        throw Exit.badData
      }
      Console.say("\(entry.id): ignored")
    }
  }
}
