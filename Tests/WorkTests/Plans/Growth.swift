/// No statement of a stage reads a table that grows with every payment from one end to the other, by an index or without:
/// what it costs would grow with what is settled already.
enum Growth {
  /// Tables that stay small whatever the past; every other table of ours counts as one that grows.
  static let bounded: Set = [
    // Written by a migration or from the configuration.
    "migration", "collection_transition", "file_transition", "mandate_transition", "creditor", "creditor_account", "subscription",
    // Rows leave it as they are put into files.
    "due", "notice_need",
    // Folded into a row for each state.
    "state_tally",
    // A row for each lane, for each database that was met, and for what such a meeting brought to light.
    "holder", "epoch", "epoch_look", "lost_message", "lost_debit",
    // A row for each decision of a person, and for each collection that is taken back: a person's decision too.
    "entry_decision", "undoing", "undoing_item", "cancellation_request", "reversal_request",
    // A row for each plan, and for each change that somebody makes in one.
    "plan", "plan_status", "plan_change", "plan_request", "plan_change_request",
  ]

  /// Indexes of what is not finished yet, or is rare: short however long their tables are.
  static let short: Set = [
    "collection_request_refused", "mandate_request_refused", "inbound_file_received", "inbound_file_set_aside",
    "inbound_entry_open", "outbound_file_unfinished", "outbound_file_refused", "outbound_file_submitted", "job_begun",
    "job_failing", "job_given_up", "job_one_alert", "payment_event_reinstated", "mandate_change_request_refused",
    "mandate_amendment_open", "mandate_unregistered", "mandate_may_end", "notice_request_refused", "notice_open",
    "notice_overdue",
  ]

  /// Indexes of what waits its turn, which may be millions: a statement takes its part from an end of them.
  static let queues: Set = [
    "collection_request_new", "mandate_request_new", "mandate_change_request_new", "job_due", "job_order",
    "mandate_look_on", "mandate_registration", "notice_request_new", "notice_need_look",
  ]

  /// What may be read whole all the same: tables, and indexes.
  struct Exception {
    let stage: PlanStage
    /// How the statement begins.
    let statement: String
    let readings: Set<String>
  }

  static let exceptions = [
    // Once for each connection to a bank, a row for each file: how many it is known to have.
    Exception(
      stage: .submit, statement: "SELECT message_id, remote_name, count(*) OVER ()", readings: ["outbound_file_pkey"]),
    // Once a day, a row for each statement of an account: whether each follows from the one before.
    Exception(stage: .watch, statement: "SELECT bank, coalesce(statement_id", readings: ["inbound_statement"]),
    // An entry for each file: what the banks were given.
    Exception(
      stage: .overview, statement: "SELECT (SELECT coalesce(sum(control_sum_cents)", readings: ["outbound_file_given"]),
    // How much waits is counted where it waits.
    Exception(
      stage: .overview, statement: "SELECT (SELECT count(*) FROM intake.mandate_request",
      readings: [
        "mandate_request_new", "mandate_change_request_new", "collection_request_new", "notice_request_new", "job_order",
      ]),
  ]

  /// What a statement reads whole that grows, in words.
  static func offences(of statement: PlannedStatement, in stage: PlanStage, tables: PlanTables) -> [String] {
    let excepted = exceptions.filter { $0.stage == stage && statement.text.hasPrefix($0.statement) }
      .reduce(into: Set()) { $0.formUnion($1.readings) }
    return wholeReadings(in: statement.plan, of: nil, isLimited: false, tables).compactMap { reading in
      guard tables.names.contains(reading.relation), !bounded.contains(reading.relation) else { return nil }
      return excepted.contains(reading.index ?? reading.relation) ? nil : reading.words
    }
  }

  struct Reading {
    let relation: String
    let kind: String
    let index: String?
    var words: String { "\(relation) by \(kind)" + (index.map { " using \($0)" } ?? "") }
  }

  /// - Parameters:
  ///   - table: what the node above reads, which a bitmap's indexes do not say.
  ///   - isLimited: whether somebody above takes only so many rows, and nobody between needs all of them.
  private static func wholeReadings(
    in node: PlanNode, of table: String?, isLimited: Bool, _ tables: PlanTables
  ) -> [Reading] {
    let relation = node.relation ?? table
    let needsAll = ["Sort", "Hash", "HashAggregate", "GroupAggregate", "Aggregate", "Materialize", "WindowAgg"].contains(node.kind)
    let isLimitedBelow = node.kind == "Limit" || isLimited && !needsAll
    var found = node.children.flatMap { wholeReadings(in: $0, of: relation, isLimited: isLimitedBelow, tables) }
    if let relation, isWhole(node, isLimited: isLimited, tables) {
      found.append(Reading(relation: relation, kind: node.kind, index: node.index))
    }
    return found
  }

  private static func isWhole(_ node: PlanNode, isLimited: Bool, _ tables: PlanTables) -> Bool {
    if node.kind == "Seq Scan" { return true }
    guard let index = node.index else { return false }
    guard let condition = node.conditions.first(where: { $0.hasPrefix("Index Cond") }) else {
      return !short.contains(index) && !(isLimited && queues.contains(index))
    }
    // By a later column alone, an index is read from one end to the other.
    return !condition.contains("(\(tables.firstColumns[index] ?? "") ")
  }
}
