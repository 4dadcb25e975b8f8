package import SEPA

/// What intake must know of a creditor to judge a request.
package struct KnownCreditor: Sendable {
  package let id: Int64
  /// Its name in the configuration.
  package let key: String
  package let language: String
  /// By the account's key.
  package var accounts: [String: (id: Int64, bank: String)]
}

/// An existing row that a request key stands for.
package struct KnownRequest: Sendable {
  package let id: Int64
  package let digest: String
}

/// What intake must know of a mandate to judge a collection.
package struct KnownMandate: Sendable {
  package let id: Int64
  package let scheme: Scheme
  package let recurrent: Bool
  package let state: MandateState
  /// A one-off mandate carries one collection, and no mandate one after its final one.
  package let used: Bool
  /// What decides whether a bank takes a debit of its debtor.
  package let debtor: DebtorFacts
}

/// A mandate to be stored: values as the domain has checked and transliterated them.
package struct NewMandate: Sendable {
  package var creditorID: Int64
  package var requestKey: String
  package var digest: String
  package var reference: String
  package var state: MandateState
  package var mandate: AcceptedMandate

  package init(
    creditorID: Int64, requestKey: String, digest: String, reference: String, state: MandateState, mandate: AcceptedMandate
  ) {
    self.creditorID = creditorID
    self.requestKey = requestKey
    self.digest = digest
    self.reference = reference
    self.state = state
    self.mandate = mandate
  }
}

/// A collection to be stored.
package struct NewCollection: Sendable {
  package var creditorID: Int64
  package var accountID: Int64
  package var mandateID: Int64
  package var scheme: Scheme
  package var sequenceType: SequenceType
  package var amountCents: Int64
  package var requestedDate: String
  /// The caller's, or nil to derive one from the collection's id.
  package var endToEndID: String?
  package var remittance: String?
  /// Whether it is a creditor reference by ISO 11649, not a text.
  package var remittanceIsReference: Bool
  package var purpose: String?
  package var requestKey: String
  package var digest: String
  /// Why it must wait from the beginning: `mandate suspended`; nil for most.
  package var held: String?

  package init(
    creditorID: Int64, accountID: Int64, mandateID: Int64, scheme: Scheme, sequenceType: SequenceType,
    amountCents: Int64, requestedDate: String, endToEndID: String?, remittance: String?,
    remittanceIsReference: Bool = false, purpose: String? = nil, requestKey: String,
    digest: String, held: String? = nil
  ) {
    self.creditorID = creditorID
    self.accountID = accountID
    self.mandateID = mandateID
    self.scheme = scheme
    self.sequenceType = sequenceType
    self.amountCents = amountCents
    self.requestedDate = requestedDate
    self.endToEndID = endToEndID
    self.remittance = remittance
    self.remittanceIsReference = remittanceIsReference
    self.purpose = purpose
    self.requestKey = requestKey
    self.digest = digest
    self.held = held
  }
}

/// Two texts that together name a row: a creditor's id and a key of the creditor's.
package struct CreditorKey: Hashable, Sendable {
  package let creditorID: Int64
  package let key: String

  package init(_ creditorID: Int64, _ key: String) {
    self.creditorID = creditorID
    self.key = key
  }
}

/// What intake looks up, and what it stores, a batch at a time.
extension Session {
  /// All configured creditors by key. One statement however many there are: it is asked for each batch of requests.
  package func creditors() throws(StoreFault) -> [String: KnownCreditor] {
    var known: [String: KnownCreditor] = [:]
    for row in try run(
      """
      SELECT c.id, c.key, c.language, a.key, a.id, a.bank
      FROM sepad.creditor c LEFT JOIN sepad.creditor_account a ON a.creditor_id = c.id
      """
    ).rows {
      let key = try row.text(1)
      if known[key] == nil {
        known[key] = KnownCreditor(
          id: try row.integer(0), key: key, language: try row.text(2), accounts: [:])
      }
      if let account = row[3] { known[key]?.accounts[account] = (try row.integer(4), try row.text(5)) }
    }
    return known
  }

