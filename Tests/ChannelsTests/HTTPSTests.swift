// What can go wrong with an HTTPS server, made to go wrong with a real one.

import Channels
import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct HTTPSTests {
  let own: TemporaryDirectory
  let bank: TemporaryDirectory

  init() throws {
    own = try TemporaryDirectory()
    bank = try TemporaryDirectory()
    for name in ["in", "out", "archive"] { try bank.makeDirectory(name) }
  }

  @Test("a server of another authority sees nothing")
  func wrongAuthority() async throws {
    let server = try await NginxServer(root: bank.path)
    let other = try TestAuthority("other", in: own)
    for caFile in [other.certificate, nil] {
      for finalize in [HTTPSOptions.Finalize.move, .none] {
        let outcome = await (try channel(server, finalize, caFile: caFile)).submit(try file("a.xml", 10))
        #expect(outcome.notSentReason == .serverUntrusted, "\(outcome)")
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: bank.appending("in")) == [])
  }

  @Test("a pin that does not match refuses a trusted server")
  func wrongPin() async throws {
    let server = try await NginxServer(root: bank.path)
    let pin = "sha256//" + String(repeating: "A", count: 43) + "="
    let outcome = await (try channel(server, .none, pin: pin)).submit(try file("a.xml", 10))
    #expect(outcome.notSentReason == .serverUntrusted, "\(outcome)")
  }

  @Test("without a client certificate nothing is sent", arguments: [true, false])
  func noCertificate(_ moves: Bool) async throws {
    let server = try await NginxServer(root: bank.path)
    let channel = try channel(server, moves ? .move : .none, certificate: false)
    let outcome = await channel.submit(try file("a.xml", 10))
    #expect(outcome.notSentReason == .authenticationFailed, "\(outcome)")
    #expect(
      await reason { () async throws(ChannelFault) in _ = try await channel.probe() } == .authenticationFailed)
  }

  @Test(
    "an answer to an upload is sent, not sent or unknown by its status alone",
    arguments: [
      (403, ChannelFault.Reason.permissionDenied, true), (404, .notFound, true), (307, .protocolError, true),
      (507, .diskFull, false), (500, .protocolError, false), (412, .alreadyExists, false), (429, .protocolError, true),
    ])
  func statuses(_ status: Int, _ expected: ChannelFault.Reason, _ provesRefusal: Bool) async throws {
    // The inner server answers after it took the body, as a bank behind a gateway does; nginx alone would refuse
    // at the header, which proves that nothing was sent.
    let server = try await NginxServer(
      root: bank.path,
      locations: """
        location /late/ {
          proxy_pass http://unix:\(own.appending("socket")):/;
        }
        location /early/ { return \(status); }
        }
        server {
          listen unix:\(own.appending("socket"));
          location / { return \(status); }
        """)
    let file = try file("a.xml", 100_000)
    let early = await (try channel(server, .none, inbox: "/early")).submit(file)
    #expect(early.notSentReason == expected, "\(early)")
    let late = await (try channel(server, .none, inbox: "/late")).submit(file)
    #expect(provesRefusal ? late.notSentReason == expected : late.unknownReason == expected, "\(late)")
    // What was uploaded under a temporary name was not sent, whatever the answer.
    let renaming = await (try channel(server, .move, inbox: "/late")).submit(file)
    #expect(renaming.notSentReason == expected, "\(renaming)")
  }

  @Test("a gateway without its bank behind it leaves the fate open")
  func gateway() async throws {
    let server = try await NginxServer(
      root: bank.path, locations: "location /gateway/ { proxy_pass http://127.0.0.1:\(try freeLoopbackPort())/; }")
    let file = try file("a.xml", 100_000)
    #expect(await (try channel(server, .none, inbox: "/gateway")).submit(file).unknownReason == .protocolError)
    #expect(await (try channel(server, .move, inbox: "/gateway")).submit(file).notSentReason == .protocolError)
  }

  @Test("a connection closed before the body left proves that nothing was sent")
  func closedEarly() async throws {
    let server = try await NginxServer(root: bank.path, locations: "location /gone/ { return 444; }")
    let outcome = await (try channel(server, .none, inbox: "/gone")).submit(try file("a.xml", 100_000))
    #expect(outcome.notSentReason == .connectionLost, "\(outcome)")
  }

  @Test("a server that dies in the body leaves the fate open, unless the name was temporary", arguments: [true, false])
  func killedInTheMiddle(_ moves: Bool) async throws {
    let server = try await NginxServer(root: bank.path)
    let channel = try channel(server, moves ? .move : .none)
    let size: Int64 = 8 << 30
    let path = try own.write("large", [])
    #expect(truncate(path, Int(size)) == 0)
    let submission = Task { await channel.submit(LocalFile(path: path, size: size, remoteName: "large.xml")) }
    try await waitUntil("bytes arrive") {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: server.bodyDirectory)) ?? []
      return names.contains { sizeOnDisk(server.bodyDirectory + "/" + $0) > 1 << 20 }
    }
    server.kill()
    let outcome = await submission.value
    #expect(moves ? outcome.notSentReason == .connectionLost : outcome.unknownReason == .connectionLost, "\(outcome)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: bank.appending("in")) == [])
  }

  @Test("a PUT goes on no longer than somebody may wait for it")
  func endsInTime() async throws {
    let silent = try SilentListener()
    // What the bank behind it does not take, the gateway keeps waiting for: a minute by itself.
    let server = try await NginxServer(
      root: bank.path, locations: "location /silent/ { proxy_pass http://127.0.0.1:\(silent.port)/; }")
    var file = try file("a.xml", 100_000)
    let begun = ContinuousClock.now
    file.notAfter = begun.advanced(by: .seconds(2))
    #expect(await (try channel(server, .none, inbox: "/silent")).submit(file).unknownReason == .tooSlow)
    #expect(begun.duration(to: .now) < .seconds(30))
    // And none begins past it.
    #expect(await (try channel(server, .none)).submit(file).notSentReason == .tooSlow)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bank.appending("in")) == [])
    // Under a temporary name nothing has arrived.
    file.notAfter = ContinuousClock.now.advanced(by: .seconds(2))
    #expect(await (try channel(server, .move, inbox: "/silent")).submit(file).notSentReason == .tooSlow)
    #expect(await (try channel(server, .move)).submit(file).notSentReason == .tooSlow)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bank.appending("in")) == ["a.xml.part"])
    withExtendedLifetime(silent) {}
  }

  @Test("a missing inbox leaves the fate open only where the server failed on the final name itself")
  func missingInbox() async throws {
    // nginx answers 500 after it took the body; RFC 4918 section 9.7.1 would have 409.
    let server = try await NginxServer(root: bank.path)
    let moved = await (try channel(server, .move, inbox: "/none")).submit(try file("a.xml", 10))
    #expect(moved.notSentReason == .protocolError, "\(moved)")
    let direct = await (try channel(server, .none, inbox: "/none")).submit(try file("a.xml", 10))
    #expect(direct.unknownReason == .protocolError, "\(direct)")
  }

  @Test("a plain list of names is asked for sizes one by one; another form is a fault")
  func plainList() async throws {
    let server = try await NginxServer(
      root: bank.path, locations: "location = /out/ { default_type text/plain; return 200 \"r.xml\\r\\ngone.xml\\n../in\\n\"; }")
    try bank.write("out/r.xml", sample(77))
    let files = try await (try channel(server, .none, listing: .names)).list()
    #expect(files.map(\.name) == ["r.xml"])
    #expect(files.first?.size == 77)
    #expect(files.first?.modified != nil)
    let wrong = try channel(server, .none, listing: .autoindexJSON)
    #expect(await reason { () async throws(ChannelFault) in _ = try await wrong.list() } == .protocolError)
  }

  @Test(
    "URLs other than plain https are refused",
    arguments: ["http://h/in", "h/in", "https://", "https://u:p@h/in", "https://h/in?x", "https://h/a b", "https://h/\n"])
  func refusedURLs(_ url: String) async {
    for inbox in [true, false] {
      #expect(
        await reason { () async throws(ChannelFault) in
          _ = try HTTPSOptions(inbox: inbox ? url : "https://h/in", outbox: inbox ? "https://h/out" : url)
        } == .configuration)
    }
  }

  private func channel(
    _ server: NginxServer, _ finalize: HTTPSOptions.Finalize, inbox: String = "/in", caFile: String?? = .none,
    certificate: Bool = true, pin: String? = nil, listing: HTTPSOptions.Listing = .autoindexJSON
  ) throws -> HTTPSChannel {
    HTTPSChannel(
      try HTTPSOptions(
        inbox: server.url + inbox, outbox: server.url + "/out", finalize: finalize, listing: listing,
        caFile: caFile ?? server.caFile, clientCertificate: certificate ? server.clientCertificate : nil,
        clientKey: certificate ? server.clientKey : nil, pinnedPublicKey: pin))
  }

  private func file(_ name: String, _ count: Int) throws -> LocalFile {
    LocalFile(path: try own.write(name, sample(count)), size: Int64(count), remoteName: name)
  }
}
