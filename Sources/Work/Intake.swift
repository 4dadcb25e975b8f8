internal import CrashPoints
internal import FoundationEssentials
package import SEPA
package import Store

/// Answers requests: accepts a row into the domain, or writes the refusal on it. Reads, decides, commits, a bounded
/// batch at a time; mandates and what becomes of them before collections, since a collection may come with its mandate, then
/// plans and what is changed in them, and what takes a collection back last.
package struct Intake: Sendable {
  private let session: Session
  let rules: [String: FileRules]
  let mandates: [String: MandatePolicy]
  static let batch = 1000

  /// - Parameters:
  ///   - rules: what each bank wants of files, by its name: what it would not take is refused at once.
  ///   - mandates: how each creditor deals with mandates, by its key in the configuration.
  package init(session: Session, rules: [String: FileRules] = [:], mandates: [String: MandatePolicy] = [:]) {
    self.session = session
    self.rules = rules
    self.mandates = mandates
  }

  /// - Returns: how many requests were answered.
  package func run(at now: Instant) async throws -> Int {
    let mandates = try await answerAll { session in try await answerMandates(session, at: now) }
    let mandateChanges = try await answerAll { session in try await answerMandateChanges(session, at: now) }
    let collections = try await answerAll { session in try await answerCollections(session, at: now) }
    let plans = try await answerAll { session in try await answerPlans(session, at: now) }
    let changes = try await answerAll { session in try await answerPlanChanges(session, at: now) }
    let notices = try await answerAll { session in try await answerNotices(session, at: now) }
    var undoings = 0
    for kind in UndoingKind.allCases {
      undoings += try await answerAll { session in try await answerUndoings(kind, session, at: now) }
    }
    return mandates + mandateChanges + collections + plans + changes + notices + undoings
  }

  /// Batch after batch, each in a transaction of its own, until one is empty, or the daemon is to end.
  private func answerAll(_ answer: @Sendable (isolated Session) async throws -> Int) async throws -> Int {
    var answered = 0
    while !Task.isCancelled {
      let count = try await session.transaction { session in
        let count = try await answer(session)
        if count > 0 { CrashPoints.reach(.intakeWritten) }
        return count
      }
      if count == 0 { break }
      CrashPoints.reach(.intakeCommitted)
      answered += count
    }
    return answered
  }

  private func answerCollections(_ session: isolated Session, at now: Instant) async throws -> Int {
    let claimed = try session.claim(.collection, limit: Self.batch)
    guard !claimed.isEmpty else { return 0 }
    let today = now.day
    let creditors = try session.creditors()
    let known = try session.knownRequests(.collection, keys: claimed.compactMap { $0.values[0] })
    let mandates = try session.mandates(references: claimed.compactMap { $0.values[3] })
    var identities = try session.takenEndToEndIDs(claimed.compactMap { $0.values[7] })
    var spent: Set<Int64> = []
    var batch = AnswerBatch()
    var fresh: [NewCollection] = []
    for row in claimed {
      guard let context = batch.context(of: row, creditors: creditors, known: known) else { continue }
      var (accepted, refusals) = Self.judged(Self.collectionRequest(row).accepted(today: today))
      if let refusal = Self.planKeyRefusal(context.key) { refusals.append(refusal) }
      let account = Self.account(row.values[2], of: context.creditor, &refusals)
      let mandate = accepted.flatMap { mandates[CreditorKey(context.creditor.id, $0.mandateReference.value)] }
      if let accepted { refusals += Self.mandateRefusals(mandate, accepted.mandateReference.value, spent: spent) }
      if let identity = accepted?.endToEndID?.value, identities.contains(CreditorKey(context.creditor.id, identity)) {
        refusals.append(
          Refusal(
            field: "end_to_end_id", rule: "unique end-to-end id", found: identity,
            expected: "an id this creditor has never used", hint: "leave it empty to have one made"))
      }
      if let mandate, let obstacle = account.flatMap({ rules[$0.bank] })?.obstacle(for: mandate.debtor) {
        refusals.append(
          Refusal(
            field: "mandate_reference", rule: obstacle.rawValue, found: "none such with the mandate", expected: obstacle.expected,
            hint: obstacle.hint))
      }
      guard refusals.isEmpty, let collection = accepted, let account, let mandate else {
        accepted = nil
        batch.refuse(row, refusals)
        continue
      }
      if let identity = collection.endToEndID?.value { identities.insert(CreditorKey(context.creditor.id, identity)) }
      if !mandate.recurrent || collection.isFinal { spent.insert(mandate.id) }
      fresh.append(
        NewCollection(
          creditorID: context.creditor.id, accountID: account.id, mandateID: mandate.id, scheme: mandate.scheme,
          sequenceType: mandate.recurrent ? collection.isFinal ? .fnal : .rcur : .ooff, amountCents: collection.amount.value,
          requestedDate: collection.dueDate.iso, endToEndID: collection.endToEndID?.value,
          remittance: collection.creditorReference?.value ?? collection.remittance?.value,
          remittanceIsReference: collection.creditorReference != nil, purpose: collection.purpose?.value,
          requestKey: context.key, digest: row.digest, held: mandate.state.obstacle))
      batch.accept(row, context)
    }
    let ids = try await session.store(fresh, Stamp(at: now, actor: "intake"))
    return try batch.finish(.collection, ids: ids, session, at: now)
  }

  /// The account that a request names, or the only one of its creditor.
  static func account(
    _ key: String?, of creditor: KnownCreditor, _ refusals: inout [Refusal]
  ) -> (id: Int64, bank: String)? {
    let account = key.map { creditor.accounts[$0] } ?? (creditor.accounts.count == 1 ? creditor.accounts.values.first : nil)
    if account == nil {
      refusals.append(
        Refusal(
          field: "account", rule: "creditor account", found: key ?? "nothing",
          expected: "one of \(creditor.accounts.keys.sorted().joined(separator: ", "))",
          hint: "name an account that the configuration lists for this creditor"))
    }
    return account
  }

  private static func mandateRefusals(_ mandate: KnownMandate?, _ reference: String, spent: Set<Int64>) -> [Refusal] {
    func refusal(_ rule: String, _ found: String, _ expected: String, _ hint: String) -> [Refusal] {
      [Refusal(field: "mandate_reference", rule: rule, found: found, expected: expected, hint: hint)]
    }
    guard let mandate else {
      return refusal(
        "mandate exists", reference, "a mandate of this creditor", "send the mandate first, or correct the reference")
    }
    switch mandate.state {
    case .active, .signed, .awaitingRegistration: break
    case .draft, .awaitingSignature:
      return refusal("mandate state", mandate.state.rawValue, "signed", "the debtor must sign it first: hand in the change signed")
    case .suspended, .revoked, .expired, .consumed, .refused:
      return refusal("mandate state", mandate.state.rawValue, "active", "a new mandate must be signed, or this one resumed")
    }
    if mandate.used || spent.contains(mandate.id) {
      return mandate.recurrent
        ? refusal("final collection", "one already", "none", "the last collection under this mandate was asked for before")
        : refusal("one-off mandate", "a collection already", "none", "a one-off mandate carries one collection")
    }
    return []
  }

  /// The accepted value, or what speaks against it, so that intake can add what only it knows.
  static func judged<Accepted>(_ result: Result<Accepted, Refusals>) -> (accepted: Accepted?, refusals: [Refusal]) {
    switch result {
    case .success(let accepted): (accepted, [])
    case .failure(let refusals): (nil, refusals.list)
    }
  }

  private static func collectionRequest(_ row: ClaimedRequest) -> CollectionRequest {
    let v = row.values
    var request = CollectionRequest(creditor: v[1], account: v[2])
    (request.mandateReference, request.amount, request.currency) = (v[3], v[4], v[5])
    (request.dueDate, request.endToEndID, request.remittance) = (v[6], v[7], v[8])
    (request.purpose, request.creditorReference, request.final) = (v[9], v[10], v[11])
    return request
  }
}