  /// The texts of `$1`, each once, as `n (name)`: what they name is looked up one by one, by index, in a subquery that
  /// `OFFSET 0` keeps apart. As `= ANY ($1)` a thousand of them may be planned as a reading of the whole table, in the first
  /// minutes of a database above all, when PostgreSQL has no statistics yet and thinks that each name stands for many.
  static let named = "(SELECT DISTINCT unnest($1::text[]) AS name) n"

  /// Mandates or collections that already stand for these request keys.
  package func knownRequests(_ kind: RequestKind, keys: [String]) throws(StoreFault) -> [CreditorKey: KnownRequest] {
    var known: [CreditorKey: KnownRequest] = [:]
    for row in try run(
      """
      SELECT x.creditor_id, x.request_key, x.id, encode(x.request_digest, 'hex')
      FROM \(Self.named) CROSS JOIN LATERAL (
        SELECT * FROM \(kind.subjects.table) WHERE request_key = n.name AND \(kind.subjects.condition) OFFSET 0) x
      """, [.texts(keys)]
    ).rows {
      known[CreditorKey(try row.integer(0), try row.text(1))] = KnownRequest(
        id: try row.integer(2), digest: try row.text(3))
    }
    return known
  }

  /// Mandates by creditor and reference.
  package func mandates(references: [String]) throws(StoreFault) -> [CreditorKey: KnownMandate] {
    var known: [CreditorKey: KnownMandate] = [:]
    for row in try run(
      """
      SELECT m.creditor_id, m.reference, m.id, m.scheme, m.recurrent, m.state,
        (NOT m.recurrent OR m.has_final) AND EXISTS (
          -- OFFSET 0: by the mandate, however few of all collections are such.
          SELECT FROM (SELECT c.id, c.sequence_type FROM sepad.collection c WHERE c.mandate_id = m.id OFFSET 0) c
          JOIN sepad.collection_status s ON s.collection_id = c.id
          WHERE c.sequence_type IN ('OOFF', 'FNAL') AND s.state NOT IN ('cancelled', 'rejected')),
        \(Self.debtorFacts)
      FROM \(Self.named)
      -- Whoever suspends one waits, and then finds what was accepted under it.
      CROSS JOIN LATERAL (SELECT * FROM sepad.mandate WHERE reference = n.name OFFSET 0 FOR SHARE) m
      CROSS JOIN LATERAL (SELECT * FROM sepad.debtor WHERE id = m.debtor_id OFFSET 0) b
      """, [.texts(references)]
    ).rows {
      guard let scheme = Scheme(rawValue: try row.text(3)), let state = MandateState(rawValue: try row.text(5)),
        let debtor = DebtorFacts(text: try row.text(7))
      else { throw .shape("mandate: unknown scheme, state or facts of the debtor") }
      known[CreditorKey(try row.integer(0), try row.text(1))] = KnownMandate(
        id: try row.integer(2), scheme: scheme, recurrent: try row.bool(4), state: state, used: try row.bool(6), debtor: debtor)
    }
    return known
  }

  /// Which of these mandate references are taken, or were before they were amended.
  package func takenMandateReferences(_ references: [String]) throws(StoreFault) -> Set<CreditorKey> {
    guard !references.isEmpty else { return [] }
    var taken: Set<CreditorKey> = []
    for row in try run(
      """
      SELECT x.creditor_id, n.name
      FROM \(Self.named) CROSS JOIN LATERAL (
        SELECT creditor_id FROM sepad.mandate WHERE reference = n.name
        UNION ALL
        SELECT m.creditor_id FROM sepad.mandate_amendment a JOIN sepad.mandate m ON m.id = a.mandate_id
        WHERE a.element = 'reference' AND a.original = n.name
        OFFSET 0
      ) x
      """, [.texts(references)]
    ).rows {
      taken.insert(CreditorKey(try row.integer(0), try row.text(1)))
    }
    return taken
  }

