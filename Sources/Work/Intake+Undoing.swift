internal import ISO20022
import SEPA
import Store

// Requests to take collections back: cancelled at once while they stand in no file, else asked of the bank in a file of
// its own (Work/Undoer.swift).

extension Intake {
  /// Answers requests of one kind.
  /// - Parameter today: of the daemon's clock, in UTC: the bank's own day decides when the file is made.
  func answerUndoings(_ kind: UndoingKind, _ session: isolated Session, at now: Instant) async throws -> Int {
    let request: RequestKind = kind == .cancellation ? .cancellation : .reversal
    let claimed = try session.claim(request, limit: Self.batch)
    guard !claimed.isEmpty else { return 0 }
    let creditors = try session.creditors()
    let known = try session.knownRequests(request, keys: claimed.compactMap { $0.values[0] })
    var batch = AnswerBatch()
    var fresh: [NewUndoing] = []
    for row in claimed {
      guard let context = batch.context(of: row, creditors: creditors, known: known) else { continue }
      let raw = UndoingRequest(
        creditor: row.values[1], collection: row.values[2], endToEndID: row.values[3], reason: row.values[4])
      switch raw.accepted(reasons: kind.reasons) {
      case .failure(let refusals): batch.refuse(row, refusals.list)
      case .success(let accepted):
        let found = try session.undoable(
          creditor: context.creditor.id, requestKey: accepted.collection, endToEndID: accepted.endToEndID?.value)
        switch judge(kind, found, taken: Set(fresh.map(\.collectionID)), today: now.day) {
        case .refused(let refusal): batch.refuse(row, [refusal])
        case .atOnce(let collection):
          try await session.cancel(
            collection, because: "cancellation \(context.key): \(accepted.reason)", Stamp(at: now, actor: "intake"))
          fresh.append(new(kind, collection, leaveBy: nil, accepted, row, context))
          batch.accept(row, context)
        case .byFile(let collection, let day):
          fresh.append(new(kind, collection, leaveBy: day, accepted, row, context))
          batch.accept(row, context)
        }
      }
    }
    let ids = try session.store(fresh, at: now)
    return try batch.finish(request, ids: ids, session, at: now)
  }

  private func new(
    _ kind: UndoingKind, _ collection: Int64, leaveBy: String?, _ accepted: AcceptedUndoing, _ row: ClaimedRequest,
    _ context: AnswerBatch.Context
  ) -> NewUndoing {
    NewUndoing(
      kind: kind, creditorID: context.creditor.id, collectionID: collection, reason: accepted.reason, leaveBy: leaveBy,
      requestKey: context.key, digest: row.digest)
  }

  // MARK: Judging

  private enum Verdict {
    case refused(Refusal)
    /// It stands in no file: nobody outside needs to be asked.
    case atOnce(Int64)
    /// The bank has it, or will: to leave by the day.
    case byFile(Int64, String)
  }

  /// - Parameters:
  ///   - found: all attempts of the claim that the request names, the last first.
  ///   - taken: collections that an earlier row of this batch takes back.
  private func judge(
    _ kind: UndoingKind, _ found: [UndoableCollection], taken: Set<Int64>, today: CalendarDay
  ) -> Verdict {
    func refuse(_ rule: String, _ found: String, _ expected: String, _ hint: String) -> Verdict {
      .refused(Refusal(field: "collection", rule: rule, found: found, expected: expected, hint: hint))
    }
    guard let last = found.first else {
      return refuse(
        "collection exists", "none", "a collection of this creditor under this key and end-to-end id",
        "name it by the request_key under which it was asked for, or by its end_to_end_id")
    }
    // Of several attempts, the one that can be taken back; else the last, to say why not.
    let one = found.first { kind.states.contains($0.state) } ?? last
    guard kind.states.contains(one.state) else {
      let hint =
        switch (kind, one.state) {
        case (.cancellation, .settled): "it is settled: ask for a reversal"
        case (.reversal, .requested), (.reversal, .scheduled), (.reversal, .sealed), (.reversal, .submitted),
          (.reversal, .accepted):
          "it is not settled: ask for a cancellation"
        default: "it came to nothing already"
        }
      return refuse(
        "state of the collection", one.state.rawValue, kind.states.map(\.rawValue).sorted().joined(separator: ", "), hint)
    }
    if taken.contains(one.id) || one.asked.contains(kind) {
      return refuse("once", "a \(kind.rawValue) that was asked for before", "none", "wait for the bank's answer to it")
    }
    if one.state == .requested || one.state == .scheduled { return .atOnce(one.id) }
    let rules = rules[one.bank]
    guard (kind == .cancellation ? rules?.cancellation : rules?.reversal) != nil else {
      return refuse(
        "\(kind.rawValue) at the bank", "none", "a message that \(one.bank) takes for it",
        "ask the bank by other means, or set \(kind.rawValue) in its profile")
    }
    guard let date = one.collectionDate.flatMap({ try? CalendarDay(iso: $0) }) else {
      return refuse("collection date", "none", "one", "look at sepad collection show \(one.id)")
    }
    let lastDay = kind.lastDay(collectedOn: date)
    guard today <= lastDay else {
      return refuse(
        "time", "\(today.iso)", "at the latest \(lastDay.iso)",
        kind == .cancellation ? "ask for a reversal once it is settled" : "pay it back by a transfer")
    }
    return .byFile(one.id, lastDay.iso)
  }
}

extension UndoingKind {
  /// Codes that may be given, the standard one first.
  var reasons: [String] {
    switch self {
    case .cancellation:
      [CancellationReason.customer.rawValue] + CancellationReason.allCases.filter { $0 != .customer }.map(\.rawValue)
    case .reversal: [ReversalReason.unspecified.rawValue, ReversalReason.duplicate.rawValue]
    }
  }

  /// States of a collection that can be taken back so.
  var states: Set<CollectionState> {
    switch self {
    case .cancellation: [.requested, .scheduled, .sealed, .submitted, .accepted]
    case .reversal: [.settled]
    }
  }

  /// The last day on which the file may leave: before the day of collection, or within five interbank business days after
  /// it (EPC016-06 and EPC222-07, section 4.3: reversals).
  func lastDay(collectedOn day: CalendarDay) -> CalendarDay {
    switch self {
    case .cancellation: TARGETCalendar.adding(-1, to: day)
    case .reversal: TARGETCalendar.adding(5, to: day)
    }
  }
}
