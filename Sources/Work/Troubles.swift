internal import Channels

/// The faults of a bank that one turn met, and whether to go on in spite of them.
struct Troubles {
  private(set) var first: ChannelFault?
  private var inARow = 0

  /// Two faults of the way, one after the other: the next would wait as long, for nothing. One alone may be the doing of
  /// a single file, on which the bank's server hangs up each time.
  var isShut: Bool { inARow >= 2 }

  /// - Returns: nil after a fault of the bank; others are thrown.
  mutating func tolerating<Value>(_ body: () async throws -> Value) async throws -> Value? {
    do {
      let value = try await body()
      inARow = 0
      return value
    } catch let fault as ChannelFault {
      first = first ?? fault
      inARow = fault.reason.isOfTheWay ? inARow + 1 : 0
      return nil
    }
  }
}
