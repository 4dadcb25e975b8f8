// When the file was made, when it collects, and when the mandate was signed.

import SEPA

let dateRules: [Rule] = [
  .value(
    "creation-time-form", at: creationTimes, expected: "a date and time as 2026-12-01T07:00:00", source: iso20022
  ) { element, _ in isDateTime(element.trimmed) ? nil : element.shown },
  .needs(
    "collection-date-missing", ["ReqdColltnDt"], in: ["PmtInf"], expected: "the day on which debtors are debited",
    source: iso20022),
  .value(
    "date-form", at: dates, expected: "a day of the calendar as 2026-12-01", source: iso20022
  ) { element, _ in WrittenDate(element.trimmed) == nil ? element.shown : nil },
  .value(
    "date-with-zone", .warning, at: dates, expected: "a day without a time zone", source: "practice of banks",
    hint: "XML Schema allows a zone, ISO 20022's own form has none"
  ) { element, _ in WrittenDate(element.trimmed)?.hasZone == true ? element.shown : nil },
  .value(
    "collection-date-placeholder", .warning, at: [collectionDate], expected: "the day on which debtors are debited",
    source: "practice of banks", hint: "some programs write it for the earliest day there is; few banks read it so"
  ) { element, _ in isPlaceholder(element) ? element.shown : nil },
  .value(
    "collection-date-closed", .warning, at: [collectionDate], expected: "a day on which TARGET is open", source: rulebooks,
    hint: "the bank moves the date, or refuses the block"
  ) { element, _ in
    guard let day = written(element), !isPlaceholder(element), !TARGETCalendar.isOpen(day) else { return nil }
    return "\(day), \(day.weekday > 5 ? "a weekend" : "a holiday of TARGET")"
  },
  .value(
    "collection-date-past", at: [collectionDate], expected: "a day after the file was made", source: rulebooks
  ) { element, around in
    guard let days = daysAhead(element, around), days < 0 else { return nil }
    return "\(element.shown), \(-days) \(days == -1 ? "day" : "days") before"
  },
  .value(
    "collection-date-same-day", .warning, at: [collectionDate], expected: "a day after the file was made", source: rulebooks,
    hint: "collections reach the debtor's bank a TARGET day before at the latest, and the creditor's bank before that"
  ) { element, around in daysAhead(element, around) == 0 ? "the same day" : nil },
  .value(
    "collection-date-far", .warning, at: [collectionDate], expected: "at most 14 days after the file was made",
    source: rulebooks, hint: "banks need not take a collection earlier, unless it was agreed"
  ) { element, around in
    guard let days = daysAhead(element, around), days > 14 else { return nil }
    return "\(element.shown), \(days) days after"
  },
  .value(
    "signature-date-late", at: [signatureDate], expected: "a day not after the collection date", source: rulebooks
  ) { element, around in
    guard let signed = written(element), let date = around.block.first(collectionDatePlace), !isPlaceholder(date),
      let collected = written(date)
    else { return nil }
    return signed > collected ? "\(signed), collected on \(collected)" : nil
  },
]

private let collectionDate = "PmtInf/ReqdColltnDt"
private let signatureDate = "PmtInf/DrctDbtTxInf/DrctDbtTx/MndtRltdInf/DtOfSgntr"
private let dates = [collectionDate, signatureDate] + UndoPaths.collectionDates + below(UndoPaths.mandates, "DtOfSgntr")
private let creationTimes = ["GrpHdr/CreDtTm", UndoPaths.reversalHeader + "/CreDtTm", UndoPaths.requestHeader + "/CreDtTm"]
private let collectionDatePlace = Place(collectionDate)
private let creationTimePlaces = creationTimes.map { Place($0) }

/// An `xs:date`: a day, and a zone that ISO 20022's form does not have.
private struct WrittenDate {
  let day: CalendarDay
  let hasZone: Bool

  init?(_ text: String) {
    guard let day = CalendarDay(ifISO: String(text.prefix(10))) else { return nil }
    let rest = text.dropFirst(10)
    guard rest.isEmpty || isZone(rest) else { return nil }
    self.day = day
    hasZone = !rest.isEmpty
  }
}

extension CalendarDay {
  fileprivate init?(ifISO text: String) {
    do throws(SEPA.ValueFault) { try self.init(iso: text) } catch { return nil }
  }
}

/// The day that is written; nil where it is none.
func written(_ element: Element) -> CalendarDay? { WrittenDate(element.trimmed)?.day }

/// sepa_king and its descendants leave it where they were given no date.
private func isPlaceholder(_ date: Element) -> Bool { date.trimmed == "1999-01-01" }

/// The day that the file says it was made on.
func creationDay(_ around: Surroundings) -> CalendarDay? {
  guard let made = creationTimePlaces.lazy.compactMap({ around.header.text($0) }).first, isDateTime(made) else { return nil }
  return CalendarDay(ifISO: String(made.prefix(10)))
}

/// From that day.
private func daysAhead(_ date: Element, _ around: Surroundings) -> Int? {
  guard !isPlaceholder(date), let creation = creationDay(around) else { return nil }
  return written(date).map { creation.days(until: $0) }
}

/// `Z`, `+01:00`.
private func isZone(_ text: Substring) -> Bool {
  if text == "Z" { return true }
  guard text.first == "+" || text.first == "-" else { return false }
  let parts = numbers(text.dropFirst(), separator: ":")
  guard let parts, parts.count == 2 else { return false }
  return parts[0] <= 14 && parts[1] <= 59
}

/// An `xs:dateTime`.
private func isDateTime(_ text: String) -> Bool {
  guard CalendarDay(ifISO: String(text.prefix(10))) != nil, text.dropFirst(10).first == "T" else { return false }
  let rest = text.dropFirst(11)
  let time = rest.prefix { $0 != "Z" && $0 != "+" && $0 != "-" }
  let zone = rest.dropFirst(time.count)
  guard zone.isEmpty || isZone(zone) else { return false }
  let parts = time.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  if parts.count == 2, parts[1].isEmpty || !parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return false }
  guard let clock = parts.first.flatMap({ numbers($0, separator: ":") }), clock.count == 3 else { return false }
  return (clock[0] <= 23 || clock == [24, 0, 0]) && clock[1] <= 59 && clock[2] <= 59
}

/// Numbers of two digits each.
private func numbers(_ text: Substring, separator: Character) -> [Int]? {
  let parts = text.split(separator: separator, omittingEmptySubsequences: false)
  let read = parts.compactMap { part in
    part.utf8.count == 2 && part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
  }
  return read.count == parts.count ? read : nil
}
