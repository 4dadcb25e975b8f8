import ArgumentParser
import FoundationEssentials
import Glibc
import SEPA
import Store
import Work

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Shows plans, what a change would do, and changes them.",
    subcommands: [
      ListPlans.self, ShowPlan.self, PreviewPlan.self, PausePlan.self, ResumePlan.self, SkipPeriod.self, ChangeAmount.self,
      IndexPlan.self, EndPlan.self,
    ])
}

/// Which plan is meant, and whose.
struct PlanArguments: ParsableArguments {
  @Argument(help: "The creditor's key in the configuration.") var creditor: String
  @Argument(help: "The plan's request key.") var key: String

  /// - Throws: exit 65, when there is no such plan.
  func find(_ session: Session) async throws -> Int64 {
    guard let id = try await session.planID(creditor: creditor, key: key) else {
      Console.complain(
        "plan \(key): plan exists: found none, expected one of creditor \(creditor)\nHINT: sepad plan list shows them")
      throw Exit.badData
    }
    return id
  }
}

struct ListPlans: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Plans with their state and what is next.")
  @OptionGroup var config: ConfigurationOption
  @Argument(help: "Only those of this creditor.") var creditor: String?

  func run() async throws {
    try await config.withStore(try config.load()) { session in
      let plans = try await session.planList(creditor: creditor)
      Console.say(plans.rows.isEmpty ? "no plans" : plans.text)
    }
  }
}

struct ShowPlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "A plan's facts, its changes, what it made last and what is to come.")
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var plan: PlanArguments
  @Option(help: "How many periods of each.") var periods = 12

  func run() async throws {
    let configuration = try config.load()
    let now = try Clocks.make(configuration).now()
    try await config.withStore(configuration) { session in
      let id = try await plan.find(session)
      Console.say(try await session.planFacts(id).facts)
      let history = try await session.planHistory(id)
      if !history.rows.isEmpty { Console.say("\n" + history.text) }
      let made = try await session.planMade(id, limit: periods)
      if !made.rows.isEmpty { Console.say("\nmade:\n" + made.text) }
      guard let stored = try await session.plans([id], locking: false, at: now).first, stored.state != "ended" else { return }
      let coming = stored.schedule.periods(from: stored.nextPeriod, limit: periods)
      Console.say(
        "\nto come:\n" + TextTable(
          header: ["period", "label", "due", "amount"], rows: coming.map { ["\($0.ordinal)", $0.label, $0.due.iso, $0.text] }
        ).text)
    }
  }
}

/// What a change is, in words of the command line.
struct ChangeOptions: ParsableArguments {
  @Option(help: "From which period: its number, its month (2027-06), or a day; the next that can change where nothing is said.")
  var from: String?
}