  /// Which of these end-to-end ids are taken.
  package func takenEndToEndIDs(_ ids: [String]) throws(StoreFault) -> Set<CreditorKey> {
    guard !ids.isEmpty else { return [] }
    var taken: Set<CreditorKey> = []
    for row in try run(
      """
      SELECT x.creditor_id, n.name
      FROM \(Self.named) CROSS JOIN LATERAL (
        SELECT creditor_id FROM sepad.collection WHERE end_to_end_id = n.name OFFSET 0) x
      """, [.texts(ids)]
    ).rows {
      taken.insert(CreditorKey(try row.integer(0), try row.text(1)))
    }
    return taken
  }

  /// Stores mandates with their debtors.
  /// - Parameter ids: of the mandates, in order: allocated before, for what is made from them.
  package func store(_ mandates: [NewMandate], ids: [Int64], at: Instant) async throws {
    let debtors = try allocateIDs("sepad.debtor", count: mandates.count)
    var debtorRows = CopyText()
    var mandateRows = CopyText()
    for (index, new) in mandates.enumerated() {
      let mandate = new.mandate
      let address = mandate.address
      let lines = address?.lines ?? []
      debtorRows.add(debtors[index])
      for column in [
        mandate.debtorName.value, mandate.iban.value, mandate.bic?.value, address?.country, address?.town, address?.postcode,
        address?.street, address?.building, lines.first, lines.count > 1 ? lines[1] : nil, mandate.email?.value,
        mandate.language?.rawValue,
      ] { debtorRows.add(column) }
      debtorRows.endRow()
      mandateRows.add(ids[index])
      mandateRows.add(new.creditorID)
      let recurrent = mandate.sequence == .recurrent ? "t" : "f"
      for column in [new.reference, mandate.scheme.rawValue, recurrent, mandate.signedOn?.iso] { mandateRows.add(column) }
      mandateRows.add(debtors[index])
      for column in [
        new.requestKey, "\\x" + new.digest, at.description, mandate.ultimateDebtor?.value, new.state.rawValue,
        mandate.signature.place?.value, mandate.signature.signatory?.value, mandate.signature.capacity?.value,
        mandate.registeredOn?.iso, mandate.lastUsedOn?.iso, mandate.noticeDays.map { "\($0)" },
        mandate.signedOn.map { day in
          MandateAge.firstLook(signedOn: mandate.lastUsedOn ?? max(day, at.day)).iso
        },
      ] { mandateRows.add(column) }
      mandateRows.endRow()
    }
    try copy(
      """
      COPY sepad.debtor (id, name, iban, bic, country, town, postcode, street, building, address_line1, address_line2,
        email, language) FROM STDIN
      """, &debtorRows)
    try copy(
      """
      COPY sepad.mandate (id, creditor_id, reference, scheme, recurrent, signed_on, debtor_id, request_key,
        request_digest, accepted_at, ultimate_debtor, state, signed_at, signatory, signatory_capacity, registered_on,
        last_used_on, notice_days, look_on) FROM STDIN
      """, &mandateRows)
  }

