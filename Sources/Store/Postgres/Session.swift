internal import CLibPQ
internal import Dispatch
internal import Glibc

/// One connection to PostgreSQL, with one owner: statements, transactions, COPY and notifications.
///
/// Every call that waits does so in poll(2) under a deadline, on the session's own thread. A session serves both
/// "on a connection" and "in a transaction", so no query is written twice.
package actor Session {
  private let executor: BlockingExecutor
  private let conninfo: String
  private let name: String
  private var connection: OpaquePointer?
  private var transactionDepth = 0
  /// Whether all of a COPY was sent and the server's answer was not heard yet.
  private var isCopyUnheard = false
  /// Whether it holds a lock that dies with the connection: then a lost one is not replaced in silence, for the next
  /// statement would run without the lock.
  private var isPinned = false
  /// The schema version that the connection must find, and keeps from changing while it lives.
  private let schemaVersion: Int?
  /// What is known of this connection's database, and has to be found out again on the next connection.
  private var known: Set<String> = []
  /// Seconds that one statement may take before it is cancelled.
  private let timeLimit: Int
  /// Seconds for which it waits for the server's next word when its task is cancelled.
  private let patience: Int

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
    self.timeLimit = timeLimit
    self.patience = patience
    self.schemaVersion = schemaVersion
  }

  isolated deinit {
    if let connection { PQfinish(connection) }
  }

  // MARK: Statements

  /// Runs one statement with its parameters.
  /// - Parameter binaryBytes: ask for the columns in binary form; only for statements that return a single `bytea`
  ///   column, see `bytes(_:_:)`.
  @discardableResult
  package func run(_ sql: String, _ parameters: [SQLValue] = []) throws(StoreFault) -> Answer {
    let result = try perform(sql, parameters, binary: false)
    defer { PQclear(result) }
    return answer(from: result)
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
    let result = try perform(sql, parameters, binary: true)
    defer { PQclear(result) }
    return (0..<PQntuples(result)).map { row in
      let length = Int(PQgetlength(result, row, 0))
      guard length > 0, let start = PQgetvalue(result, row, 0) else { return [] }
      return Array(UnsafeRawBufferPointer(start: start, count: length))
    }
  }

  /// Runs several statements without parameters, as a migration holds them.
  package func script(_ sql: String) throws(StoreFault) {
    let connection = try connected()
    guard PQsendQuery(connection, sql) == 1 else { throw lost(connection) }
    try drain(connection)
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
    try finishSending(try connected())
    isCopyUnheard = true
  }

  private func beginCopy(_ sql: String) throws(StoreFault) {
    let connection = try connected()
    guard PQsendQuery(connection, sql) == 1 else { throw lost(connection) }
    let start = try nextResult(connection, before: deadline())
    guard let start, PQresultStatus(start) == PGRES_COPY_IN else {
      let fault = start.map { serverFault($0) } ?? .shape("COPY did not start")
      if let start { PQclear(start) }
      try drain(connection)
      throw fault
    }
    PQclear(start)
  }

  /// The server discards the whole COPY; its complaint about that is not news. A connection that is lost has abandoned it.
  private func abandonCopy() {
    guard let connection else { return }
    if PQputCopyEnd(connection, "cancelled by the client") == 1 {
      do { try drain(connection) } catch { /* the caller throws the cause */ }
    }
  }

  private func endCopy() throws(StoreFault) -> Int {
    let connection = try connected()
    try finishSending(connection)
    return try hearCopy(connection)
  }

  private func finishSending(_ connection: OpaquePointer) throws(StoreFault) {
    guard PQputCopyEnd(connection, nil) == 1 else { throw lost(connection) }
    try flush(connection, before: deadline())
  }

  private func hearCopy(_ connection: OpaquePointer) throws(StoreFault) -> Int {
    var copied = 0
    let limit = deadline()
    while let result = try nextResult(connection, before: limit) {
      defer { PQclear(result) }
      guard PQresultStatus(result) == PGRES_COMMAND_OK else {
        let fault = serverFault(result)
        try drain(connection)
        throw fault
      }
      copied = Int(String(cString: PQcmdTuples(result))) ?? 0
    }
    return copied
  }

  /// Takes rows and sends them; only inside `copyIn`.
  package func send(_ rows: inout CopyText) throws(StoreFault) {
    let connection = try connected()
    let sent = rows.take { bytes in
      PQputCopyData(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }
    guard sent == 1 else { throw lost(connection) }
    // Else libpq would keep all that a slow server has not taken yet.
    try flush(connection, before: deadline())
  }

  // MARK: Notifications

  /// Waits until a notification arrives on a channel this session listens to, or until time is up.
  /// - Returns: whether one came.
  package func waitForNotification(milliseconds: Int) throws(StoreFault) -> Bool {
    let connection = try connected()
    if takeNotifications(connection) { return true }
    var descriptor = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, Int32(milliseconds)) > 0 else { return false }
    guard PQconsumeInput(connection) == 1 else { throw lost(connection) }
    return takeNotifications(connection)
  }

  /// Ends the connection; the next statement makes a new one. Session-level locks are released by this.
  package func disconnect() {
    if let connection { PQfinish(connection) }
    connection = nil
    transactionDepth = 0
    isCopyUnheard = false
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

  // MARK: libpq

  private func takeNotifications(_ connection: OpaquePointer) -> Bool {
    var any = false
    while let notification = PQnotifies(connection) {
      PQfreemem(notification)
      any = true
    }
    return any
  }

  private func connected() throws(StoreFault) -> OpaquePointer {
    if let connection {
      if PQstatus(connection) == CONNECTION_OK {
        if isCopyUnheard {
          isCopyUnheard = false
          _ = try hearCopy(connection)
        }
        return connection
      }
      // A silent reconnect would lose what was done so far in a transaction, or what the connection holds.
      if transactionDepth > 0 || isPinned { throw lost(connection) }
      disconnect()
    }
    let fresh = try connect()
    PQsetNoticeProcessor(fresh, { _, _ in }, nil)
    connection = fresh
    // One that could not be set up whole serves nobody.
    do throws(StoreFault) { try setUp(fresh) } catch {
      disconnect()
      throw error
    }
    return fresh
  }

  private func setUp(_ fresh: OpaquePointer) throws(StoreFault) {
    // A write to a server that takes nothing would otherwise wait within libpq, beyond every deadline.
    guard PQsetnonblocking(fresh, 1) == 0 else { throw lost(fresh) }
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

  /// Tries the hosts of the connection string one after the other. Blocks, on the session's own thread: only so does
  /// libpq keep its time limit for each host, and a host that is silent does not keep it from the next.
  private func connect() throws(StoreFault) -> OpaquePointer {
    // What comes later in the list wins, so that the connection string may say otherwise. A host that vanished is
    // noticed within a minute, not when the statement's time is up.
    let parameters = [
      ("connect_timeout", "5"), ("keepalives_idle", "20"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "60000"), ("dbname", conninfo), ("application_name", name),
    ]
    var keywords = parameters.map { UnsafePointer(strdup($0.0)) } + [nil]
    var values = parameters.map { UnsafePointer(strdup($0.1)) } + [nil]
    defer { for pointer in keywords + values { free(UnsafeMutablePointer(mutating: pointer)) } }
    guard let fresh = PQconnectdbParams(&keywords, &values, 1) else { throw .connection("out of memory") }
    guard PQstatus(fresh) == CONNECTION_OK else {
      let message = Self.eachLine(PQerrorMessage(fresh))
      PQfinish(fresh)
      throw .connection(message)
    }
    return fresh
  }

  private func perform(_ sql: String, _ parameters: [SQLValue], binary: Bool) throws(StoreFault) -> OpaquePointer {
    let connection = try connected()
    try sendParameters(connection, sql, parameters, binary: binary)
    let limit = deadline()
    var last: OpaquePointer?
    while let result = try nextResult(connection, before: limit) {
      if let last { PQclear(last) }
      last = result
    }
    guard let result = last else { throw lost(connection) }
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      return result
    default:
      let fault = serverFault(result)
      PQclear(result)
      if PQstatus(connection) != CONNECTION_OK { throw lost(connection) }
      throw fault
    }
  }

  private func sendParameters(
    _ connection: OpaquePointer, _ sql: String, _ parameters: [SQLValue], binary: Bool
  ) throws(StoreFault) {
    var owned: [UnsafeMutablePointer<CChar>?] = []
    var lengths: [Int32] = []
    var formats: [Int32] = []
    defer { for pointer in owned { pointer?.deallocate() } }
    for parameter in parameters {
      if case .bytes(let bytes) = parameter {
        // An empty value still needs an address: NULL would mean SQL's NULL.
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: max(bytes.count, 1))
        bytes.withUnsafeBytes { UnsafeMutableRawPointer(copy).copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count) }
        owned.append(copy)
        lengths.append(Int32(bytes.count))
        formats.append(1)
      } else if let text = parameter.encodedText {
        let utf8 = Array(text.utf8)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: utf8.count + 1)
        utf8.withUnsafeBytes { UnsafeMutableRawPointer(copy).copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count) }
        copy[utf8.count] = 0
        owned.append(copy)
        lengths.append(0)
        formats.append(0)
      } else {
        owned.append(nil)
        lengths.append(0)
        formats.append(0)
      }
    }
    let values = owned.map { $0.map { UnsafePointer($0) } }
    let sent = PQsendQueryParams(
      connection, sql, Int32(parameters.count), nil, values, lengths, formats, binary ? 1 : 0)
    guard sent == 1 else { throw lost(connection) }
  }

  /// The next result of the statement under way, nil after the last.
  private func nextResult(_ connection: OpaquePointer, before limit: UInt64) throws(StoreFault) -> OpaquePointer? {
    try flush(connection, before: limit)
    while PQisBusy(connection) == 1 {
      guard wait(on: PQsocket(connection), for: Int16(POLLIN), until: limit) else { throw expired(connection) }
      guard PQconsumeInput(connection) == 1 else { throw lost(connection) }
    }
    return PQgetResult(connection)
  }

  /// Until the server has taken all that was given to libpq. Its words are read meanwhile, or both sides could wait.
  private func flush(_ connection: OpaquePointer, before limit: UInt64) throws(StoreFault) {
    while PQflush(connection) == 1 {
      guard wait(on: PQsocket(connection), for: Int16(POLLIN | POLLOUT), until: limit) else { throw expired(connection) }
      guard PQconsumeInput(connection) == 1 else { throw lost(connection) }
    }
  }

  private func drain(_ connection: OpaquePointer) throws(StoreFault) {
    var fault: StoreFault?
    let limit = deadline()
    while let result = try nextResult(connection, before: limit) {
      if fault == nil, PQresultStatus(result) == PGRES_FATAL_ERROR { fault = serverFault(result) }
      PQclear(result)
    }
    if let fault { throw fault }
  }

  private func answer(from result: OpaquePointer) -> Answer {
    let width = PQnfields(result)
    let rows = (0..<PQntuples(result)).map { row in
      Row(
        columns: (0..<width).map { column in
          PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
        })
    }
    return Answer(
      rows: rows, affected: Int(String(cString: PQcmdTuples(result))) ?? rows.count, tag: String(cString: PQcmdStatus(result)))
  }

  private func serverFault(_ result: OpaquePointer) -> StoreFault {
    func field(_ code: Character) -> String? {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    // PG_DIAG_SQLSTATE, PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_CONSTRAINT_NAME: macros of character constants.
    let state = field("C") ?? "?????"
    let message = state.hasPrefix("22") ? "data exception" : field("M") ?? "no message"
    return .server(sqlState: state, message: message, constraint: field("n"))
  }

  private func lost(_ connection: OpaquePointer) -> StoreFault {
    let message = Self.firstLine(PQerrorMessage(connection))
    disconnect()
    return .connection(message.isEmpty ? "connection lost" : message)
  }

  private func expired(_ connection: OpaquePointer) -> StoreFault {
    if let cancel = PQgetCancel(connection) {
      // Asking costs a connection of its own, which may take minutes to a host that does not answer: nobody waits for it.
      // libpq lets any thread ask; the object is ours alone.
      nonisolated(unsafe) let request = cancel
      DispatchQueue.global(qos: .utility).async {
        var buffer = [CChar](repeating: 0, count: 256)
        PQcancel(request, &buffer, 256)
        PQfreeCancel(request)
      }
    }
    disconnect()
    return .timedOut(seconds: Task.isCancelled ? min(patience, timeLimit) : timeLimit)
  }

  private func deadline() -> UInt64 {
    DispatchTime.now().uptimeNanoseconds + UInt64(timeLimit) * 1_000_000_000
  }

  /// - Returns: whether something came; false when time is up, or no patience is left with a task that is cancelled.
  private func wait(on socket: Int32, for events: Int16, until limit: UInt64) -> Bool {
    var (limit, isCancelled) = (limit, false)
    while true {
      let now = DispatchTime.now().uptimeNanoseconds
      if !isCancelled, Task.isCancelled {
        isCancelled = true
        limit = min(limit, now + UInt64(patience) * 1_000_000_000)
      }
      guard now < limit else { return false }
      var descriptor = pollfd(fd: socket, events: events, revents: 0)
      // In slices: nothing wakes it when its task is cancelled.
      let ready = poll(&descriptor, 1, Int32(min(250, (limit - now) / 1_000_000 + 1)))
      if ready > 0 { return true }
      if ready < 0, errno != EINTR { return false }
    }
  }

  /// A line for each host that was tried, as one line. Lines that begin with a tab are hints.
  private static func eachLine(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "" }
    return String(cString: text).split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("\t") }.joined(separator: "; ")
  }

  private static func firstLine(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "" }
    return String(String(cString: text).prefix { $0 != "\n" && $0 != "\r\n" })
  }
}
