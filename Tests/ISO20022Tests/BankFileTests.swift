import Containers
import Foundation
import ISO20022
import TestSupport
import Testing

/// A file as it comes: plain, gzip, or a zip of several messages; the same records whatever it came in.
@Suite("Bank files")
struct BankFileTests {
  private static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Samples")
  private static let names = ["camt054-batch-and-returns.xml", "pain002-partly-rejected.xml"]

  private func read(_ path: String) throws -> (kinds: [String], ordinals: [Int], parents: [Int], reader: BankFileReader) {
    var records: [ReportRecord] = []
    let reader = BankFileReader { records.append($0) }
    var bytes = bytes(ofFile: path)
    try reader.read {
      defer { bytes = nil }
      return bytes
    }
    return (records.map(\.kind.rawValue), records.map(\.ordinal), records.compactMap(\.parentOrdinal), reader)
  }

  private func pack(_ script: String) throws -> (directory: TemporaryDirectory, path: String) {
    let directory = try TemporaryDirectory()
    let path = directory.appending("file")
    let sources = Self.names.map { Self.samples.appendingPathComponent($0).path }
    let (status, output) = try ChildProcess.run(
      "/usr/bin/python3", ["-c", "import sys, zipfile, gzip\nout, *sources = sys.argv[1:]\n" + script, path] + sources)
    try #require(status == 0, "\(output)")
    return (directory, path)
  }

  @Test("a zip of two messages is both of them, numbered through")
  func readsZip() throws {
    let single = try Self.names.map { try read(Self.samples.appendingPathComponent($0).path) }
    let (directory, path) = try pack(
      "z = zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED)\nfor s in sources: z.write(s, s[-12:])\nz.writestr('letter.pdf', '%PDF-1.4')\nz.close()")
    let both = try read(path)
    #expect(both.kinds == single.flatMap(\.kinds))
    #expect(Set(both.ordinals).count == both.ordinals.count, "ordinals are unique")
    #expect(Set(both.parents).isSubset(of: both.ordinals))
    #expect(both.reader.messages == 2)
    #expect(both.reader.messageType == "camt.054.001.08,pain.002.001.10")
    #expect(both.reader.warnings.contains("member letter.pdf: no XML, passed over"))
    withExtendedLifetime(directory) {}
  }

  @Test("gzip changes nothing")
  func readsGzip() throws {
    let plain = try inspectFile(at: Self.samples.appendingPathComponent(Self.names[0]).path)
    let (directory, path) = try pack("gzip.open(out, 'wb').write(open(sources[0], 'rb').read())")
    var packed = try inspectFile(at: path)
    packed.file = plain.file
    #expect(packed == plain)
    withExtendedLifetime(directory) {}
  }

  @Test("a fault names its member, and a container without XML is refused")
  func refuses() throws {
    let (first, broken) = try pack(
      "z = zipfile.ZipFile(out, 'w')\nz.write(sources[0], 'good.xml')\nz.writestr('bad.xml', '<Document')\nz.close()")
    #expect { try read(broken) } throws: { "\($0)".hasPrefix("bad.xml:1: ") }
    let (second, empty) = try pack("zipfile.ZipFile(out, 'w').writestr('letter.pdf', '%PDF-1.4')")
    #expect { try read(empty) } throws: { "\($0)".contains("found a container without XML") }
    withExtendedLifetime((first, second)) {}
  }
}
