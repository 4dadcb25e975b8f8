import FoundationEssentials
import TestSupport

/// What a stage cannot do without, done by psql and plain programs on a copy of the database from before the stage: the
/// same rows in the same tables under the same indexes, and nothing else.
struct BareParts {
  private let house: House
  /// The copy.
  private let twin: String
  private(set) var parts: [(name: String, cost: Cost)] = []

  init(_ house: House, twin: String) {
    self.house = house
    self.twin = twin
  }

  var total: Cost { parts.reduce(Cost()) { $0 + $1.cost } }

  private var directory: TemporaryDirectory { house.directory }

  /// Rows of the database as it is after the stage, for the copy to take in.
  private func export(_ name: String, _ query: String, binary: Bool = false) throws -> String {
    let path = directory.appending(name)
    try psql("\\copy (\(query)) TO '\(path)'\(binary ? " WITH (FORMAT binary)" : "")\n", in: house.conninfo, name: "export")
    return path
  }

  @discardableResult
  private func psql(_ script: String, in database: String, name: String) throws -> String {
    let file = try directory.write("\(name).sql", Array("\\set ON_ERROR_STOP 1\n\(script)".utf8))
    let output = directory.appending("\(name).out")
    try Program.run([PrivatePostgres.psql, "-XAtqf", file, database], output: output)
    return Meter.text(output) ?? ""
  }

  /// Statements under names, each transaction of them in one list; those without a name are preparation.
  private mutating func measure(_ transactions: [[(String?, String)]]) throws {
    var script = "SET timezone = 'UTC';\n"
    for transaction in transactions {
      script += "BEGIN;\n"
      for (name, statement) in transaction {
        guard let name else {
          script += statement + "\n"
          continue
        }
        script += "\\echo part \(name)\n\\timing on\n\(statement)\n\\timing off\n"
      }
      script += "\\echo part commit\n\\timing on\nCOMMIT;\n\\timing off\n"
    }
    let processor = try house.databaseProcessor()
    let output = try psql(script, in: twin, name: "bare")
    let used = try house.databaseProcessor() - processor
    var walls: [(name: String, wall: Double)] = []
    var name = ""
    for line in output.split(separator: "\n") {
      if line.hasPrefix("part ") { name = String(line.dropFirst(5)) }
      guard line.hasPrefix("Time: "), let milliseconds = Double(line.split(separator: " ")[1]) else { continue }
      if let index = walls.firstIndex(where: { $0.name == name }) {
        walls[index].wall += milliseconds / 1000
      } else {
        walls.append((name, milliseconds / 1000))
      }
    }
    // The server's processor time is known for all of them together; it is shared out as the wall's.
    let wall = max(walls.reduce(0) { $0 + $1.wall }, 1e-9)
    parts += walls.map { ($0.name, Cost(wall: $0.wall, processor: used * $0.wall / wall)) }
  }

  private mutating func add(_ name: String, _ cost: Cost) { parts.append((name, cost)) }

  // MARK: Statements

  private static let before = "SELECT coalesce(max(id), 0) AS before FROM sepad.payment_event \\gset"
  private static let outbox = """
    INSERT INTO sepad.job (kind, endpoint, subject, event_id, created_at, run_at)
    SELECT 'webhook', 'webhook:erp', 'collection:' || collection_id, id, at, at FROM sepad.payment_event
    WHERE id > :before ORDER BY id;
    """

