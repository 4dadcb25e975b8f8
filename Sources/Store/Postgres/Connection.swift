internal import CLibPQ
internal import Dispatch
internal import Glibc

/// One libpq connection, from the time it is made until it is lost or let go. Every call that waits does so in poll(2) under
/// a deadline.
///
/// It belongs to one `Session`, which knows what a lost one means and makes the next.
final class Connection {
  private let handle: OpaquePointer
  /// Whether a fault has ended it; then it is of no more use.
  private(set) var isLost = false
  /// Whether all of a COPY was sent and the server's answer was not heard yet.
  private var isCopyUnheard = false
  private let limits: Limits

  struct Limits {
    /// Seconds that one statement may take before it is cancelled.
    let time: Int
    /// Seconds for which it waits for the server's next word when its task is cancelled.
    let patience: Int
  }

  /// Tries the hosts of the connection string one after the other. Blocks, on the caller's thread: only so does libpq keep its
  /// time limit for each host, and a host that is silent does not keep it from the next.
  init(conninfo: String, name: String, limits: Limits) throws(StoreFault) {
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
    PQsetNoticeProcessor(fresh, { _, _ in }, nil)
    (handle, self.limits) = (fresh, limits)
    // A write to a server that takes nothing would otherwise wait within libpq, beyond every deadline.
    guard PQsetnonblocking(handle, 1) == 0 else { throw lost() }
  }

  deinit { PQfinish(handle) }

  /// Whether libpq still holds it for whole.
  var isAlive: Bool { !isLost && PQstatus(handle) == CONNECTION_OK }

  // MARK: Statements

  /// The server's answer to one statement.
  func answer(to sql: String, _ parameters: [SQLValue]) throws(StoreFault) -> Answer {
    let result = try result(of: sql, parameters, binary: false)
    defer { PQclear(result) }
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

  /// The single `bytea` column of each row of a statement's answer.
  func bytes(of sql: String, _ parameters: [SQLValue]) throws(StoreFault) -> [[UInt8]] {
    let result = try result(of: sql, parameters, binary: true)
    defer { PQclear(result) }
    return (0..<PQntuples(result)).map { row in
      let length = Int(PQgetlength(result, row, 0))
      guard length > 0, let start = PQgetvalue(result, row, 0) else { return [] }
      return Array(UnsafeRawBufferPointer(start: start, count: length))
    }
  }

  /// Runs several statements without parameters.
  func script(_ sql: String) throws(StoreFault) {
    guard PQsendQuery(handle, sql) == 1 else { throw lost() }
    try drain()
  }

  private func result(of sql: String, _ parameters: [SQLValue], binary: Bool) throws(StoreFault) -> OpaquePointer {
    try send(sql, parameters, binary: binary)
    let limit = deadline()
    var last: OpaquePointer?
    while let result = try nextResult(before: limit) {
      if let last { PQclear(last) }
      last = result
    }
    guard let result = last else { throw lost() }
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      return result
    default:
      let fault = serverFault(in: result)
      PQclear(result)
      if PQstatus(handle) != CONNECTION_OK { throw lost() }
      throw fault
    }
  }

  private func send(_ sql: String, _ parameters: [SQLValue], binary: Bool) throws(StoreFault) {
    var owned: [UnsafeMutablePointer<CChar>?] = []
    var lengths: [Int32] = []
    var formats: [Int32] = []
    defer { for pointer in owned { pointer?.deallocate() } }
    for parameter in parameters {
      if case .bytes(let bytes) = parameter {
        owned.append(Self.copy(bytes))
        lengths.append(Int32(bytes.count))
        formats.append(1)
      } else {
        owned.append(parameter.encodedText.map { Self.copy(Array($0.utf8)) })
        lengths.append(0)
        formats.append(0)
      }
    }
    let values = owned.map { $0.map { UnsafePointer($0) } }
    let sent = PQsendQueryParams(
      handle, sql, Int32(parameters.count), nil, values, lengths, formats, binary ? 1 : 0)
    guard sent == 1 else { throw lost() }
  }

