import ArgumentParser
import SEPA
import Store
import Work

struct NoticeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notice", abstract: "Shows which debtors are still to be told of a collection, or says that one was.",
    subcommands: [ListNotices.self, GiveNotice.self])
}

struct ListNotices: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Collections that wait until their debtors are told, the most urgent first.")
  @OptionGroup var config: ConfigurationOption
  @Option(help: "Only those of this creditor.") var creditor: String?
  @Flag(help: "Only those whose debtors could not be told, or not in time.") var missing = false
  @Option(help: "How many, at most.") var limit = 1000

  func run() async throws {
    try await config.withStore(try config.load()) { session in
      let list = try await session.noticeList(creditor: creditor, isMissing: missing, limit: limit)
      Console.say(list.rows.isEmpty ? "no notices" : list.text)
    }
  }
}

struct GiveNotice: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "given", abstract: "The debtor was told of a collection by other means.",
    discussion: """
      In time, the collection goes on. Later than was agreed with the debtor, the creditor's policy speaks; sepad \
      collection release lets it go on all the same.
      """)
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var signature: Signature
  @Option(help: "The day on which the debtor was told, YYYY-MM-DD.") var on: String
  @Argument(help: "The collection's number.") var id: Int64

  func run() async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    let day: CalendarDay
    do { day = try CalendarDay(iso: on) } catch { throw ValidationError("on: \(error)") }
    guard day <= stamp.at.day.adding(days: 1) else { throw ValidationError("on: found \(on), expected today or earlier") }
    try await config.withStore(configuration) { session in
      let result = try await session.transaction { session in
        try NoticeDesk.acknowledge(collection: id, on: day, session, stamp)
      }
      switch result {
      case .success:
        Console.say(try await session.collectionNotices(id).text)
      case .failure(let refusals):
        for refusal in refusals.list {
          Console.complain(
            "collection \(id): \(refusal.rule): found \(refusal.found), expected \(refusal.expected)\nHINT: \(refusal.hint)")
        }
        throw Exit.badData
      }
    }
  }
}
