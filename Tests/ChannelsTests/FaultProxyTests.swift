import Foundation
import TestSupport
import Testing

/// What breaks other tests' connections must itself do what it says, and no more.
@Suite struct FaultProxyTests {
  private static let letter = Array(String(repeating: "abcdefghij", count: 100).utf8)

  @Test func `everything passes where no fault is set, in both directions and to the end`() throws {
    let echo = try Echo()
    let proxy = try FaultProxy(.port(echo.port))
    #expect(try exchange(proxy) == .whole)
    #expect(proxy.strikes == 0)
  }

  @Test(
    arguments: [
      (FaultProxy.Fault.reset(after: 100, to: .client), End.reset(100)), (.close(after: 100, to: .client), .closed(100)),
      (.close(after: 0, to: .client), .closed(0)), (.reset(after: 100, to: .server), .reset(nil)),
      (.stall(after: 100, to: .client), .silent(100)), (.refuse, .reset(nil)),
    ] as [(FaultProxy.Fault, End)])
  func `a fault strikes at its byte, so often as was asked`(_ fault: FaultProxy.Fault, _ end: End) throws {
    let echo = try Echo()
    let proxy = try FaultProxy(.port(echo.port))
    proxy.set(fault, times: 1)
    let met = try exchange(proxy)
    if case .reset(nil) = end {
      guard case .reset = met else { throw TestSupportFault("found \(met), expected a reset") }
    } else {
      #expect(met == end)
    }
    #expect(proxy.strikes == 1)
    if case .stall = fault { proxy.set(.none) }
    #expect(try exchange(proxy) == .whole)
    #expect(proxy.strikes == 1)
  }

  @Test func `what stood still passes when the fault is over, and a cut ends what stands`() async throws {
    let echo = try Echo()
    let proxy = try FaultProxy(.port(echo.port))
    proxy.set(.stall(after: 10, to: .client))
    let client = try Client(proxy.port)
    client.send(Self.letter)
    #expect(client.read(10) == Array(Self.letter[..<10]))
    proxy.set(.none)
    #expect(client.read(990) == Array(Self.letter[10...]))
    proxy.cut()
    #expect(client.read(1) == [])
    #expect(client.wasReset)
  }

  @Test func `new connections go where it leads`() throws {
    let (one, other) = (try Echo(), try Echo(answering: Array("no".utf8)))
    let proxy = try FaultProxy(.port(one.port))
    #expect(try exchange(proxy) == .whole)
    proxy.redirect(to: .port(other.port))
    let client = try Client(proxy.port)
    client.send([1])
    #expect(client.read(2) == Array("no".utf8))
  }

  /// How a letter that should come back did.
  enum End: Equatable, Sendable {
    case whole
    case closed(Int)
    /// After so many bytes; nil: whenever.
    case reset(Int?)
    case silent(Int)
  }

  private func exchange(_ proxy: FaultProxy) throws -> End {
    let client = try Client(proxy.port)
    client.send(Self.letter)
    let came = client.read(Self.letter.count)
    #expect(came == Array(Self.letter[..<came.count]))
    if came.count == Self.letter.count { return .whole }
    if client.isOver { return client.wasReset ? .reset(came.count) : .closed(came.count) }
    return .silent(came.count)
  }

  /// A connection that gives up waiting after a second.
  private final class Client {
    private let end = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    private(set) var isOver = false
    private(set) var wasReset = false

    init(_ port: Int) throws {
      var second = timeval(tv_sec: 1, tv_usec: 0)
      setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &second, socklen_t(MemoryLayout<timeval>.size))
      guard connects(end, port) else { throw TestSupportFault("no connection: errno \(errno)") }
    }

    deinit { close(end) }

    /// A reset that came first is told here, once: `recv` would then speak of an end in order.
    func send(_ bytes: [UInt8]) {
      if Glibc.send(end, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < 0 { wasReset = errno == ECONNRESET || errno == EPIPE }
    }

    /// So many bytes, or those that came.
    func read(_ count: Int) -> [UInt8] {
      var all: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 4096)
      while all.count < count {
        let got = recv(end, &piece, min(piece.count, count - all.count), 0)
        if got <= 0 {
          isOver = got == 0 || errno == ECONNRESET
          wasReset = wasReset || got < 0 && errno == ECONNRESET
          break
        }
        all += piece[..<got]
      }
      return all
    }
  }

  /// Sends back what comes, or always the same.
  private final class Echo: Sendable {
    let port: Int
    private let listener: Int32

    init(answering answer: [UInt8]? = nil) throws {
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      self.listener = listener
      port = try freeLoopbackPort()
      guard binds(listener, port), listen(listener, 8) == 0 else { throw TestSupportFault("no echo: errno \(errno)") }
      Thread.detachNewThread {
        while true {
          let client = accept(listener, nil, nil)
          guard client >= 0 else { break }
          Thread.detachNewThread {
            var piece = [UInt8](repeating: 0, count: 4096)
            while true {
              let got = recv(client, &piece, piece.count, 0)
              if got <= 0 { break }
              let said = answer ?? Array(piece[..<got])
              _ = Glibc.send(client, said, said.count, Int32(MSG_NOSIGNAL))
            }
            close(client)
          }
        }
        close(listener)
      }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
  }
}

private func address(_ port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  return address
}

private func with(_ port: Int, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Bool {
  var address = address(port)
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
  }
}

private func connects(_ end: Int32, _ port: Int) -> Bool { with(port) { connect(end, $0, $1) } }
private func binds(_ end: Int32, _ port: Int) -> Bool { with(port) { bind(end, $0, $1) } }