  /// Moves states and writes the events, in one statement.
  /// - Parameter entry: the alias in `source` of the report's entry that tells of it, which the event names.
  private static func moved(
    _ event: String, from: String..., to: String, _ source: String, day: String = "NULL", entry: String? = nil
  ) -> String {
    let columns = ["file_id", "ordinal", "reason_code", "matched_by"]
    return """
    WITH moved AS (
      UPDATE sepad.collection_status s
      SET state = '\(to)', collection_date = coalesce(\(day)::date, s.collection_date), moved_at = '\(Days.start)'
      FROM \(source) AND s.state IN (\(from.map { "'\($0)'" }.joined(separator: ", ")))
      RETURNING s.collection_id, s.collection_date\(entry.map { entry in columns.map { ", \(entry).\($0)" }.joined() } ?? "")
    )
    INSERT INTO sepad.payment_event (collection_id, at, event, from_state, to_state, actor, collection_date
      \(entry == nil ? "" : ", inbound_file_id, entry_ordinal, reason_code, rule"))
    SELECT collection_id, '\(Days.start)', '\(event)', '\(from[0])', '\(to)', 'bare', collection_date
      \(entry == nil ? "" : columns.map { ", \($0)" }.joined()) FROM moved;
    """
  }

  // MARK: Stages

  mutating func importing(_ csv: String) throws {
    let header = (Meter.text(csv) ?? "").prefix { $0 != "\n" }.split(separator: ";").joined(separator: ", ")
    try measure([[("copy in", "\\copy intake.collection_request (\(header)) FROM '\(csv)' WITH (FORMAT csv, HEADER, DELIMITER ';')")]])
  }

  mutating func intake() throws {
    let collections = try export("collections.copy", "SELECT * FROM sepad.collection")
    try measure([
      [
        (nil, Self.before),
        ("copy in", "\\copy sepad.collection FROM '\(collections)'"),
        ("states", "INSERT INTO sepad.collection_status (collection_id, state, moved_at, amount_cents) SELECT id, 'requested', accepted_at, amount_cents FROM sepad.collection;"),
        ("worklist", """
          INSERT INTO sepad.due (collection_id, account_id, scheme, sequence_type, requested_date)
          SELECT id, account_id, scheme, sequence_type, requested_date FROM sepad.collection;
          """),
        ("events", """
          INSERT INTO sepad.payment_event (collection_id, at, event, to_state, actor)
          SELECT id, accepted_at, 'requested', 'requested', 'bare' FROM sepad.collection ORDER BY id;
          """),
        ("outbox", Self.outbox),
      ]
    ])
    try claimAndAnswer()
  }

  /// Requests claimed a thousand at a time, as several daemons must, and answered, by pgbench.
  private mutating func claimAndAnswer() throws {
    let script = try directory.write("claim.sql", Array("""
      WITH claimed AS MATERIALIZED (
        SELECT id, request_key FROM intake.collection_request WHERE answer = 'new' ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
      )
      UPDATE intake.collection_request r SET answer = 'accepted', collection_id = k.id, answered_at = k.accepted_at
      FROM claimed c CROSS JOIN LATERAL (SELECT * FROM sepad.collection WHERE request_key = c.request_key AND attempt = 1 OFFSET 0) k
      WHERE r.id = c.id AND r.answer IS NOT DISTINCT FROM 'new';

      """.utf8))
    let batches = (try house.number("SELECT count(*) FROM sepad.collection WHERE request_key LIKE 'C-A%'") + 999) / 1000
    let processor = try house.databaseProcessor()
    let cost = try Program.run(
      [PrivatePostgres.pgbench, "-n", "-t", "\(batches)", "-f", script, twin], output: directory.appending("pgbench.out"))
    add("pgbench", Cost(wall: cost.wall, processor: cost.processor + (try house.databaseProcessor() - processor)))
  }

  mutating func dating() throws {
    try measure([
      [
        (nil, Self.before),
        ("worklist", "UPDATE sepad.due SET collection_date = '\(Days.due)' WHERE collection_date IS NULL;"),
        ("states + events", Self.moved(
          "dated", from: "requested", to: "scheduled", "sepad.due d WHERE d.collection_id = s.collection_id", day: "'\(Days.due)'")),
        ("outbox", Self.outbox),
      ]
    ])
  }

