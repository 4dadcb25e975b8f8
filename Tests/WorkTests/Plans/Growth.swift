/// No statement of a stage reads a table that grows with every payment from one end to the other: what it costs would grow
/// with what is settled already.
enum Growth {
  /// Tables that stay small whatever the past; every other table of ours counts as one that grows.
  static let bounded: Set = [
    // Written by a migration or from the configuration.
    "migration", "collection_transition", "file_transition", "mandate_transition", "creditor", "creditor_account", "subscription",
    // Rows leave it as they are put into files.
    "due",
    // A row for each lane, for each database that was met, and for what such a meeting brought to light.
    "holder", "epoch", "epoch_look", "lost_message", "lost_debit",
    // A row for each decision of a person.
    "entry_decision",
  ]

  /// Indexes of what is not finished yet, or is rare: short however long their tables are.
  static let short: Set = [
    "collection_request_new", "mandate_request_new", "collection_request_refused", "mandate_request_refused",
    "inbound_file_received", "inbound_file_set_aside", "inbound_entry_open", "outbound_file_unfinished", "outbound_file_refused",
    "outbound_file_submitted", "job_waiting", "job_order", "job_begun", "job_given_up", "job_one_alert", "payment_event_reinstated",
  ]

  /// What may read a table whole all the same.
  struct Exception {
    let stage: PlanStage
    /// How the statement begins.
    let statement: String
    let relations: Set<String>
  }

  static let exceptions = [
    // Once for each connection to a bank, a row for each file: how many it is known to have.
    Exception(stage: .submit, statement: "SELECT message_id, remote_name, count(*) OVER ()", relations: ["outbound_file"]),
    // Once a day, a row for each statement of an account: whether each follows from the one before.
    Exception(stage: .watch, statement: "SELECT bank, coalesce(statement_id", relations: ["inbound_statement"]),
    // The sums of everything are a reading of everything. The status rests ten times as long as they took.
    Exception(
      stage: .overview, statement: "SELECT state, collections, cents FROM sepad.state_totals",
      relations: ["collection", "collection_status"]),
    Exception(
      stage: .overview, statement: "SELECT coalesce(sum(control_sum_cents)",
      relations: ["outbound_file", "file_item", "collection", "collection_status"]),
  ]

  /// What a statement reads whole that grows, in words.
  static func offences(of statement: PlannedStatement, in stage: PlanStage, tables: Set<String>) -> [String] {
    let allowed = exceptions.filter { $0.stage == stage && statement.text.hasPrefix($0.statement) }
      .reduce(into: bounded) { $0.formUnion($1.relations) }
    return wholeReadings(in: statement.plan, of: nil).compactMap { relation, how in
      tables.contains(relation) && !allowed.contains(relation) ? "\(relation) by \(how)" : nil
    }
  }

  private static func wholeReadings(in node: PlanNode, of table: String?) -> [(relation: String, how: String)] {
    let relation = node.relation ?? table
    var found = node.children.flatMap { wholeReadings(in: $0, of: relation) }
    let isByIndex = node.kind.hasPrefix("Index ") || node.kind.hasPrefix("Bitmap Index Scan")
    let isWhole =
      node.kind == "Seq Scan"
      || isByIndex && !node.conditions.contains { $0.hasPrefix("Index Cond") } && !short.contains(node.index ?? "")
    if isWhole, let relation { found.append((relation, node.index.map { "\(node.kind) using \($0)" } ?? node.kind)) }
    return found
  }
}
