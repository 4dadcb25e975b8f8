import Foundation
import TestSupport
import Testing

@testable import Curl

@Suite struct CurlTests {
  @Test("a line break in anything that becomes a command refuses the request")
  func lineBreaks() async {
    let changes: [@Sendable (inout CurlRequest) -> Void] = [
      { $0.url = "http://127.0.0.1:1/a\r\nb" }, { $0.headers = ["A: b\r\nC: d"] }, { $0.method = "GET\n" },
      { $0.preQuote = ["rm \"a\nb\""] }, { $0.smtp = CurlSMTP(mailFrom: "a@b\r\nDATA", recipients: ["c@d"]) },
      { $0.smtp = CurlSMTP(mailFrom: "a@b", recipients: ["c@d\r\n"]) }, { $0.url = "http://h\u{0}/" },
    ]
    for change in changes {
      var request = CurlRequest(url: "http://127.0.0.1:1/", protocols: [.http])
      change(&request)
      #expect(await fault(request)?.reason == .badRequest)
    }
  }

  @Test("only the named protocols are spoken", arguments: ["file:///etc/passwd", "http://127.0.0.1:1/", "gopher://h/", "h"])
  func protocols(_ url: String) async {
    #expect(await fault(CurlRequest(url: url, protocols: [.https]))?.reason != nil)
    #expect(await fault(CurlRequest(url: "file:///etc/passwd", protocols: [.https]))?.reason == .badRequest)
  }

  @Test("an answer that outgrows its limit is cut there; one of just that size is not", arguments: [(1000, true), (999, false)])
  func limit(_ limit: Int, _ fits: Bool) async throws {
    let root = try TemporaryDirectory()
    try root.write("a", sample(1000))
    let server = try await NginxServer(root: root.path)
    for sink in [CurlSink.memory(limit: limit), .file(path: root.appending("copy"), limit: Int64(limit))] {
      var request = CurlRequest(url: server.url + "/a", protocols: [.https])
      request.tls = CurlTLS(
        caFile: server.caFile, clientCertificate: server.clientCertificate, clientKey: server.clientKey)
      request.response = sink
      #expect(await fault(request)?.reason == (fits ? nil : .tooLarge))
    }
  }

  @Test("a name that leads to a private address is not connected where only public ones may be")
  func refusedAddress() async throws {
    let root = try TemporaryDirectory()
    let server = try await NginxServer(root: root.path)
    for host in ["127.0.0.1", "localhost"] {
      var request = CurlRequest(url: "https://\(host):\(server.port)/", protocols: [.https])
      request.reach = .publicOnly
      #expect(await fault(request)?.reason == .refusedAddress)
      request.reach = .anywhere
      #expect(await fault(request)?.reason == .untrusted)
    }
  }

  @Test(
    "public addresses are told from the rest",
    arguments: [
      ("8.8.8.8", true), ("127.0.0.1", false), ("10.1.2.3", false), ("172.15.0.1", true), ("172.16.0.1", false),
      ("172.31.255.255", false), ("172.32.0.1", true), ("192.168.1.1", false), ("169.254.169.254", false),
      ("100.64.0.1", false), ("100.128.0.1", true), ("0.0.0.0", false), ("224.0.0.1", false), ("255.255.255.255", false),
      ("198.18.0.1", false), ("192.0.2.1", false), ("::1", false), ("::", false), ("fe80::1", false), ("fc00::1", false),
      ("::ffff:127.0.0.1", false), ("::ffff:8.8.8.8", true), ("64:ff9b::7f00:1", false), ("2002:7f00:1::", false),
      ("2001:db8::1", false), ("2606:4700::1111", true), ("ff02::1", false),
    ])
  func addresses(_ text: String, _ isPublic: Bool) {
    if text.contains(":") {
      var address = sockaddr_in6()
      #expect(inet_pton(AF_INET6, text, &address.sin6_addr) == 1)
      withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          #expect(CurlReach.publicOnly.allows(family: AF_INET6, address: $0) == isPublic)
        }
      }
    } else {
      var address = sockaddr_in()
      #expect(inet_pton(AF_INET, text, &address.sin_addr) == 1)
      withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          #expect(CurlReach.publicOnly.allows(family: AF_INET, address: $0) == isPublic)
        }
      }
    }
  }

  @Test("a cancelled transfer that waits for a silent server ends")
  func cancelled() async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    #expect(listen(listener, 1) == 0)  // Unbound, so the kernel chooses a port; nobody ever accepts.
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
    }
    let port = UInt16(bigEndian: address.sin_port)
    let task = Task { await fault(CurlRequest(url: "http://127.0.0.1:\(port)/", protocols: [.http])) }
    // The kernel completes the connection; from here on libcurl waits for an answer.
    try await waitUntil("the request lies in the socket") { pendingConnection(listener) }
    let began = ContinuousClock.now
    task.cancel()
    #expect(await task.value?.reason == .cancelled)
    #expect(ContinuousClock.now - began < .seconds(15))
  }

  @Test("paths are escaped for URLs and for quote commands")
  func escaping() {
    #expect(percentEncoded(path: "/in/a b%é?#\".xml") == "/in/a%20b%25%C3%A9%3F%23%22.xml")
    #expect(sftpQuoted(path: "/in/a\"b\\c") == "\"/in/a\\\"b\\\\c\"")
  }

  private func fault(_ request: CurlRequest) async -> CurlFault? {
    do throws(CurlFault) {
      _ = try await CurlSession().perform(request)
      return nil
    } catch {
      return error
    }
  }

  private func pendingConnection(_ listener: Int32) -> Bool {
    var poll = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, 0) == 1
  }
}
