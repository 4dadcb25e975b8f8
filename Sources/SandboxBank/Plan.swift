// Which reports a judged file gets, and when. A pure function of what the journal knows: names, instants and content
// never depend on when the bank gets round to it, so a restart can neither repeat nor lose a report.

import SEPA

struct PlannedReport: Equatable {
  enum Kind: Equatable {
    /// pain.002 for the file.
    case status
    /// pain.002 for its late payments.
    case lateStatus
    /// pain.002 for payments of a collection date that are refused later than their file is answered.
    case refusals(CalendarDay, Telling)
    /// camt.029 for payments of a collection date whose cancellation was asked for.
    case cancellations(CalendarDay, Telling)
    /// camt.054 for what is credited on its collection date.
    case credit(CalendarDay)
    /// camt.054 for its late payments of a collection date; `on` is the day they are credited.
    case lateCredit(CalendarDay, on: CalendarDay)
    /// camt.054 for everything else that is booked about payments of a collection date.
    case bookings(CalendarDay, Telling)
  }

  var kind: Kind
  var name: String
  /// The report's own `MsgId`; a copy has that of its original.
  var messageID: String
  /// Not published before; also its `CreDtTm`.
  var due: Instant
}

extension Message {
  /// In the order in which those of one instant are published.
  var reports: [PlannedReport] {
    guard let judgement, !judgement.messageID.isEmpty else { return [] }
    var plan = Plan(self, messageID: judgement.messageID)
    let accepted = blocks.filter { $0.refusal == nil }
    plan.addStatuses(judgement, accepted, blocks)
    guard judgement.refusal == nil else { return plan.reports }
    for date in Set(accepted.map(\.collectionDate)).sorted() {
      plan.add(date, Set(accepted.filter { $0.collectionDate == date }.flatMap(\.tally.keys)), judgement.answers)
    }
    return plan.reports
  }
}

private struct Plan {
  private(set) var reports: [PlannedReport] = []
  private let takenAt: Instant
  private let number: String
  private let stem: String

  init(_ message: Message, messageID: String) {
    takenAt = message.takenAt
    number = String(repeating: "0", count: max(0, 6 - "\(message.serial)".count)) + "\(message.serial)"
    stem = Self.fileName(messageID) + "-" + number
  }

  private mutating func add(
    _ kind: PlannedReport.Kind, _ name: String, _ id: String, _ due: Instant, copied: Bool = false
  ) {
    // Never before the file was there, whatever its dates say.
    let due = max(due, takenAt)
    reports.append(PlannedReport(kind: kind, name: name + ".xml", messageID: "\(id)-\(number)", due: due))
    if copied {
      reports.append(PlannedReport(kind: kind, name: name + "-again.xml", messageID: "\(id)-\(number)", due: due))
    }
  }

  // MARK: About the file

  mutating func addStatuses(_ judgement: Judgement, _ accepted: [Block], _ all: [Block]) {
    let behaviours = Set(accepted.flatMap(\.tally.keys))
    let refusesSomething =
      judgement.refusal != nil || accepted.count < all.count || behaviours.contains(where: \.isRefusedAtOnce)
    if judgement.answers == .all || judgement.answers == .refusals && refusesSomething {
      var due = takenAt
      for block in accepted where judgement.refusal == nil {
        for behaviour in block.tally.keys where behaviour.holdsStatusBack {
          let last = max(0, behaviour.lines.map(\.telling.day).max() ?? 0)
          due = max(due, Self.start(of: TARGETCalendar.adding(last + 1, to: block.collectionDate)))
        }
      }
      add(.status, "pain002-\(stem)", "STATUS", due, copied: behaviours.contains(.twice))
      if behaviours.contains(where: { $0.isRefusedAtOnce && $0.words.contains(.twice) }) {
        let day = TARGETCalendar.next(onOrAfter: due.day.adding(days: 1))
        add(.status, "pain002-\(stem)-retold", "STATUS-RETOLD", Self.start(of: day))
      }
    }
    if judgement.answers == .all, judgement.refusal == nil, behaviours.contains(.late) {
      let day = TARGETCalendar.next(onOrAfter: takenAt.day.adding(days: 1))
      add(.lateStatus, "pain002-\(stem)-late", "STATUS-LATE", Self.start(of: day))
    }
  }

  // MARK: About one collection date

  mutating func add(_ date: CalendarDay, _ behaviours: Set<Behaviour>, _ answers: Answers) {
    let compact = date.iso.filter { $0 != "-" }
    if behaviours.contains(where: \.isCreditedOnDate) {
      // What is told before its cause is told before the credit.
      let held = behaviours.filter(\.holdsCreditsBack).flatMap(\.lines).map { $0.telling.day + 1 }.max() ?? 0
      add(
        .credit(date), "camt054-\(stem)-\(compact)", "CREDIT-\(compact)",
        Self.start(of: TARGETCalendar.adding(held, to: date)), copied: behaviours.contains(.twice))
    }
    if behaviours.contains(.late) {
      let day = TARGETCalendar.adding(1, to: date)
      add(.lateCredit(date, on: day), "camt054-\(stem)-\(compact)-late", "LATE-\(compact)", Self.start(of: day))
    }
    for telling in Set(behaviours.flatMap { $0.lines.map(\.telling) }).sorted() {
      let due = Self.start(of: TARGETCalendar.adding(telling.day, to: date))
      let (when, mark) = (telling.nameSuffix, telling.idSuffix)
      switch telling.channel {
      case .refusal where answers == .none: continue
      case .refusal:
        add(.refusals(date, telling), "pain002-\(stem)-\(compact)-refusals\(when)", "REFUSED-\(compact)\(mark)", due)
      case .cancellation:
        add(.cancellations(date, telling), "camt029-\(stem)-\(compact)\(when)", "CANCEL-\(compact)\(mark)", due)
      case .booking:
        add(.bookings(date, telling), "camt054-\(stem)-\(compact)-returns\(when)", "RETURN-\(compact)\(mark)", due)
      }
    }
  }

  /// Midnight UTC: a sandbox has no cut-offs.
  private static func start(of day: CalendarDay) -> Instant { Instant(seconds: Int64(day.daysSince1970) * 86_400) }

  /// A message id as part of a file name.
  private static func fileName(_ id: String) -> String {
    String(
      decoding: id.utf8.map { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): byte
        default: UInt8(ascii: "_")
        }
      }, as: UTF8.self)
  }
}

extension Telling {
  /// Keeps names of a date's reports apart: nothing for what is usual.
  fileprivate var nameSuffix: String {
    (answer.isEmpty ? "" : "-\(answer)") + (isUsualDay ? "" : "-\(day)")
  }

  /// The same in a message id, which has room for 35 characters.
  fileprivate var idSuffix: String { answer + (isUsualDay ? "" : "-\(day)") }

  private var isUsualDay: Bool { day == (channel == .booking ? 2 : -1) }
}

extension CalendarDay {
  /// The day at an instant, in UTC. Instants come from clocks and journals, and are written in the calendar's own years.
  init(utc instant: Instant) { self = CalendarDay(daysSince1970: Int(instant.seconds / 86_400)) ?? .last }
}