  mutating func build(perFile: Int) throws {
    let files = try export("files.copy", "SELECT * FROM sepad.outbound_file WHERE state = 'sealed'")
    let blocks = try export(
      "blocks.copy", "SELECT b.* FROM sepad.payment_block b JOIN sepad.outbound_file f ON f.id = b.file_id WHERE f.state = 'sealed'")
    let ids = try house.sql("SELECT id FROM sepad.outbound_file WHERE state = 'sealed' ORDER BY id").split(separator: "\n")
    var transactions: [[(String?, String)]] = [[(nil, "\\copy sepad.outbound_file FROM '\(files)'"), (nil, "\\copy sepad.payment_block FROM '\(blocks)'")]]
    for id in ids {
      let chunks = try export(
        "chunks-\(id).copy", "SELECT * FROM sepad.outbound_chunk WHERE file_id = \(id)", binary: true)
      transactions.append([
        (nil, Self.before),
        (nil, "CREATE TEMP TABLE picked (LIKE sepad.due) ON COMMIT DROP;"),
        ("claim", """
          WITH taken AS (
            DELETE FROM sepad.due WHERE collection_id IN (
              SELECT collection_id FROM sepad.due ORDER BY collection_date, collection_id LIMIT \(perFile))
            RETURNING *
          )
          INSERT INTO picked SELECT * FROM taken;
          """),
        ("file items", """
          INSERT INTO sepad.file_item (file_id, ordinal, block_id, collection_id)
          SELECT \(id), row_number() OVER (ORDER BY b.ordinal, p.collection_id), b.id, p.collection_id
          FROM picked p JOIN sepad.payment_block b ON b.file_id = \(id) AND b.account_id = p.account_id;
          """),
        ("copy out", Self.oneLine("""
          \\copy (SELECT b.ordinal, c.end_to_end_id, c.amount_cents, m.reference, m.signed_on, d.name, d.iban, d.bic,
          d.country, d.town, d.postcode, d.street, d.building, d.address_line1, d.address_line2, c.remittance
          FROM sepad.file_item i JOIN sepad.payment_block b ON b.id = i.block_id
          JOIN sepad.collection c ON c.id = i.collection_id JOIN sepad.mandate m ON m.id = c.mandate_id
          JOIN sepad.debtor d ON d.id = m.debtor_id WHERE i.file_id = \(id) ORDER BY i.ordinal) TO '/dev/null'
          """)),
        ("store bytes", "\\copy sepad.outbound_chunk FROM '\(chunks)' WITH (FORMAT binary)"),
        ("states + events", Self.moved(
          "sealed", from: "scheduled", to: "sealed", "picked p WHERE p.collection_id = s.collection_id")),
        ("outbox", Self.outbox),
      ])
    }
    try measure(transactions)
  }

  /// The validator and the writer alone, on the same bytes and as many debits.
  mutating func validateAndWrite(count: Int) throws {
    for name in try entries("\(house.bank)/archive") {
      add("validate", try house.run(Order(stage: "validate", path: "\(house.bank)/archive/\(name)")).cost)
    }
    add("write", try house.run(Order(stage: "write", count: count)).cost)
  }

  mutating func submit() throws {
    let ids = try house.sql("SELECT id FROM sepad.outbound_file WHERE state = 'submitted' ORDER BY id").split(separator: "\n")
    try measure(
      ids.map { id in
        [
          (nil, Self.before),
          ("read bytes", "\\copy (SELECT * FROM sepad.outbound_chunk WHERE file_id = \(id) ORDER BY ordinal) TO '/dev/null' WITH (FORMAT binary)"),
          ("states + events", Self.moved(
            "submitted", from: "sealed", to: "submitted", "sepad.file_item i WHERE i.file_id = \(id) AND i.collection_id = s.collection_id")),
          ("outbox", Self.outbox),
        ]
      })
    let names = try entries("\(house.bank)/archive").map { "\(house.bank)/archive/\($0)" }
    let target = try directory.makeDirectory("bank/bare")
    add("sftp put", try sftp(names.map { "put \"\($0)\" \"\(target)\"" }))
  }