struct PreviewPlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "The periods to come, before and after a change, side by side. Changes nothing.",
    discussion: """
      Without --change or --file the plan as it is. --file takes the CSV of sepad import plan-changes; its rows of this plan \
      are applied one after the other.
      """)
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var plan: PlanArguments
  @OptionGroup var options: ChangeOptions
  @Option(help: "pause, resume, skip, amount, index or end.") var change: String?
  @Option(help: "Euro, with --change amount.") var amount: String?
  @Option(parsing: .unconditional, help: "With --change index: 2.5, -1.") var percent: String?
  @Option(help: "A CSV file of changes instead.") var file: String?
  @Option(help: "How many periods.") var periods = 12

  func validate() throws {
    if change != nil, file != nil {
      throw ValidationError("preview: one change: found --change and --file, expected one of them")
    }
    guard (1...PlanTerms.mostPeriods).contains(periods) else {
      throw ValidationError("periods: range: found \(periods), expected 1 to \(PlanTerms.mostPeriods)")
    }
  }

  func run() async throws {
    let configuration = try config.load()
    let now = try Clocks.make(configuration).now()
    let wanted = try requests()
    try await config.withStore(configuration) { session in
      let id = try await plan.find(session)
      // Locks nothing: whoever applies it judges again.
      let found = try await session.transaction { session -> PlanStanding? in
        guard let stored = try session.plans([id], locking: false, at: now).first else { return nil }
        return try PlanEditor(plan: stored).standing(session, locking: false)
      }
      guard var standing = found else { return }
      let before = standing
      var taken: Set<Int> = []
      for request in wanted {
        let edit = try Refused.telling("plan \(plan.key)") { () throws(Refusals) in
          let accepted = try request.accepted().get()
          return try standing.edit(accepted.kind, from: accepted.from).get()
        }
        standing.changes.append(edit.change)
        standing.nextPeriod = edit.nextPeriod
        taken.formUnion(edit.taken)
        for period in edit.taken { standing.made[period] = nil }
      }
      Console.say(Self.comparison(before, standing, taken: taken, periods: periods, isChanged: !wanted.isEmpty).text)
    }
  }

  /// Both schedules from the first period that can change.
  private static func comparison(
    _ before: PlanStanding, _ after: PlanStanding, taken: Set<Int>, periods: Int, isChanged: Bool
  ) -> TextTable {
    let first = before.firstOpen
    var rows: [[String]] = []
    for ordinal in first..<(first + periods) {
      let (old, new) = (before.schedule.period(ordinal), after.schedule.period(ordinal))
      guard let any = old ?? new else { break }
      let (was, will) = (old?.text ?? "none", new?.text ?? "none")
      var notes: [String] = []
      if taken.contains(ordinal) {
        notes.append("taken back")
      } else if let made = before.made[ordinal] {
        notes.append(made.standing == .cancelled ? "cancelled before: stays so" : "made")
      }
      rows.append(
        ["\(ordinal)", any.label, any.due.iso, was] + (isChanged ? [will, was == will ? "" : "*"] : [])
          + [notes.joined(separator: ", ")])
    }
    return TextTable(
      header: ["period", "label", "due"] + (isChanged ? ["before", "after", "differs"] : ["amount"]) + ["collection"], rows: rows)
  }

  /// The changes to be tried.
  private func requests() throws -> [PlanChangeRequest] {
    if let change {
      return [
        PlanChangeRequest(
          creditor: plan.creditor, plan: plan.key, change: change, effectiveFrom: options.from, amount: amount,
          percent: percent, reason: "preview")
      ]
    }
    guard let file else { return [] }
    do { return try PlanChangeFile.rows(path: file).filter { $0.creditor == plan.creditor && $0.plan == plan.key } } catch {
      Console.complain("\(file):\(error)")
      throw Exit.badData
    }
  }
}

/// Refusals as a command tells them.
enum Refused {
  /// - Throws: exit 65, when `body` is refused, with each refusal on a line of its own.
  static func telling<Value>(_ what: String, _ body: () throws(Refusals) -> Value) throws -> Value {
    do { return try body() } catch {
      for refusal in error.list {
        Console.complain(
          """
          \(what): \(refusal.field): \(refusal.rule): found \(refusal.found), expected \(refusal.expected)
          HINT: \(refusal.hint)
          """)
      }
      throw Exit.badData
    }
  }
}

