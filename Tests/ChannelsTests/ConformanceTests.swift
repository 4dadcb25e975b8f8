// What every channel promises, against real servers.

import Channels
import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct ConformanceTests {
  @Test("a file arrives whole under its final name alone", arguments: Carrier.allCases)
  func arrival(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier)
    for (name, size) in [("a.xml", 1_000_017), ("empty.xml", 0), ("with space & é%20'\"#?.xml", 5)] {
      let content = sample(size)
      let outcome = await bench.channel.submit(try bench.file(name, content))
      #expect(outcome.isDelivered, "\(outcome)")
      #expect(bytes(ofFile: bench.inbox + "/" + name) == content)
      #expect(try await bench.channel.locate(remoteName: name, size: Int64(size)) == .complete(where: "inbox"))
    }
    #expect(try bench.names(bench.inbox).count == 3)
  }

  @Test("what waits is listed, fetched with equal bytes and acknowledged, also twice", arguments: Carrier.allCases, [false, true])
  func fetch(_ carrier: Carrier, _ keeps: Bool) async throws {
    let bench = try await Bench(carrier, done: keeps)
    let contents = ["r 1é%.xml": sample(300_001), "r2.xml": sample(1)]
    for (name, content) in contents { try bench.put(content, bench.outbox + "/" + name) }
    try bench.put([1], bench.outbox + "/r3.xml.part")
    try bench.put([1], bench.outbox + "/.hidden.xml")
    try bench.put([1], bench.outbox + "/other.txt")
    try FileManager.default.createDirectory(atPath: bench.outbox + "/directory.xml", withIntermediateDirectories: false)

    let files = try await bench.channel.list()
    #expect(Set(files.map(\.name)) == Set(contents.keys))
    for file in files {
      let content = try #require(contents[file.name])
      #expect(file.size == Int64(content.count))
      let path = bench.own.appending("fetched")
      try await bench.channel.download(file, to: path, limit: 1_000_000)
      #expect(bytes(ofFile: path) == content)
      #expect(bytes(ofFile: bench.outbox + "/" + file.name) == content, "still there before the acknowledgement")
      try await bench.channel.acknowledge(file)
      try await bench.channel.acknowledge(file)
      #expect(bytes(ofFile: bench.outbox + "/" + file.name) == nil)
      #expect(bytes(ofFile: bench.done + "/" + file.name) == (keeps ? content : nil))
    }
    #expect(try await bench.channel.list() == [])
  }

  @Test("a download that is not as listed leaves nothing behind", arguments: Carrier.allCases)
  func wrongDownload(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier)
    try bench.put(sample(1000), bench.outbox + "/r.xml")
    let cases: [(listed: RemoteFile, limit: Int64, reason: ChannelFault.Reason)] = [
      (RemoteFile(name: "r.xml", size: 999), 5000, .sizeMismatch),
      (RemoteFile(name: "r.xml", size: 1001), 5000, .sizeMismatch),
      (RemoteFile(name: "r.xml", size: 1000), 999, .tooLarge),
      (RemoteFile(name: "absent.xml", size: 1), 5000, .notFound),
      (RemoteFile(name: "../in/x", size: 1), 5000, .configuration),
    ]
    for (listed, limit, expected) in cases {
      let path = bench.own.appending("fetched")
      let found = await reason { () async throws(ChannelFault) in
        try await bench.channel.download(listed, to: path, limit: limit)
      }
      #expect(found == expected, "\(listed)")
      #expect(!FileManager.default.fileExists(atPath: path), "\(listed)")
    }
  }

  @Test("an acknowledged name that is taken is cleared only by the same size", arguments: Carrier.allCases)
  func takenAcknowledgement(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier, done: true)
    for name in ["same.xml", "other.xml"] { try bench.put(sample(10), bench.outbox + "/" + name) }
    try bench.put(sample(10), bench.done + "/same.xml")
    try bench.put(sample(11), bench.done + "/other.xml")
    try await bench.channel.acknowledge(RemoteFile(name: "same.xml", size: 10))
    #expect(
      await reason { () async throws(ChannelFault) in
        try await bench.channel.acknowledge(RemoteFile(name: "other.xml", size: 10))
      } != nil)
    #expect(try bench.names(bench.outbox) == ["other.xml"])
    #expect(bytes(ofFile: bench.done + "/other.xml")?.count == 11)
  }

  @Test("companions lie there before the file, and without them it does not leave", arguments: Carrier.allCases)
  func companions(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier)
    let signature = try bench.file("a.p7s", sample(70))
    // Left by an attempt that broke after its companion.
    try bench.put(sample(70), bench.inbox + "/a.p7s")
    #expect(await bench.channel.submit(try bench.file("a.xml", sample(9), companions: [signature])).isDelivered)
    #expect(try bench.names(bench.inbox).isSuperset(of: ["a.xml", "a.p7s"]))

    let missing = LocalFile(path: bench.own.appending("none"), size: 3, remoteName: "b.p7s")
    let outcome = await bench.channel.submit(try bench.file("b.xml", sample(9), companions: [missing]))
    #expect(outcome.notSentReason == .localFile)
    #expect(bytes(ofFile: bench.inbox + "/b.xml") == nil)
  }

  @Test("a leftover of an earlier attempt is replaced", arguments: Carrier.renaming)
  func leftover(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier)
    try bench.put(sample(5000), bench.inbox + "/a.xml.part")
    #expect(await bench.channel.submit(try bench.file("a.xml", sample(100))).isDelivered)
    #expect(bytes(ofFile: bench.inbox + "/a.xml") == sample(100))
    #expect(try bench.names(bench.inbox) == ["a.xml"])
  }

  @Test("a name that is taken is never overwritten and never called sent or not sent", arguments: Carrier.renaming, [100, 99])
  func taken(_ carrier: Carrier, _ size: Int) async throws {
    let bench = try await Bench(carrier)
    let earlier = [UInt8](repeating: 7, count: size)
    try bench.put(earlier, bench.inbox + "/a.xml")
    #expect(await bench.channel.submit(try bench.file("a.xml", sample(100))).unknownReason == .alreadyExists)
    #expect(bytes(ofFile: bench.inbox + "/a.xml") == earlier)
    let sighting = try await bench.channel.locate(remoteName: "a.xml", size: 100)
    #expect(size == 100 ? sighting == .complete(where: "inbox") : sighting.isUnknown)
  }

  @Test("a search finds the file in inbox or archive", arguments: Carrier.allCases)
  func located(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier)
    try bench.put(sample(10), bench.archive + "/taken.xml")
    try bench.put(sample(9), bench.archive + "/short.xml")
    let channel = bench.channel
    #expect(try await channel.locate(remoteName: "taken.xml", size: 10) == .complete(where: "archive"))
    #expect(try await channel.locate(remoteName: "short.xml", size: 10).isUnknown)
    #expect(try await channel.locate(remoteName: "never.xml", size: 10).isAbsent)

    let without = try await Bench(carrier, archive: false)
    #expect(try await without.channel.locate(remoteName: "never.xml", size: 10).isUnknown)
  }

  @Test("what passed before is listed and fetched where it lies", arguments: Carrier.allCases)
  func past(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier, done: true)
    let places: [(BankPlace, String)] = [(.inbox, bench.inbox), (.archive, bench.archive), (.done, bench.done)]
    for (index, (_, directory)) in places.enumerated() {
      try bench.put(sample(100_000 + index), directory + "/ours é 1.xml")
      try bench.put(sample(9), directory + "/ours é 2.xml.part")
      try bench.put(sample(9), directory + "/theirs.xml")
      try bench.put(sample(9), directory + "/.hidden ours.xml")
      try FileManager.default.createDirectory(atPath: directory + "/ours directory", withIntermediateDirectories: false)
    }
    for (index, (place, _)) in places.enumerated() {
      let files = try #require(try await bench.channel.files(in: place) { $0.hasPrefix("ours") })
      #expect(files.map(\.name) == ["ours é 1.xml"] && files.map(\.size) == [Int64(100_000 + index)], "\(place): \(files)")
      let path = bench.own.appending("fetched")
      try await bench.channel.download(try #require(files.first), from: place, to: path, limit: 1_000_000)
      #expect(bytes(ofFile: path) == sample(100_000 + index))
    }
    let wrong = await reason { () async throws(ChannelFault) in
      try await bench.channel.download(RemoteFile(name: "../in/x", size: 1), from: .archive, to: bench.own.appending("x"), limit: 5)
    }
    #expect(wrong == .configuration)

    // Where there is no such place, nothing is said of what lies there.
    let without = try await Bench(carrier, archive: false)
    for place in [BankPlace.archive, .done] {
      #expect(try await without.channel.files(in: place) { _ in true } == nil)
      let none = await reason { () async throws(ChannelFault) in
        try await without.channel.download(RemoteFile(name: "a", size: 1), from: place, to: bench.own.appending("x"), limit: 5)
      }
      #expect(none == .configuration)
    }
    without.stop()
    let unreachable = await reason { () async throws(ChannelFault) in
      _ = try await without.channel.files(in: .inbox) { _ in true }
    }
    #expect(unreachable == .connectFailed, "out of reach is not the same as nothing there")
  }

  @Test("a temporary file proves absence: short as it is, complete once removed", arguments: Carrier.renaming, [false, true])
  func temporary(_ carrier: Carrier, _ withArchive: Bool) async throws {
    let bench = try await Bench(carrier, archive: withArchive)
    try bench.put(sample(9), bench.inbox + "/short.xml.part")
    try bench.put(sample(10), bench.inbox + "/whole.xml.part")
    #expect(try await bench.channel.locate(remoteName: "short.xml", size: 10).isAbsent)
    #expect(try await bench.channel.locate(remoteName: "whole.xml", size: 10).isAbsent)
    #expect(try bench.names(bench.inbox).contains("whole.xml.part") == false)
  }

  @Test("a bank that cannot be reached was sent nothing", arguments: Carrier.allCases)
  func unreachable(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier)
    bench.stop()
    #expect(await bench.channel.submit(try bench.file("a.xml", sample(10))).notSentReason == .connectFailed)
    #expect(await reason { () async throws(ChannelFault) in _ = try await bench.channel.list() } == .connectFailed)
    #expect(
      await reason { () async throws(ChannelFault) in
        _ = try await bench.channel.locate(remoteName: "a.xml", size: 10)
      } == .connectFailed)
  }

  @Test("a local file shorter than sealed never becomes final", arguments: Carrier.renaming)
  func shortLocalFile(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier)
    var file = try bench.file("a.xml", sample(100_000))
    file.size += 1
    #expect(await bench.channel.submit(file).notSentReason == .localFile)
    #expect(bytes(ofFile: bench.inbox + "/a.xml") == nil)
  }

  @Test(
    "a name that leads elsewhere is refused before anything is sent", arguments: Carrier.allCases,
    ["", ".", "..", ".hidden", "../a", "a/b", "a\\b", "a\nb", "a\u{0}b", String(repeating: "x", count: 256)])
  func unusableNames(_ carrier: Carrier, _ name: String) async throws {
    let channel = try unreachableChannel(carrier)
    let file = LocalFile(path: "/nonexistent", size: 1, remoteName: name)
    #expect(await channel.submit(file).notSentReason == .configuration)
    let host = LocalFile(path: "/nonexistent", size: 1, remoteName: "a", companions: [file])
    #expect(await channel.submit(host).notSentReason == .configuration)
    #expect(
      await reason { () async throws(ChannelFault) in _ = try await channel.locate(remoteName: name, size: 1) }
        == .configuration)
    #expect(
      await reason { () async throws(ChannelFault) in try await channel.acknowledge(RemoteFile(name: name, size: 1)) }
        == .configuration)
  }

  @Test("a cancelled submission sends nothing", arguments: Carrier.allCases)
  func cancelled(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier)
    let file = try bench.file("a.xml", sample(10))
    let outcome = await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await bench.channel.submit(file)
    }.value
    #expect(outcome.notSentReason == .cancelled)
    #expect(try bench.names(bench.inbox) == [])
  }

  @Test("a probe looks and changes nothing", arguments: Carrier.allCases)
  func probe(_ carrier: Carrier) async throws {
    let bench = try await Bench(carrier)
    try bench.put(sample(10), bench.outbox + "/r.xml")
    let sentence = try await bench.channel.probe()
    #expect(sentence.contains("outbox holds 1 files"), "\(sentence)")
    #expect(try bench.names(bench.outbox) == ["r.xml"])
    #expect(try bench.names(bench.inbox) == [])
  }

  private func unreachableChannel(_ carrier: Carrier) throws -> any BankChannel {
    switch carrier {
    case .sftp:
      return SFTPChannel(
        try SFTPOptions(
          host: "127.0.0.1", port: 1, user: "u", privateKeyPath: "/nonexistent", knownHostsPath: "/nonexistent",
          inbox: "/in", outbox: "/out"))
    case .httpsMove, .httpsDirect:
      return HTTPSChannel(
        try HTTPSOptions(
          inbox: "https://127.0.0.1:1/in", outbox: "https://127.0.0.1:1/out",
          finalize: carrier == .httpsMove ? .move : .none))
    }
  }
}