  /// - Parameter reports: those fetched now.
  mutating func fetch(_ reports: [Report]) throws {
    let source = "\(house.bank)/done"
    add("sftp get", try sftp(reports.map { "get \"\(source)/\($0.name)\" \"\(directory.appending("got"))\"" }))
    let ids = reports.map { "\($0.id)" }.joined(separator: ", ")
    let files = try export(
      "inbound.copy", "SELECT id, bank, remote_name, size_bytes, sha256, received_at FROM sepad.inbound_file WHERE id IN (\(ids))")
    let chunks = try export("inbound-chunks.copy", "SELECT * FROM sepad.inbound_chunk WHERE file_id IN (\(ids))", binary: true)
    try measure([
      [
        (nil, "\\copy sepad.inbound_file (id, bank, remote_name, size_bytes, sha256, received_at) FROM '\(files)'"),
        ("store bytes", "\\copy sepad.inbound_chunk FROM '\(chunks)' WITH (FORMAT binary)"),
      ]
    ])
  }

  mutating func apply(_ reports: [Report]) throws {
    for report in reports {
      add("walk", try Program.run(
        [try Program.sibling("benchmark"), "once", "walk", "\(house.bank)/done/\(report.name)"], output: directory.appending("walk.log")))
    }
    var transactions: [[(String?, String)]] = []
    for report in reports {
      let entries = try export("entries.\(report.id)", "SELECT * FROM sepad.inbound_entry WHERE file_id = \(report.id)")
      let (preparation, following) = try following(report)
      transactions.append(preparation + [
        (nil, Self.before),
        ("read bytes", "\\copy (SELECT * FROM sepad.inbound_chunk WHERE file_id = \(report.id)) TO '/dev/null' WITH (FORMAT binary)"),
        ("copy in", "\\copy sepad.inbound_entry FROM '\(entries)'"),
      ] + Self.outcomes(of: report).map { ("states + events", $0) } + [("outbox", Self.outbox)] + following)
    }
    try measure(transactions)
  }

  /// What follows from rejects and returns: a decision about each, and the mandates that it suspends or ends.
  /// - Returns: statements that bring the rows, not measured, and those that write them.
  private func following(_ report: Report) throws -> (preparation: [(String?, String)], measured: [(String?, String)]) {
    func event(_ key: String) -> String { "sepad.payment_event v ON v.id = x.\(key) AND v.inbound_file_id = \(report.id)" }
    let decisions = try export("decisions.\(report.id)", "SELECT x.* FROM sepad.r_transaction x JOIN \(event("event_id"))")
    let mandates = try export("mandates.\(report.id)", Self.oneLine("""
      SELECT x.*, v.collection_id, j.content FROM sepad.mandate_history x JOIN \(event("cause_event_id"))
      JOIN sepad.job j ON j.subject = 'mandate:' || x.mandate_id AND j.content->>'event' = x.event
      """))
    return (
      [
        (nil, "CREATE TEMP TABLE decided (LIKE sepad.r_transaction) ON COMMIT DROP;"),
        (nil, "CREATE TEMP TABLE suspended (LIKE sepad.mandate_history, collection_id bigint, content jsonb) ON COMMIT DROP;"),
        (nil, "\\copy decided FROM '\(decisions)'"), (nil, "\\copy suspended FROM '\(mandates)'"),
        (nil, "ANALYZE decided; ANALYZE suspended;"),
      ],
      [
        ("decisions", """
          INSERT INTO sepad.r_transaction
          SELECT v.id, d.collection_id, d.kind, d.limit_on, d.beyond_limit, d.action, d.represent_on, d.mandate, d.policy
          FROM decided d JOIN sepad.payment_event v ON v.collection_id = d.collection_id AND v.id > :before;
          """),
        ("mandates", """
          WITH moved AS (
            UPDATE sepad.mandate m SET state = h.to_state, look_on = NULL FROM suspended h WHERE m.id = h.mandate_id
          ), told AS (
            INSERT INTO sepad.mandate_history (mandate_id, at, event, from_state, to_state, cause_event_id, because, actor)
            SELECT h.mandate_id, h.at, h.event, h.from_state, h.to_state, v.id, h.because, h.actor
            FROM suspended h JOIN sepad.payment_event v ON v.collection_id = h.collection_id AND v.id > :before
          )
          INSERT INTO sepad.job (kind, endpoint, subject, content, created_at, run_at)
          SELECT 'webhook', 'webhook:erp', 'mandate:' || mandate_id, content, at, at FROM suspended ORDER BY id;
          """),
      ])
  }