  /// With a zero behind it, which ends a text. So that an empty value has an address too: NULL would mean SQL's NULL.
  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { UnsafeMutableRawPointer(copy).copyMemory(from: start, byteCount: source.count) }
    }
    copy[bytes.count] = 0
    return copy
  }

  // MARK: COPY

  /// Starts a `COPY … FROM STDIN`.
  func beginCopy(_ sql: String) throws(StoreFault) {
    guard PQsendQuery(handle, sql) == 1 else { throw lost() }
    let start = try nextResult(before: deadline())
    guard let start, PQresultStatus(start) == PGRES_COPY_IN else {
      let fault = start.map { serverFault(in: $0) } ?? .shape("COPY did not start")
      if let start { PQclear(start) }
      try drain()
      throw fault
    }
    PQclear(start)
  }

  /// Takes rows and sends them.
  func send(_ rows: inout CopyText) throws(StoreFault) {
    let sent = rows.take { bytes in
      PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }
    guard sent == 1 else { throw lost() }
    // Else libpq would keep all that a slow server has not taken yet.
    try flush(before: deadline())
  }

  /// Ends a COPY whose answer is heard when `hearCopy` is called next.
  func endCopy() throws(StoreFault) {
    guard PQputCopyEnd(handle, nil) == 1 else { throw lost() }
    try flush(before: deadline())
    isCopyUnheard = true
  }

  /// The server discards the whole COPY; its complaint about that is not news.
  func abandonCopy() {
    guard PQputCopyEnd(handle, "cancelled by the client") == 1 else { return }
    do { try drain() } catch { /* the caller throws the cause */ }
  }

  /// Hears what the server says to a COPY that has ended, if there is one.
  /// - Returns: how many rows were copied.
  @discardableResult
  func hearCopy() throws(StoreFault) -> Int {
    guard isCopyUnheard else { return 0 }
    isCopyUnheard = false
    var copied = 0
    let limit = deadline()
    while let result = try nextResult(before: limit) {
      defer { PQclear(result) }
      guard PQresultStatus(result) == PGRES_COMMAND_OK else {
        let fault = serverFault(in: result)
        try drain()
        throw fault
      }
      copied = Int(String(cString: PQcmdTuples(result))) ?? 0
    }
    return copied
  }

  // MARK: Notifications

  /// Waits until a notification arrives, or until time is up.
  /// - Returns: whether one came.
  func waitForNotification(milliseconds: Int) throws(StoreFault) -> Bool {
    if takeNotifications() { return true }
    var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, Int32(milliseconds)) > 0 else { return false }
    guard PQconsumeInput(handle) == 1 else { throw lost() }
    return takeNotifications()
  }

  private func takeNotifications() -> Bool {
    var any = false
    while let notification = PQnotifies(handle) {
      PQfreemem(notification)
      any = true
    }
    return any
  }

  // MARK: Waiting

  /// The next result of the statement under way, nil after the last.
  private func nextResult(before limit: UInt64) throws(StoreFault) -> OpaquePointer? {
    try flush(before: limit)
    while PQisBusy(handle) == 1 {
      guard wait(for: Int16(POLLIN), until: limit) else { throw expired() }
      guard PQconsumeInput(handle) == 1 else { throw lost() }
    }
    return PQgetResult(handle)
  }

  /// Until the server has taken all that was given to libpq. Its words are read meanwhile, or both sides could wait.
  private func flush(before limit: UInt64) throws(StoreFault) {
    while PQflush(handle) == 1 {
      guard wait(for: Int16(POLLIN | POLLOUT), until: limit) else { throw expired() }
      guard PQconsumeInput(handle) == 1 else { throw lost() }
    }
  }

  private func drain() throws(StoreFault) {
    var found: StoreFault?
    let limit = deadline()
    while let result = try nextResult(before: limit) {
      if found == nil, PQresultStatus(result) == PGRES_FATAL_ERROR { found = serverFault(in: result) }
      PQclear(result)
    }
    if let found { throw found }
  }

  private func deadline() -> UInt64 {
    DispatchTime.now().uptimeNanoseconds + UInt64(limits.time) * 1_000_000_000
  }

  /// - Returns: whether something came; false when time is up, or no patience is left with a task that is cancelled.
  private func wait(for events: Int16, until limit: UInt64) -> Bool {
    var (limit, isCancelled) = (limit, false)
    while true {
      let now = DispatchTime.now().uptimeNanoseconds
      if !isCancelled, Task.isCancelled {
        isCancelled = true
        limit = min(limit, now + UInt64(limits.patience) * 1_000_000_000)
      }
      guard now < limit else { return false }
      var descriptor = pollfd(fd: PQsocket(handle), events: events, revents: 0)
      // In slices: nothing wakes it when its task is cancelled.
      let ready = poll(&descriptor, 1, Int32(min(250, (limit - now) / 1_000_000 + 1)))
      if ready > 0 { return true }
      if ready < 0, errno != EINTR { return false }
    }
  }

  // MARK: Faults

  /// Gives it up for lost.
  func lost() -> StoreFault {
    isLost = true
    let message = Self.firstLine(PQerrorMessage(handle))
    return .connection(message.isEmpty ? "connection lost" : message)
  }

  private func expired() -> StoreFault {
    isLost = true
    if let cancel = PQgetCancel(handle) {
      // Asking costs a connection of its own, which may take minutes to a host that does not answer: nobody waits for it.
      // libpq lets any thread ask; the object is ours alone.
      nonisolated(unsafe) let request = cancel
      DispatchQueue.global(qos: .utility).async {
        var buffer = [CChar](repeating: 0, count: 256)
        PQcancel(request, &buffer, 256)
        PQfreeCancel(request)
      }
    }
    return .timedOut(seconds: Task.isCancelled ? min(limits.patience, limits.time) : limits.time)
  }

  private func serverFault(in result: OpaquePointer) -> StoreFault {
    func field(_ code: Character) -> String? {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    // PG_DIAG_SQLSTATE, PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_CONSTRAINT_NAME: macros of character constants.
    let state = field("C") ?? "?????"
    let message = state.hasPrefix("22") ? "data exception" : field("M") ?? "no message"
    return .server(sqlState: state, message: message, constraint: field("n"))
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
