/// When a delivery that failed is tried again: the schedule of Standard Webhooks 1.0.0, for mail as well.
///
/// Ten attempts over some three days and four hours, then the delivery is dead and a person is told. Pure: the random
/// number is given.
package enum BackOff {
  /// Seconds to wait before attempt 1, 2, … 10.
  package static let schedule: [Int64] = [
    0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600,
  ]

  /// A receiver that asks for more than this is tried after this.
  package static let longestWait: Int64 = 24 * 3600

  /// The seconds from now to the next attempt after `failures` failed ones; nil when there is none any more.
  ///
  /// `random` (uniform over its range) adds up to a tenth, so that what failed together does not come back together.
  /// `retryAfter` is what the receiver asked for, in seconds: it can only lengthen the wait, to `longestWait` at most.
  package static func wait(failures: Int, retryAfter: Int64? = nil, random: UInt32) -> Int64? {
    guard schedule.indices.contains(max(0, failures)) else { return nil }
    let planned = schedule[max(0, failures)]
    let asked = min(max(0, retryAfter ?? 0), longestWait)
    let base = max(planned, asked)
    return base + base * Int64(random) / 10 / (Int64(UInt32.max) + 1)
  }
}
