package import SEPA

/// The only place where a mandate's state changes: under guard of the transition table, with a line of its history, and
/// with what waits for it on the worklist.
extension Session {
  /// Applies `event` to the mandates that `selection` names. Collections on the worklist are held while their mandate may
  /// not be used, and go on when it may again.
  ///
  /// - Parameter selection: a SELECT with the columns `mandate_id bigint, cause_event_id bigint, because text`; its
  ///   parameters start at `$4`.
  /// - Returns: how many mandates moved. One whose state has no row for the event, or that is already where the event
  ///   leads, does not move.
  @discardableResult
  package func moveMandates(
    _ event: MandateEvent, selecting selection: String, _ parameters: [SQLValue] = [], _ stamp: Stamp
  ) throws(StoreFault) -> Int {
    Int(
      try one(
        """
        WITH chosen AS MATERIALIZED (
          \(selection)
        ), moved AS (
          UPDATE sepad.mandate m
          SET state = t.to_state,
            -- An end needs no care; what comes back from one is looked at at once.
            look_on = CASE
              WHEN t.to_state IN (\(Self.ends)) THEN NULL
              WHEN t.from_state IN (\(Self.ends)) THEN \(Self.dayOfStamp)
              ELSE m.look_on END,
            registration_ask_on = CASE WHEN t.to_state NOT IN (\(Self.ends)) THEN m.registration_ask_on END
          FROM chosen x, sepad.mandate_transition t
          WHERE m.id = x.mandate_id AND t.event = $1::sepad.mandate_event AND t.from_state = m.state AND t.to_state <> m.state
          RETURNING m.id, t.from_state, t.to_state, x.cause_event_id, x.because
        ), told AS (
          INSERT INTO sepad.mandate_history (mandate_id, at, event, from_state, to_state, cause_event_id, because, actor)
          SELECT id, $2, $1, from_state, to_state, cause_event_id, because, $3 FROM moved ORDER BY id
          \(Self.returningMandateEvent)
        ), jobs AS (
          \(Self.mandateJobs)
        ), held AS (
          UPDATE sepad.due d
          SET held = sepad.obstacle(n.to_state, d.collection_id)
          FROM moved n JOIN sepad.collection c ON c.mandate_id = n.id
          WHERE d.collection_id = c.id AND \(Self.isHeldByMandateOrNotice)
        )
        SELECT count(*) FROM moved
        """, [.text(event.rawValue), .text(stamp.at.description), .text(stamp.actor)] + parameters
      ).integer(0))
  }

  /// That nothing else holds a row `d` of the worklist.
  static let isHeldByMandateOrNotice = "(d.held IS NULL OR d.held LIKE 'mandate %' OR d.held LIKE 'pre-notification %')"

  /// The day of a statement's stamp, `$2`, in UTC.
  static let dayOfStamp = "($2::timestamptz AT TIME ZONE 'UTC')::date"

  /// States that a mandate does not leave by itself.
  static let ends = MandateState.allCases.filter(\.isEnd).map { "'\($0.rawValue)'" }.joined(separator: ", ")

  /// Of an INSERT into sepad.mandate_history that `mandateJobs` reads as `told`.
  static let returningMandateEvent = """
    RETURNING id, mandate_id, event, from_state, to_state, cause_event_id, because, actor, at
    """

  /// Jobs for the rows of `told`, of sepad.mandate_history: every webhook hears of everything that happens to a mandate.
  static let mandateJobs = """
    INSERT INTO sepad.job (kind, endpoint, subject, content, created_at, run_at)
    SELECT 'webhook', p.endpoint, 'mandate:' || h.mandate_id,
      jsonb_build_object('kind', 'mandate_event', 'event', h.event, 'creditor', k.key, 'mandate_id', m.id,
        'mandate_reference', m.reference, 'request_key', m.request_key, 'scheme', m.scheme, 'state', h.to_state,
        'previous_state', h.from_state, 'because', h.because, 'collection_id', v.collection_id), h.at, h.at
    FROM told h
    JOIN sepad.mandate m ON m.id = h.mandate_id
    JOIN sepad.creditor k ON k.id = m.creditor_id
    LEFT JOIN sepad.payment_event v ON v.id = h.cause_event_id
    CROSS JOIN sepad.subscription p
    WHERE p.kind = 'webhook'
    ORDER BY h.id
    """

  /// Tells of something that left the mandates' states as they were: a line of history, and the webhooks.
  /// - Parameter selection: a SELECT with the columns `mandate_id bigint, event text, cause_event_id bigint, because text`;
  ///   its parameters start at `$3`.
  func tellOfMandates(selecting selection: String, _ parameters: [SQLValue], _ stamp: Stamp) throws(StoreFault) {
    try run(
      """
      WITH told AS (
        INSERT INTO sepad.mandate_history (mandate_id, at, event, from_state, to_state, cause_event_id, because, actor)
        SELECT m.id, $1, x.event, m.state, m.state, x.cause_event_id, x.because, $2
        FROM (\(selection)) x JOIN sepad.mandate m ON m.id = x.mandate_id ORDER BY m.id
        \(Self.returningMandateEvent)
      )
      \(Self.mandateJobs)
      """, [.text(stamp.at.description), .text(stamp.actor)] + parameters)
  }
}