  /// As many posts by curl, over as many connections, to a receiver that checks no signature; and the outbox's rows.
  mutating func notices(_ count: Int) throws {
    let body = try directory.write("notice.json", Array("{\"data\": \"\(String(repeating: "x", count: 640))\"}".utf8))
    add("curl", try Program.run(
      [
        "/usr/bin/curl", "-sS", "--fail-early", "--parallel", "--parallel-max", "\(Stages.connections)", "-o", "/dev/null", "-H",
        "Content-Type: application/json", "-H", "Expect:", "--data-binary", "@\(body)",
        "http://127.0.0.1:\(house.plainReceiver.port)/[1-\(count)]",
      ], output: directory.appending("curl.log")))
    let waiting = "SELECT id FROM sepad.job WHERE state = 'waiting' ORDER BY run_at, id LIMIT \(count)"
    try measure([
      [
        ("claim", "CREATE TEMP TABLE told ON COMMIT DROP AS SELECT j.* FROM sepad.job j WHERE j.id IN (\(waiting));"),
        ("outcomes", """
          INSERT INTO sepad.delivery (job_id, attempt, at, outcome, code) SELECT id, 1, '\(Days.returned)', 'delivered', 200 FROM told;
          """),
        ("states", """
          UPDATE sepad.job j SET state = 'done', attempts = 1, finished_at = '\(Days.returned)' FROM told t WHERE t.id = j.id;
          """),
      ]
    ])
  }

  private static func outcomes(of report: Report) -> [String] {
    func single(_ condition: String) -> String {
      """
      sepad.inbound_entry e JOIN sepad.collection c ON c.end_to_end_id = e.end_to_end_id
      WHERE e.file_id = \(report.id) AND \(condition) AND c.id = s.collection_id
      """
    }
    if report.name.hasPrefix("pain002") {
      // Refused in part, so that the rest is not accepted in so many words: it waits for its money.
      return [moved("rejected", from: "submitted", to: "rejected", single("e.status = 'RJCT'"), entry: "e")]
    }
    if report.name.contains("returns") { return [moved("returned", from: "settled", to: "returned", single("e.direction = 'DBIT'"), entry: "e")] }
    return [
      moved("settled", from: "submitted", "accepted", to: "settled", single("e.direction = 'CRDT'"), entry: "e"),
      moved("settled", from: "submitted", "accepted", to: "settled", """
        sepad.inbound_entry e JOIN sepad.file_item i ON i.block_id = e.block_id
        WHERE e.file_id = \(report.id) AND i.collection_id = s.collection_id
        """, entry: "e"),
    ]
  }

  private func sftp(_ commands: [String]) throws -> Cost {
    try directory.makeDirectory("got")
    let batch = try directory.write("sftp.batch", Array((commands.joined(separator: "\n") + "\n").utf8))
    return try Program.run(
      [
        "/usr/bin/sftp", "-q", "-b", batch, "-P", "\(house.sshd.port)", "-i", house.sshd.privateKey, "-o", "IdentitiesOnly=yes",
        "-o", "UserKnownHostsFile=\(house.sshd.knownHosts)", "\(house.sshd.user)@127.0.0.1",
      ], output: directory.appending("sftp.log"))
  }

  private static func oneLine(_ text: String) -> String { text.split(separator: "\n").joined(separator: " ") }
}

/// A report that was fetched.
struct Report {
  let id: Int
  let name: String
  let bytes: Int
}
