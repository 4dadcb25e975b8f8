// What can go wrong with an SFTP server, made to go wrong with a real one.

import Channels
import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct SFTPTests {
  let own: TemporaryDirectory
  let bank: TemporaryDirectory

  init() throws {
    own = try TemporaryDirectory()
    bank = try TemporaryDirectory()
    for name in ["in", "out", "archive"] { try bank.makeDirectory(name) }
  }

  @Test("a server that cannot prove itself sees neither key nor file")
  func hostKey() async throws {
    let server = try await SSHServer()
    let foreign = try SSHServer.makeKey(own.appending("foreign"))
    let foreignLine = String(decoding: bytes(ofFile: foreign + ".pub") ?? [], as: UTF8.self)
    let wrong = try own.write("wrong", Array("[127.0.0.1]:\(server.port) \(foreignLine)".utf8))
    let empty = try own.write("empty", [])
    let other = String(server.hostKeyFingerprint.dropLast()) + (server.hostKeyFingerprint.hasSuffix("A") ? "E" : "A")
    let cases: [(knownHosts: String?, fingerprint: String?)] = [
      (wrong, nil), (empty, nil), (own.appending("missing"), nil), (nil, other), (server.knownHosts, other),
    ]
    for (knownHosts, fingerprint) in cases {
      let channel = try channel(server, knownHosts: knownHosts, fingerprint: fingerprint)
      let outcome = await channel.submit(try file("a.xml", 10))
      #expect(outcome.notSentReason == .hostKeyMismatch, "\(knownHosts ?? "-") \(fingerprint ?? "-") \(outcome)")
    }
    #expect(!server.log.contains("Accepted publickey"))

    let good: [(knownHosts: String?, fingerprint: String?)] = [
      (nil, server.hostKeyFingerprint), (server.knownHosts, server.hostKeyFingerprint), (server.knownHosts, ""),
    ]
    for (number, accepted) in good.enumerated() {
      let channel = try channel(server, knownHosts: accepted.knownHosts, fingerprint: accepted.fingerprint)
      #expect(await channel.submit(try file("good\(number).xml", 10)).isDelivered)
    }
  }

  @Test(
    "options without proof of the server, or that mean something else than they say, are refused",
    arguments: [
      (nil, nil, "/in", ".part", "h", 22), ("", "", "/in", ".part", "h", 22), (nil, "SHA256:short", "/in", ".part", "h", 22),
      ("/k", nil, "in", ".part", "h", 22), ("/k", nil, "/~/in", ".part", "h", 22), ("/k", nil, "/i\nrm x", ".part", "h", 22),
      ("/k", nil, "/in", "", "h", 22), ("/k", nil, "/in", "/x", "h", 22), ("/k", nil, "/in", ".part", "", 22),
      ("/k", nil, "/in", ".part", "u@h", 22), ("/k", nil, "/in", ".part", "h/x", 22), ("/k", nil, "/in", ".part", "h", 0),
      ("/k", nil, "/in", ".part", "h", 65536),
    ] as [(String?, String?, String, String, String, Int)])
  func refusedOptions(
    _ knownHosts: String?, _ fingerprint: String?, _ inbox: String, _ suffix: String, _ host: String, _ port: Int
  ) async throws {
    #expect(
      await reason { () async throws(ChannelFault) in
        _ = try SFTPOptions(
          host: host, port: port, user: "u", privateKeyPath: "/k", knownHostsPath: knownHosts,
          hostKeySHA256: fingerprint, inbox: inbox, outbox: "/out", temporarySuffix: suffix)
      } == .configuration)
  }

  @Test("a key that the bank does not know, or that we do not have, sends nothing")
  func wrongKey() async throws {
    let server = try await SSHServer()
    for key in [try SSHServer.makeKey(own.appending("stranger")), own.appending("missing")] {
      let outcome = await (try channel(server, key: key)).submit(try file("a.xml", 10))
      #expect(outcome.notSentReason == .authenticationFailed, "\(outcome)")
    }
  }

  @Test("a missing inbox and a read-only one are told apart, and nothing was sent")
  func unwritable() async throws {
    let server = try await SSHServer()
    let missing = await (try channel(server, inbox: bank.appending("none"))).submit(try file("a.xml", 10))
    #expect(missing.notSentReason == .notFound, "\(missing)")

    let readOnly = try await SSHServer(sftpArguments: "-R")
    let refused = await (try channel(readOnly)).submit(try file("a.xml", 10))
    #expect(refused.notSentReason == .permissionDenied, "\(refused)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: bank.appending("in")) == [])
  }

  @Test("a refused rename is not sent once its source is gone, and unknown while it cannot be removed")
  func refusedRename() async throws {
    let file = try file("a.xml", 10)
    let noRename = try await SSHServer(sftpArguments: "-P rename,posix-rename")
    let proven = await (try channel(noRename)).submit(file)
    #expect(proven.notSentReason == .permissionDenied, "\(proven)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: bank.appending("in")) == [])

    let nothingButUpload = try await SSHServer(sftpArguments: "-P rename,posix-rename,remove")
    let open = await (try channel(nothingButUpload)).submit(file)
    #expect(open.unknownReason == .permissionDenied, "\(open)")
    let sighting = try await (try channel(nothingButUpload)).locate(remoteName: "a.xml", size: 10)
    #expect(sighting.isUnknown, "\(sighting)")
  }

  @Test("a file that may not be removed is not acknowledged")
  func refusedRemoval() async throws {
    let server = try await SSHServer(sftpArguments: "-P remove")
    try bank.write("out/r.xml", sample(10))
    let channel = try channel(server)
    #expect(
      await reason { () async throws(ChannelFault) in
        try await channel.acknowledge(RemoteFile(name: "r.xml", size: 10))
      } == .permissionDenied)
  }

  @Test("a server that dies in the middle has nothing under the final name, and a search proves it")
  func killedInTheMiddle() async throws {
    let server = try await SSHServer()
    let channel = try channel(server)
    let size: Int64 = 4 << 30
    let large = LocalFile(path: try sparse("large", size), size: size, remoteName: "large.xml")
    let submission = Task { await channel.submit(large) }
    let temporary = bank.appending("in/large.xml.part")
    try await waitUntil("bytes arrive") { sizeOnDisk(temporary) > 1 << 20 }
    server.kill()
    let outcome = await submission.value
    #expect(outcome.notSentReason == .connectionLost, "\(outcome)")
    #expect((1..<size).contains(sizeOnDisk(temporary)))
    #expect(!FileManager.default.fileExists(atPath: bank.appending("in/large.xml")))

    let again = try await SSHServer(port: server.port, keysOf: server)
    _ = again
    let sighting = try await channel.locate(remoteName: "large.xml", size: size)
    #expect(sighting.isAbsent, "\(sighting)")
  }

  @Test("cancelling a running transfer ends it soon and sends nothing")
  func cancelledInTheMiddle() async throws {
    let server = try await SSHServer()
    let channel = try channel(server)
    let size: Int64 = 4 << 30
    let large = LocalFile(path: try sparse("large", size), size: size, remoteName: "large.xml")
    let submission = Task { await channel.submit(large) }
    try await waitUntil("bytes arrive") { sizeOnDisk(self.bank.appending("in/large.xml.part")) > 1 << 20 }
    submission.cancel()
    #expect(await submission.value.notSentReason == .cancelled)
  }

  @Test("a full disk at the bank is not sent")
  func diskFull() async throws {
    let small = try bank.makeDirectory("small")
    guard geteuid() == 0, try ChildProcess.run("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small]).status == 0
    else {
      print("SKIPPED: a full disk needs the right to mount a tmpfs")
      return
    }
    defer { _ = try? ChildProcess.run("/bin/umount", ["-l", small]) }
    let server = try await SSHServer()
    let channel = try channel(server, inbox: small)
    let outcome = await channel.submit(try file("a.xml", 2 << 20))
    #expect(outcome.notSentReason != nil, "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: small + "/a.xml"))
    #expect(try await channel.locate(remoteName: "a.xml", size: 2 << 20).isAbsent)
  }

  @Test("a server that stops answering ends in a time-out, and nothing was sent")
  func silence() async throws {
    let server = try await SSHServer()
    let channel = try channel(server, timeouts: ChannelTimeouts(connectSeconds: 2, stallSeconds: 2, totalSeconds: 60))
    let size: Int64 = 4 << 30
    let large = LocalFile(path: try sparse("large", size), size: size, remoteName: "large.xml")
    let submission = Task { await channel.submit(large) }
    try await waitUntil("bytes arrive") { sizeOnDisk(self.bank.appending("in/large.xml.part")) > 1 << 20 }
    server.freeze()
    #expect(await submission.value.notSentReason == .timedOut)
  }

  @Test("a command that nobody answers ends when nothing has moved for so long, not with the time of a whole transfer")
  func silentCommand() async throws {
    let server = try await SSHServer()
    let channel = try channel(server, timeouts: ChannelTimeouts(connectSeconds: 20, stallSeconds: 1, totalSeconds: 3600))
    #expect(try await channel.list() == [])
    server.freeze()
    let begun = ContinuousClock.now
    #expect(await reason { () async throws(ChannelFault) in _ = try await channel.list() } == .timedOut)
    #expect(begun.duration(to: .now) < .seconds(15))
  }

  private func channel(
    _ server: SSHServer, key: String? = nil, knownHosts: String? = "", fingerprint: String? = nil, inbox: String? = nil,
    timeouts: ChannelTimeouts = ChannelTimeouts()
  ) throws -> SFTPChannel {
    SFTPChannel(
      try SFTPOptions(
        host: "127.0.0.1", port: server.port, user: server.user, privateKeyPath: key ?? server.privateKey,
        knownHostsPath: knownHosts == "" ? server.knownHosts : knownHosts, hostKeySHA256: fingerprint,
        inbox: inbox ?? bank.appending("in"), outbox: bank.appending("out"), timeouts: timeouts))
  }

  private func file(_ name: String, _ count: Int) throws -> LocalFile {
    LocalFile(path: try own.write(name, sample(count)), size: Int64(count), remoteName: name)
  }

  /// A file of zeros that takes no room here.
  private func sparse(_ name: String, _ size: Int64) throws -> String {
    let path = try own.write(name, [])
    if truncate(path, Int(size)) != 0 { throw TestSupportFault("cannot make a sparse file") }
    return path
  }
}
