/// One connection to PostgreSQL at a time, with one owner: statements, transactions, COPY and notifications.
///
/// What waits does so on the session's own thread (`Connection`). A connection that was lost is made anew with the next
/// statement, where nothing was lost with it. A session serves both "on a connection" and "in a transaction", so no query is
/// written twice.
package actor Session {
  private let executor: BlockingExecutor
  private let conninfo: String
  private let name: String
  private var connection: Connection?
  private var transactionDepth = 0
  /// Whether it holds a lock that dies with the connection: then a lost one is not replaced in silence, for the next
  /// statement would run without the lock.
  private var isPinned = false
  /// The schema version that the connection must find, and keeps from changing while it lives.
  private let schemaVersion: Int?
  /// What is known of this connection's database, and has to be found out again on the next connection.
  private var known: Set<String> = []
  private let limits: Connection.Limits

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - conninfo: a libpq connection string or URI; a password belongs in a passfile, never here.
  ///   - name: `application_name`, seen in `pg_stat_activity`.
  ///   - timeLimit: seconds that one statement may take.
  ///   - patience: seconds for which a task that is cancelled still waits for the server's next word. A daemon that is to end
  ///     lets a statement end, and not a server or a standby that stands still keep it.
  ///   - schemaVersion: refuse a database at another version, and hold off migrations (`Migrator`) while connected.
  package init(
    conninfo: String, name: String, timeLimit: Int = 600, patience: Int = 15, schemaVersion: Int? = nil
  ) {
    executor = BlockingExecutor(label: "sepad.store.\(name)")
    self.conninfo = conninfo
    self.name = "sepad \(name)"
    limits = Connection.Limits(time: timeLimit, patience: patience)
    self.schemaVersion = schemaVersion
  }

  // Said on the thread that was used for it: it tells the server, and waits for nothing.
  isolated deinit { connection = nil }

  // MARK: Statements

  /// Runs one statement with its parameters.
  @discardableResult
  package func run(_ sql: String, _ parameters: [SQLValue] = []) throws(StoreFault) -> Answer {
    try onConnection { connection throws(StoreFault) in try connection.answer(to: sql, parameters) }
  }

  /// The single row of a statement that must return exactly one.
  package func one(_ sql: String, _ parameters: [SQLValue] = []) throws(StoreFault) -> Row {
    let rows = try run(sql, parameters).rows
    guard rows.count == 1 else { throw .shape("expected one row, found \(rows.count)") }
    return rows[0]
  }

  /// The first row, if there is any.
  package func first(_ sql: String, _ parameters: [SQLValue] = []) throws(StoreFault) -> Row? {
    try run(sql, parameters).rows.first
  }

  /// The single `bytea` column of each row.
  package func bytes(_ sql: String, _ parameters: [SQLValue] = []) throws(StoreFault) -> [[UInt8]] {
    try onConnection { connection throws(StoreFault) in try connection.bytes(of: sql, parameters) }
  }

  /// Runs several statements without parameters, as a migration holds them.
  package func script(_ sql: String) throws(StoreFault) {
    try onConnection { connection throws(StoreFault) in try connection.script(sql) }
  }

  // MARK: Transactions

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws. Calls nest by joining the
  /// outer transaction.
  package func transaction<T: Sendable>(
    _ body: @Sendable (isolated Session) async throws -> T
  ) async throws -> T {
    if transactionDepth > 0 { return try await body(self) }
    try run("BEGIN")
    transactionDepth = 1
    do {
      let value = try await body(self)
      // Still within it: on a connection made anew, COMMIT would succeed and commit nothing.
      let committed = try run("COMMIT").tag
      transactionDepth = 0
      guard committed == "COMMIT" else { throw StoreFault.shape("commit: found \(committed), expected COMMIT") }
      return value
    } catch {
      transactionDepth = 0
      // The connection may be what failed: then the server rolls back by itself, and the next statement reconnects.
      if connection != nil {
        do { try run("ROLLBACK") } catch { disconnect() }
      }
      throw error
    }
  }

  // MARK: COPY

  /// Starts `COPY … FROM STDIN`, lets `rows` send text-format lines, ends it.
  /// - Returns: the number of rows copied.
  @discardableResult
  package func copyIn(
    _ sql: String, rows: @Sendable (isolated Session) async throws -> Void
  ) async throws -> Int {
    try beginCopy(sql)
    do {
      try await rows(self)
    } catch {
      abandonCopy()
      throw error
    }
    return try endCopy()
  }

  /// The same for rows that are there already, which are taken; none at all are no question to the server.
  @discardableResult
  package func copy(_ sql: String, _ rows: inout CopyText) throws(StoreFault) -> Int {
    guard rows.rows > 0 else { return 0 }
    try beginCopy(sql)
    try send(&rows)
    return try endCopy()
  }

  /// The same, without waiting until the server has worked them in: it does so while the caller makes the next rows. What is
  /// wrong with them, the next call says, whichever it is; in a transaction, COMMIT at the latest.
  package func copyAhead(_ sql: String, _ rows: inout CopyText) throws(StoreFault) {
    guard rows.rows > 0 else { return }
    try beginCopy(sql)
    try send(&rows)
    try onConnection { connection throws(StoreFault) in try connection.endCopy() }
  }

  private func beginCopy(_ sql: String) throws(StoreFault) {
    try onConnection { connection throws(StoreFault) in try connection.beginCopy(sql) }
  }

  /// A connection that is lost has abandoned it.
  private func abandonCopy() {
    connection?.abandonCopy()
    if connection?.isLost == true { disconnect() }
  }

  private func endCopy() throws(StoreFault) -> Int {
    try onConnection { connection throws(StoreFault) in
      try connection.endCopy()
      return try connection.hearCopy()
    }
  }

  /// Takes rows and sends them; only inside `copyIn`.
  package func send(_ rows: inout CopyText) throws(StoreFault) {
    let connection = try connected()
    do throws(StoreFault) { try connection.send(&rows) } catch { throw givingUp(connection, error) }
  }

  // MARK: Notifications

  /// Waits until a notification arrives on a channel this session listens to, or until time is up.
  /// - Returns: whether one came.
  package func waitForNotification(milliseconds: Int) throws(StoreFault) -> Bool {
    try onConnection { connection throws(StoreFault) in try connection.waitForNotification(milliseconds: milliseconds) }
  }

  /// Ends the connection; the next statement makes a new one. Session-level locks are released by this.
  package func disconnect() {
    connection = nil
    isPinned = false
    known = []
  }

  /// Says that this connection holds something that dies with it: from now on its loss is an error, not a reconnect.
  func pin() { isPinned = true }

  /// Says that it holds nothing any more.
  func unpin() { isPinned = false }

  /// Whether `note` was called for `fact` on this connection. Another connection may lead to another database.
  package func knows(_ fact: String) -> Bool { known.contains(fact) }

  /// Keeps a fact for as long as the connection lives.
  package func note(_ fact: String) { known.insert(fact) }

  // MARK: The connection

  /// Does `work` on the connection, one that is made for it if need be.
  private func onConnection<Value>(_ work: (Connection) throws(StoreFault) -> Value) throws(StoreFault) -> Value {
    let connection = try connected()
    do throws(StoreFault) { return try work(connection) } catch { throw givingUp(connection, error) }
  }

  /// Lets a connection go that `fault` has ended.
  private func givingUp(_ connection: Connection, _ fault: StoreFault) -> StoreFault {
    if connection.isLost { disconnect() }
    return fault
  }

  private func connected() throws(StoreFault) -> Connection {
    if let connection {
      if connection.isAlive {
        do throws(StoreFault) { try connection.hearCopy() } catch { throw givingUp(connection, error) }
        return connection
      }
      // A silent reconnect would lose what the connection holds.
      let isMissed = isPinned
      disconnect()
      if isMissed { throw connection.lost() }
    }
    // Until the transaction ends, whoever passed over its loss: what comes next would be committed without what came before.
    guard transactionDepth == 0 else { throw .connection("lost within a transaction") }
    let fresh = try Connection(conninfo: conninfo, name: name, limits: limits)
    connection = fresh
    // One that could not be set up whole serves nobody.
    do throws(StoreFault) { try setUp() } catch {
      disconnect()
      throw error
    }
    return fresh
  }

  private func setUp() throws(StoreFault) {
    // A session that waits for a lock, or holds one while its owner sleeps, must not do so for ever.
    try run("SET lock_timeout = '30s'")
    try run("SET idle_in_transaction_session_timeout = '10min'")
    try run("SET timezone = 'UTC'")
    try run("SET client_min_messages = 'warning'")
    // Estimates of what is not there yet are high, and compiling a batch's statement takes longer than running it.
    try run("SET jit = off")
    // The working tables of a large report stay in memory; only what is used is taken.
    try run("SET temp_buffers = '64MB'")
    // A report's entries are sorted and joined in memory, unless somebody has given more.
    try run("SELECT set_config('work_mem', '32MB', false) FROM pg_settings WHERE name = 'work_mem' AND setting::int < 32768")
    guard let schemaVersion else { return }
    // A standby becomes another database under a connection that stays: whoever works waits for the new one.
    guard try !one("SELECT pg_is_in_recovery()").bool(0) else {
      throw StoreFault.connection("found a standby, which only reads")
    }
    try Migrator.hold(self, version: schemaVersion)
    // An older schema, which an older program or a test holds, has no epochs.
    if schemaVersion >= 12 { try meetEpoch() }
  }
}
