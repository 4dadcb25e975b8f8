internal import SEPA

/// How those are who hear of events, as this process met them: who is being talked to, and who is to be left alone.
///
/// A restart asks each of them once more; what must outlive it stands in the outbox.
package actor Receivers {
  /// Left alone until then; nil: until the daemon is started again.
  private var rests: [String: (since: Instant, until: Instant?)] = [:]
  /// What is being told, by the number of the job.
  private var calls: [Int64: Call] = [:]

  private struct Call {
    let endpoint: String
    let since: Instant
    let began: ContinuousClock.Instant
  }

  package init() {}

  func began(_ job: Int64, to endpoint: String, at now: Instant) {
    calls[job] = Call(endpoint: endpoint, since: now, began: .now)
  }

  func ended(_ job: Int64) { calls[job] = nil }

  /// It asked to be told nothing for so many seconds; nil: any more.
  func rest(_ endpoint: String, seconds: Int64?, at now: Instant) {
    rests[endpoint] = (now, seconds.map { now.adding(seconds: $0) })
  }

  /// Who is to be told nothing now.
  func resting(at now: Instant) -> [String] {
    rests = rests.filter { _, rest in rest.until.map { $0 > now } ?? true }
    return rests.keys.sorted()
  }

  /// What is wrong with them.
  /// - Parameter patience: seconds after which an answer that has not come is told.
  package func troubles(patience: Int64, at instant: ContinuousClock.Instant = .now) -> [Trouble] {
    let late = calls.values.filter { $0.began.advanced(by: .seconds(patience)) < instant }
    let silent = Dictionary(grouping: late, by: \.endpoint).compactMap { endpoint, calls in
      calls.min { $0.began < $1.began }.map {
        Trouble(place: "receiver \(endpoint)", kind: "receiver.silent", since: $0.since, detail: "it has not answered yet")
      }
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