/// A CSV of changes, read here instead of by the database.
private enum PlanChangeFile {
  static func rows(path: String) throws -> [PlanChangeRequest] {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw CSVReader.Fault(line: 0, rule: "file is readable", found: "none", expected: "a file")
    }
    var reader = CSVReader()
    var header: [String]?
    var rows: [PlanChangeRequest] = []
    let columns = RequestKind.planChange.columns
    func take(line: Int, _ row: [String]) throws {
      guard let names = header else {
        let names = row.map { $0.lowercased() }
        if let stranger = names.first(where: { !columns.contains($0) }) {
          throw CSVReader.Fault(
            line: line, rule: "column", found: stranger, expected: "one of \(columns.joined(separator: ", "))")
        }
        header = names
        return
      }
      guard row.count == names.count else {
        throw CSVReader.Fault(line: line, rule: "fields", found: "\(row.count)", expected: "\(names.count), as in the header")
      }
      let values = Dictionary(zip(names, row.map { $0.isEmpty ? nil : $0 }), uniquingKeysWith: { first, _ in first })
      func value(_ name: String) -> String? { values[name] ?? nil }
      rows.append(
        PlanChangeRequest(
          creditor: value("creditor"), plan: value("plan"), change: value("change"), effectiveFrom: value("effective_from"),
          amount: value("amount"), percent: value("percent"), reason: value("reason")))
    }
    try reader.feed(Array(bytes)[...], take)
    try reader.finish(take)
    return rows
  }
}

/// What every change by an operator takes.
struct PlanDecision: ParsableArguments {
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var plan: PlanArguments
  @OptionGroup var options: ChangeOptions
  @OptionGroup var signature: Signature

  /// Changes the plan; exit 65 when it cannot be.
  func apply(_ change: String, amount: String? = nil, percent: String? = nil) async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    let request = PlanChangeRequest(
      creditor: plan.creditor, plan: plan.key, change: change, effectiveFrom: options.from, amount: amount, percent: percent,
      reason: signature.because)
    let accepted = try Refused.telling("plan \(plan.key)") { () throws(Refusals) in try request.accepted().get() }
    try await config.withStore(configuration) { session in
      let id = try await plan.find(session)
      let (creditor, key) = (plan.creditor, plan.key)
      let outcome = try await session.transaction { session -> Result<PlanEdit, Refusals>? in
        guard let owner = try session.creditors()[creditor] else { return nil }
        _ = try session.lockPlans([CreditorKey(owner.id, key)])
        guard let stored = try session.plans([id], at: stamp.at).first else { return nil }
        let editor = PlanEditor(plan: stored)
        let judged = try editor.judge(accepted.kind, from: accepted.from, session, locking: true)
        if case .success(let edit) = judged { _ = try await editor.apply(edit, because: accepted.reason, session, stamp) }
        return judged
      }
      guard let outcome else { return }
      let edit = try Refused.telling("plan \(plan.key)") { () throws(Refusals) in try outcome.get() }
      let label = edit.before.terms.label(of: edit.change.from)
      Console.say(
        "plan \(plan.key): \(change) from \(label), period \(edit.change.from)"
          + (edit.taken.isEmpty ? "" : "; collections taken back: \(edit.taken.count)"))
    }
  }
}

struct PausePlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pause", abstract: "Nothing is collected until it is resumed.")
  @OptionGroup var decision: PlanDecision

  func run() async throws { try await decision.apply("pause") }
}

struct ResumePlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "resume", abstract: "Collects again after a pause.")
  @OptionGroup var decision: PlanDecision

  func run() async throws { try await decision.apply("resume") }
}

struct SkipPeriod: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "skip", abstract: "Leaves one period out.")
  @OptionGroup var decision: PlanDecision

  func run() async throws { try await decision.apply("skip") }
}

struct ChangeAmount: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "amount", abstract: "Another amount from a period on.")
  @OptionGroup var decision: PlanDecision
  @Option(help: "Euro, as 12.50.") var amount: String

  func run() async throws { try await decision.apply("amount", amount: amount) }
}

struct IndexPlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "index", abstract: "The amount goes up or down by a percentage.")
  @OptionGroup var decision: PlanDecision
  @Option(parsing: .unconditional, help: "As 2.5, or -1.") var percent: String

  func run() async throws { try await decision.apply("index", percent: percent) }
}

struct EndPlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "end", abstract: "No period from one on. A plan that ended does not begin again.")
  @OptionGroup var decision: PlanDecision

  func run() async throws { try await decision.apply("end") }
}