  /// Stores collections as `requested`, with their first event, and puts them on the worklist. Where the creditor's debtors are
  /// told before, they wait for that too.
  /// - Returns: the collections' ids, in order.
  package func store(_ collections: [NewCollection], _ stamp: Stamp) async throws -> [Int64] {
    let ids = try allocateIDs("sepad.collection", count: collections.count)
    let identities = try endToEndIDs(of: collections, ids, try epoch().mark)
    let notifying = try notifyingCreditors()
    var rows = CopyText()
    var statuses = CopyText()
    var due = CopyText()
    for (index, collection) in collections.enumerated() {
      let id = ids[index]
      for value in [id, collection.creditorID, collection.accountID, collection.mandateID] { rows.add(value) }
      rows.add(collection.scheme.rawValue)
      rows.add(collection.sequenceType.rawValue)
      rows.add(collection.amountCents)
      rows.add(collection.requestedDate)
      rows.add(identities[index])
      rows.add(collection.remittance)
      rows.add(collection.requestKey)
      rows.add("\\x" + collection.digest)
      rows.add(stamp.at.description)
      rows.add(collection.purpose)
      rows.add(collection.remittanceIsReference ? "t" : "f")
      rows.endRow()
      statuses.add(id)
      statuses.add("requested")
      statuses.add(stamp.at.description)
      statuses.add(collection.amountCents)
      statuses.endRow()
      due.add(id)
      due.add(collection.accountID)
      for column in [collection.scheme.rawValue, collection.sequenceType.rawValue, collection.requestedDate] {
        due.add(column)
      }
      due.add(collection.held ?? (notifying.contains(collection.creditorID) ? NoticePolicy.notGiven : nil))
      due.endRow()
    }
    try copy(
      """
      COPY sepad.collection (id, creditor_id, account_id, mandate_id, scheme, sequence_type, amount_cents,
        requested_date, end_to_end_id, remittance, request_key, request_digest, accepted_at, purpose, remittance_is_reference) FROM STDIN
      """, &rows)
    try copy("COPY sepad.collection_status (collection_id, state, moved_at, amount_cents) FROM STDIN", &statuses)
    try copy(
      "COPY sepad.due (collection_id, account_id, scheme, sequence_type, requested_date, held) FROM STDIN", &due)
    let toNotify = zip(ids, collections).filter { notifying.contains($0.1.creditorID) }.map(\.0)
    if !toNotify.isEmpty { try needNotices(toNotify, stamp) }
    let last = collections.filter { $0.sequenceType == .fnal }.map(\.mandateID)
    if !last.isEmpty { try run("UPDATE sepad.mandate SET has_final = true WHERE id = ANY ($1)", [.integers(last)]) }
    try run(
      """
      WITH told AS (
        INSERT INTO sepad.payment_event (collection_id, at, event, to_state, actor)
        SELECT id, $2, 'requested', 'requested', $3 FROM unnest($1::bigint[]) AS n (id) ORDER BY id
        RETURNING id, collection_id, event, at
      )
      \(Self.jobs(mailing: false))
      """, [.integers(ids), .text(stamp.at.description), .text(stamp.actor)])
    return ids
  }

  private func notifyingCreditors() throws(StoreFault) -> Set<Int64> {
    let rows = try run("SELECT id FROM sepad.creditor WHERE notice_by IS NOT NULL").rows
    return Set(try rows.map { row throws(StoreFault) in try row.integer(0) })
  }

  /// The caller's, or derived once from the id and stored; the dash keeps it apart from a caller's plain number, the epoch's
  /// mark from what another collection got that the database has forgotten. A caller may have used that very id before, or
  /// does in this batch: then a number follows, for the first that is free.
  private func endToEndIDs(
    of collections: [NewCollection], _ ids: [Int64], _ mark: String
  ) throws(StoreFault) -> [String] {
    let derived = zip(collections, ids).filter { $0.0.endToEndID == nil }.map { "E2E-\(mark)\($0.1)" }
    var taken = try takenEndToEndIDs(derived)
    for collection in collections {
      if let own = collection.endToEndID { taken.insert(CreditorKey(collection.creditorID, own)) }
    }
    var identities: [String] = []
    for (collection, id) in zip(collections, ids) {
      var identity = collection.endToEndID ?? "E2E-\(mark)\(id)"
      var number = 0
      while collection.endToEndID == nil, taken.contains(CreditorKey(collection.creditorID, identity)) {
        number += 1
        identity = "E2E-\(mark)\(id)-\(number)"
        taken.formUnion(try takenEndToEndIDs([identity]))
      }
      identities.append(identity)
    }
    return identities
  }
}
