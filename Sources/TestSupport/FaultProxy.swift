import Foundation
import Synchronization

/// A port of 127.0.0.1 in front of a server, whatever it speaks: what passes through breaks when a test says so.
///
/// Bytes are counted for each connection and direction from its beginning, so a fault strikes at byte n of an upload, of a
/// reply or of a handshake. A fault that is set counts at once, also for connections that exist. Ends with the value.
package final class FaultProxy: Sendable {
  /// Who would have got the next byte.
  package enum Side: Sendable, Hashable { case server, client }

  /// What happens to connections.
  package enum Fault: Sendable, Hashable {
    /// Everything passes, also what stood still.
    case none
    /// A connection is taken and reset at once; those that exist go on.
    case refuse
    /// Both ends are reset (RST) when `after` bytes have passed to `to`.
    case reset(after: Int, to: Side)
    /// The connection ends in order (FIN) on both sides when `after` bytes have passed to `to`: truncation.
    case close(after: Int, to: Side)
    /// Nothing more passes to `to` after `after` bytes, and the connections stay; what waits passes when the fault is
    /// over. To the client: the server has done its work, and its answer comes late or never.
    case stall(after: Int, to: Side)

    /// Where a connection's flow meets it.
    var breakpoint: (after: Int, to: Side)? {
      switch self {
      case .none, .refuse: nil
      case .reset(let after, let side), .close(let after, let side), .stall(let after, let side): (after, side)
      }
    }
  }

  /// Where the server is.
  package enum Target: Sendable {
    case port(Int)
    /// A Unix socket's path.
    case socket(String)
  }

  package let port: Int
  private let listener: Int32
  private struct Behaviour {
    var target: Target
    var fault = Fault.none
    /// How many connections it may still strike; nil: all.
    var left: Int?
    var strikes = 0
    /// Raised by `cut`: connections that began before it end.
    var generation = 0
    var isOver = false
  }
  private let behaviour: Mutex<Behaviour>

  package init(_ target: Target) throws {
    behaviour = Mutex(Behaviour(target: target))
    let listener: Int32
    (listener, port) = try listenOnLoopback()
    self.listener = listener
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { break }
        guard let proxy = self else {
          Glibc.close(client)
          break
        }
        proxy.take(client)
      }
      Glibc.close(listener)
    }
  }

  deinit {
    behaviour.withLock { $0.isOver = true }
    // Wakes the thread that waits in accept; closing would not.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// From now on.
  /// - Parameter times: how many connections it strikes before everything passes again; nil: all.
  package func set(_ fault: Fault, times: Int? = nil) {
    behaviour.withLock {
      $0.fault = fault
      $0.left = times
    }
  }

  /// New connections go elsewhere: to a server that behaves otherwise.
  package func redirect(to target: Target) { behaviour.withLock { $0.target = target } }

  /// Resets every connection that exists. New ones meet the fault that is set.
  package func cut() { behaviour.withLock { $0.generation += 1 } }

  /// How many connections met a fault so far: a test that broke nothing is not to pass.
  package var strikes: Int { behaviour.withLock { $0.strikes } }

  // MARK: Connections

  private func take(_ client: Int32) {
    let isRefused = behaviour.withLock { $0.fault == .refuse && Self.strike(&$0) }
    guard !isRefused, let server = connect() else { return Self.reset(client) }
    // A program that the test starts meanwhile would keep the connection open.
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    for end in [client, server] {
      var on: Int32 = 1
      setsockopt(end, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    let generation = behaviour.withLock { $0.generation }
    Thread.detachNewThread { [weak self] in
      var pair = ProxiedPair(client: client, server: server, generation: generation)
      while pair.step(
        { self?.behaviour.withLock { ($0.fault, $0.generation, $0.isOver) } },
        strike: { self?.behaviour.withLock { Self.strike(&$0) } ?? false }
      ) {}
    }
  }

  /// Counts a strike, unless all that were asked for have been.
  private static func strike(_ behaviour: inout Behaviour) -> Bool {
    if let left = behaviour.left {
      guard left > 0 else { return false }
      behaviour.left = left - 1
    }
    behaviour.strikes += 1
    return true
  }

  private func connect() -> Int32? {
    let end: Int32
    let isConnected: Bool
    switch behaviour.withLock({ $0.target }) {
    case .port(let port):
      end = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      isConnected = Self.connects(end, &address)
    case .socket(let path):
      end = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { room in
        for (index, byte) in path.utf8.prefix(room.count - 1).enumerated() { room[index] = byte }
      }
      isConnected = Self.connects(end, &address)
    }
    if !isConnected { Glibc.close(end) }
    return isConnected ? end : nil
  }

  private static func connects<Address>(_ end: Int32, _ address: inout Address) -> Bool {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(end, $0, socklen_t(MemoryLayout<Address>.size)) == 0
      }
    }
  }

  /// Closes with RST: the other end learns of an error, not of an end.
  static func reset(_ end: Int32) {
    var abruptly = linger(l_onoff: 1, l_linger: 0)
    setsockopt(end, SOL_SOCKET, SO_LINGER, &abruptly, socklen_t(MemoryLayout<linger>.size))
    Glibc.close(end)
  }

}
