import Containers
import Foundation
import TestSupport
import Testing

@Suite("Packing")
struct GzipWriterTests {
  private static let text = Array(String(repeating: "<PmtId><EndToEndId>E-1</EndToEndId></PmtId>", count: 20_000).utf8)

  private static func packed(pieces: Int) throws -> [UInt8] {
    var packed: [UInt8] = []
    let writer = try GzipWriter { packed += $0 }
    for start in stride(from: 0, to: text.count, by: pieces) {
      try Array(text[start..<min(start + pieces, text.count)]).withUnsafeBytes { try writer.feed($0) }
    }
    try writer.finish()
    return packed
  }

  @Test("is undone by gzip, and the same bytes however they came")
  func packs() throws {
    let packed = try Self.packed(pieces: 1000)
    #expect(packed.count < Self.text.count / 20)
    #expect(try Self.packed(pieces: 65_536) == packed)
    let directory = try TemporaryDirectory()
    let (status, output) = try ChildProcess.run("/usr/bin/gzip", ["-dc", try directory.write("a.gz", packed)])
    #expect(status == 0 && Array(output.utf8) == Self.text)
  }

  @Test("that is given up hands on nothing more")
  func givenUp() throws {
    var calls = 0
    do {
      let writer = try GzipWriter { _ in calls += 1 }
      try Self.text.prefix(100).withUnsafeBytes { try writer.feed($0) }
      calls = 0
    }
    #expect(calls == 0)
  }

  @Test("tells what its sink threw")
  func sinkFails() throws {
    struct Full: Error {}
    let writer = try GzipWriter { _ in throw Full() }
    #expect(throws: ContainerFault.recipient(Full())) {
      for _ in 0..<100 { try Self.text.withUnsafeBytes { try writer.feed($0) } }
      try writer.finish()
    }
  }
}
