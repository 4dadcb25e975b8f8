import Glibc

/// Two ends and what is on its way between them.
struct ProxiedPair {
  private let client: Int32
  private let server: Int32
  private let generation: Int
  private var toServer = Flow()
  private var toClient = Flow()
  /// The stall that struck this one already.
  private var stalled: FaultProxy.Fault?

  private struct Flow {
    /// Read and not yet written.
    var waiting: [UInt8] = []
    /// Written so far.
    var passed = 0
    /// Nothing more will come.
    var hasEnded = false
    /// The end is passed on.
    var isShut = false
  }

  init(client: Int32, server: Int32, generation: Int) {
    self.client = client
    self.server = server
    self.generation = generation
  }

  /// Waits for something to happen, at most a hundredth of a second, and passes it on.
  /// - Returns: false when the connection is over, and both ends are closed.
  mutating func step(_ look: () -> (fault: FaultProxy.Fault, generation: Int, isOver: Bool)?, strike: () -> Bool) -> Bool {
    if let fault = look()?.fault, stalled != fault { stalled = nil }
    var ends = [
      pollfd(fd: client, events: events(reading: toServer, writing: toClient), revents: 0),
      pollfd(fd: server, events: events(reading: toClient, writing: toServer), revents: 0),
    ]
    // An end that has hung up, and from which nothing is wanted, would wake us for ever.
    for index in ends.indices where ends[index].events == 0 { ends[index].fd = -1 }
    poll(&ends, 2, 10)
    // After the wait: what was set meanwhile counts for the bytes that ended it.
    guard let now = look(), !now.isOver, now.generation == generation else { return finish(abruptly: true) }
    if !read(&toServer, from: client, ends[0]) || !read(&toClient, from: server, ends[1]) {
      return finish(abruptly: true)
    }
    for side in [FaultProxy.Side.server, .client] {
      var flow = side == .server ? toServer : toClient
      guard write(&flow, to: side == .server ? server : client, side, now.fault, strike) else { return false }
      if side == .server { toServer = flow } else { toClient = flow }
    }
    return toServer.isShut && toClient.isShut ? finish(abruptly: false) : true
  }

  private func events(reading: Flow, writing: Flow) -> Int16 {
    Int16(!reading.hasEnded && reading.waiting.count < 1 << 16 ? POLLIN : 0)
      | Int16(!writing.waiting.isEmpty && stalled == nil ? POLLOUT : 0)
  }

  private func read(_ flow: inout Flow, from end: Int32, _ polled: pollfd) -> Bool {
    guard !flow.hasEnded, flow.waiting.count < 1 << 16, polled.fd >= 0,
      polled.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0
    else { return true }
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    let count = recv(end, &piece, piece.count, Int32(MSG_DONTWAIT))
    if count > 0 { flow.waiting += piece[..<count] }
    if count == 0 { flow.hasEnded = true }
    return count >= 0 || errno == EAGAIN || errno == EINTR
  }

  /// - Returns: false when the connection is over, and both ends are closed.
  private mutating func write(
    _ flow: inout Flow, to end: Int32, _ side: FaultProxy.Side, _ fault: FaultProxy.Fault, _ strike: () -> Bool
  ) -> Bool {
    let waiting = flow.waiting.count
    if let (after, struck) = fault.breakpoint, struck == side, flow.passed + waiting > after,
      stalled != nil || strike()
    {
      // The bytes before the fault are to arrive before it strikes.
      guard send(&flow, max(0, after - flow.passed), to: end) else { return finish(abruptly: true) }
      switch fault {
      case .close: return finish(abruptly: false)
      case .stall: stalled = fault
      default: return finish(abruptly: true)
      }
      return true
    }
    guard send(&flow, waiting, to: end) else { return finish(abruptly: true) }
    if flow.hasEnded, flow.waiting.isEmpty, !flow.isShut {
      shutdown(end, Int32(SHUT_WR))
      flow.isShut = true
    }
    return true
  }

  private func send(_ flow: inout Flow, _ room: Int, to end: Int32) -> Bool {
    guard room > 0 else { return true }
    let count = Glibc.send(end, flow.waiting, room, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
    if count > 0 {
      flow.waiting.removeFirst(count)
      flow.passed += count
    }
    return count >= 0 || errno == EAGAIN || errno == EINTR
  }

  private func finish(abruptly: Bool) -> Bool {
    for end in [client, server] { if abruptly { FaultProxy.reset(end) } else { Glibc.close(end) } }
    return false
  }
}
