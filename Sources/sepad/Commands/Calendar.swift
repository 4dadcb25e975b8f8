import ArgumentParser
import FoundationEssentials
import SEPA
import Store
import Work

/// TARGET's days and a bank's, and what they mean for files; needs no database.
struct CalendarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calendar",
    abstract: "Prints days: whether TARGET and a bank are open, and until when a file may leave for which date.",
    discussion: """
      For each scheme: the earliest collection date of a file that leaves by the day's cut-off, and the last moment, on the \
      bank's clock, at which a file for that date may leave. On a day on which the bank takes in nothing, a file counts as of \
      the next one on which it does.
      """)
  @Option(help: ArgumentHelp("The first day; today (UTC) if left out.", valueName: "YYYY-MM-DD")) var from: String?
  @Option(help: ArgumentHelp("The last day; 59 days later if left out.", valueName: "YYYY-MM-DD")) var to: String?
  @Option(help: "A profile that comes with sepad, or the path of a document; generic-epc if left out.") var profile: String?
  @Option(help: "Or a bank of the configuration, by its name.") var bank: String?
  @Option(help: "CORE or B2B; both if left out.") var scheme: Scheme?
  @Flag(help: "One JSON object for each day, a line each.") var json = false
  @OptionGroup var config: ConfigurationOption

  /// More than anybody reads, and little to compute.
  private static let most = 36_600

  func validate() throws {
    if profile != nil, bank != nil {
      throw ValidationError("calendar: found --profile and --bank, expected one of them: a bank has its profile")
    }
    let first = try from.map { try Self.day("--from", $0) }
    let last = try to.map { try Self.day("--to", $0) }
    if let first, let last, last < first { throw ValidationError("--to: found \(last), expected \(first) or later") }
    if let first, let last, first.days(until: last) >= Self.most {
      throw ValidationError("--to: found \(last), expected a day less than \(Self.most) days after --from")
    }
  }

  func run() throws {
    let (name, zone, windows, clock) = try subject()
    let end = try to.map { try Self.day("--to", $0) }
    let first = try from.map { try Self.day("--from", $0) } ?? clock.now().day
    let last = end ?? first.adding(days: 59)
    guard last >= first, first.days(until: last) < Self.most else {
      throw ValidationError("--to: found \(last), expected a day from \(first) on, less than \(Self.most) days later")
    }
    let schemes = scheme.map { [$0] } ?? Scheme.allCases
    let days = (0...first.days(until: last)).map { ServiceDay(first.adding(days: $0), windows, schemes) }
    if json {
      for day in days { Console.say(try day.json) }
    } else {
      Console.say("\(name), clock of \(zone)")
      Console.say(ServiceDay.table(days, schemes))
    }
  }

  private func subject() throws -> (name: String, zone: String, PerScheme<SubmissionWindow>, any WallClock) {
    if let bank {
      let configuration = try config.load()
      guard let found = configuration.settings.banks.first(where: { $0.name == bank }) else {
        let names = configuration.settings.banks.map(\.name).joined(separator: ", ")
        let expected = names.isEmpty ? "a [[bank]]" : "one of \(names)"
        Console.complain("\(bank): bank: found none of this name in \(config.path), expected \(expected)")
        throw Exit.noInput
      }
      return (found.name, found.timeZone, found.windows, try Clocks.make(configuration))
    }
    do {
      let document = try ProfileDocument(profile ?? ProfileDocument.root)
      let rules = try BankRules(document.table)
      return (document.name, rules.timeZone, rules.windows.byScheme, SystemClock())
    } catch let fault as ConfigurationFault {
      Console.complain("\(fault)")
      throw Exit.misconfigured
    }
  }

  private static func day(_ option: String, _ text: String) throws -> CalendarDay {
    do { return try CalendarDay(iso: text) } catch {
      throw ValidationError("\(option): date: found \(text), expected \(error.expected)")
    }
  }
}

extension Scheme: ExpressibleByArgument {}

/// One day as the command tells it.
private struct ServiceDay: Encodable {
  struct Dates: Encodable {
    let scheme: String
    let earliestCollectionDate: String
    let leavesUntil: String
  }

  let date: String
  let weekday: String
  let targetOpen: Bool
  let targetClosing: String?
  /// Whether the bank takes in files.
  let bankOpen: Bool
  /// The rule of the bank's own that closes it, beside TARGET or not.
  let bankClosing: String?
  let schemes: [Dates]

  init(_ day: CalendarDay, _ windows: PerScheme<SubmissionWindow>, _ schemes: [Scheme]) {
    date = day.iso
    weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.weekday - 1]
    targetOpen = TARGETCalendar.isOpen(day)
    targetClosing = TARGETCalendar.closing(on: day)?.rawValue
    let days = windows.core.days
    bankOpen = days.isOpen(day)
    bankClosing = days.closing(on: day).map { "\($0)" }
    self.schemes = schemes.map { scheme in
      let window = windows[scheme]
      let earliest = window.earliestCollectionDate(at: LocalDateTime(day: day, secondOfDay: window.cutOff(on: day)))
      let last = window.lastMoment(for: earliest)
      return Dates(
        scheme: scheme.rawValue, earliestCollectionDate: earliest.iso,
        leavesUntil: "\(last.day) \(last.secondOfDay.timeOfDay)")
    }
  }

  static func table(_ days: [ServiceDay], _ schemes: [Scheme]) -> String {
    TextTable(
      header: ["day", "", "TARGET", "bank"] + schemes.flatMap { ["\($0.rawValue) earliest", "leaves until"] },
      rows: days.map { day in
        let bank = day.bankOpen ? "open" : day.bankClosing.map { "closed: \($0)" } ?? "closed"
        return [day.date, day.weekday, day.targetClosing ?? "open", bank]
          + day.schemes.flatMap { [$0.earliestCollectionDate, $0.leavesUntil] }
      }
    ).text
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
