internal import SEPA

/// How those are who hear of events, as this process met them: who is being talked to, and who is to be left alone.
///
/// A restart asks each of them once more; what must outlive it stands in the outbox.
package actor Receivers {
  /// Left alone until then; nil: until the daemon is started again.
  private var rests: [String: (since: Instant, until: Instant?)] = [:]
  private var calls: [String: (since: Instant, began: ContinuousClock.Instant)] = [:]

  package init() {}

  func began(_ endpoint: String, at now: Instant) { calls[endpoint] = (now, .now) }

  /// - Parameter mayBeAsked: after how many seconds it wants to be asked again; nil: whenever there is something to tell.
  func ended(_ endpoint: String, mayBeAsked wait: Int64?, at now: Instant) {
    calls[endpoint] = nil
    if let wait { rests[endpoint] = (now, now.adding(seconds: wait)) }
  }

  /// It asked to be told nothing any more.
  func isGone(_ endpoint: String, at now: Instant) {
    calls[endpoint] = nil
    rests[endpoint] = (now, nil)
  }

  /// Who is to be told nothing now.
  func resting(at now: Instant) -> [String] {
    rests = rests.filter { _, rest in rest.until.map { $0 > now } ?? true }
    return rests.keys.sorted()
  }

  /// What is wrong with them.
  /// - Parameter patience: seconds after which an answer that has not come is told.
  package func troubles(patience: Int64, at instant: ContinuousClock.Instant = .now) -> [Trouble] {
    let silent = calls.filter { $0.value.began.advanced(by: .seconds(patience)) < instant }.map { endpoint, call in
      Trouble(
        place: "receiver \(endpoint)", kind: "receiver.silent", since: call.since, detail: "it has not answered yet")
    }
    let resting = rests.map { endpoint, rest in
      Trouble(
        place: "receiver \(endpoint)", kind: rest.until == nil ? "receiver.gone" : "receiver.rests", since: rest.since,
        detail: rest.until.map { "it asked to be left alone until \($0)" }
          ?? "it asked to be told nothing any more; what waits for it is kept, and it is asked again after a restart")
    }
    return (silent + resting).sorted { $0.place < $1.place }
  }
}
