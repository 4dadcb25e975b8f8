/// A point in time, in microseconds since 1970-01-01T00:00:00Z: what PostgreSQL's `timestamptz` can hold.
///
/// The clock is a parameter everywhere below the commands; this is what it gives.
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// - Parameter seconds: whole seconds since 1970.
  package init(seconds: Int64) { microseconds = seconds * 1_000_000 }

  package static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }

  /// Whole seconds since 1970, rounded down.
  package var seconds: Int64 { (microseconds - (((microseconds % 1_000_000) + 1_000_000) % 1_000_000)) / 1_000_000 }

  /// The day of UTC, within the calendar's years.
  package var day: CalendarDay {
    let second = ((seconds % 86_400) + 86_400) % 86_400
    return CalendarDay(daysSince1970: Int((seconds - second) / 86_400)) ?? (seconds < 0 ? .first : .last)
  }

  package func adding(seconds: Int64) -> Instant { Instant(microseconds: microseconds + seconds * 1_000_000) }

  /// UTC in ISO 8601 with whole seconds: `2026-12-01T07:00:00Z`.
  package var description: String {
    let second = ((seconds % 86_400) + 86_400) % 86_400
    return "\(day.iso)T\(Self.two(second / 3600)):\(Self.two(second / 60 % 60)):\(Self.two(second % 60))Z"
  }

  /// - Parameter text: UTC in ISO 8601 with whole seconds and `Z`.
  /// - Throws: `ValueFault` for anything else.
  package init(iso text: String) throws(ValueFault) {
    let fault = ValueFault(rule: "instant", found: text, expected: "YYYY-MM-DDTHH:MM:SSZ")
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == 9, parts[1].hasSuffix("Z") else { throw fault }
    let day = try CalendarDay(iso: String(parts[0]))
    let clock = parts[1].dropLast().split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
      (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { throw fault }
    self.init(seconds: Int64(day.daysSince1970) * 86_400 + hour * 3600 + minute * 60 + second)
  }

  private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
