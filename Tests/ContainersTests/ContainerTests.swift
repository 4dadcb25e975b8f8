import Containers
import Foundation
import TestSupport
import Testing

/// Containers made by other programs (Python's zipfile, gzip), read as a stream in pieces of any size.
@Suite("Containers")
struct ContainerTests {
  /// Runs Python, which leaves `name` in `directory`.
  private static func make(_ name: String, in directory: TemporaryDirectory, _ script: String) throws -> [UInt8] {
    let path = directory.appending(name)
    let (status, output) = try ChildProcess.run(
      "/usr/bin/python3", ["-c", "import sys, zipfile, gzip, io, os\npath = sys.argv[1]\n" + script, path])
    try #require(status == 0, "\(output)")
    return try #require(bytes(ofFile: path))
  }

  private static func read(
    _ bytes: [UInt8], piece: Int = 4096, limits: ContainerLimits = ContainerLimits()
  ) throws -> [(name: String, text: String)] {
    var members: [(name: String, text: String)] = []
    var place = 0
    try Container.eachMember(
      of: {
        guard place < bytes.count else { return nil }
        defer { place = min(place + piece, bytes.count) }
        return Array(bytes[place..<min(place + piece, bytes.count)])
      }, limits: limits
    ) { name, next in
      var text: [UInt8] = []
      while let piece = try next() { text += piece }
      members.append((name, String(decoding: text, as: UTF8.self)))
    }
    return members
  }

  private static let two = """
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
      z.writestr('a.xml', '<a>' + 'x' * 100000 + '</a>')
      z.writestr('folder/b.xml', '<b/>')
    """

  @Test("members come whole, whatever the pieces", arguments: [1, 7, 4096, 1 << 20])
  func reads(_ piece: Int) throws {
    let directory = try TemporaryDirectory()
    let zip = try Self.make("two.zip", in: directory, Self.two)
    #expect(Container.isContainer(zip))
    let members = try Self.read(zip, piece: piece)
    #expect(members.map(\.name) == ["a.xml", "folder/b.xml"])
    #expect(members.map(\.text) == ["<a>" + String(repeating: "x", count: 100_000) + "</a>", "<b/>"])
    let gzip = try Self.make("one.gz", in: directory, "gzip.open(path, 'wb').write(b'<c>' + b'y' * 70000 + b'</c>')")
    #expect(Container.isContainer(gzip))
    #expect(try Self.read(gzip, piece: piece).map(\.text.count) == [70_007])
    let stored = try Self.make(
      "stored.zip", in: directory, "zipfile.ZipFile(path, 'w', zipfile.ZIP_STORED).writestr('s.xml', '<s/>')")
    #expect(try Self.read(stored, piece: piece).map(\.text) == ["<s/>"])
  }

  @Test("no prefix of a container passes for all of it")
  func refusesPrefixes() throws {
    let directory = try TemporaryDirectory()
    let zip = try Self.make(
      "two.zip", in: directory,
      """
      with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('a.xml', '<a>' + 'x' * 300 + '</a>')
        z.writestr('b.xml', '<b/>')
      """)
    let gzip = try Self.make("one.gz", in: directory, "gzip.open(path, 'wb').write(b'<c>' + b'y' * 700 + b'</c>')")
    for whole in [zip, gzip] {
      let all = try Self.read(whole).map(\.text)
      for length in 4..<whole.count {
        // The last bytes of a zip repeat what is known: a cut there loses nothing.
        guard let found = try? Self.read(Array(whole[..<length])).map(\.text) else { continue }
        #expect(found == all, "\(length) of \(whole.count) bytes")
      }
    }
  }

  @Test("what cannot be trusted is refused, and says why")
  func refuses() throws {
    let directory = try TemporaryDirectory()
    let small = ContainerLimits(totalBytes: 1 << 20, members: 3)
    let cases: [(name: String, script: String, limits: ContainerLimits, word: String)] = [
      ("bomb.gz", "f = gzip.open(path, 'wb')\nfor _ in range(200): f.write(bytes(1 << 20))\nf.close()", ContainerLimits(), "times its size"),
      ("large.gz", "gzip.open(path, 'wb').write(os.urandom(2 << 20))", small, "bytes in it"),
      (
        "many.zip", "z = zipfile.ZipFile(path, 'w')\nfor n in range(4): z.writestr(f'{n}.xml', '<a/>')\nz.close()", small, "members"
      ),
      (
        "nested.zip",
        "b = io.BytesIO()\nzipfile.ZipFile(b, 'w').writestr('i.xml', '<i/>')\nzipfile.ZipFile(path, 'w').writestr('o.zip', b.getvalue())",
        ContainerLimits(), "another container"
      ),
      (
        "crc.zip",
        "z = zipfile.ZipFile(path, 'w', zipfile.ZIP_STORED)\nz.writestr('a.xml', '<a>honest</a>')\nz.close()\nb = bytearray(open(path, 'rb').read())\ni = b.index(b'honest')\nb[i] = 72\nopen(path, 'wb').write(b)",
        ContainerLimits(), "is whole and readable"
      ),
      (
        "encrypted.zip",
        "z = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED)\nz.writestr('a.xml', '<a/>' * 9)\nz.close()\nb = bytearray(open(path, 'rb').read())\nb[6] |= 1\nopen(path, 'wb').write(b)",
        ContainerLimits(), "is whole and readable"
      ),
    ]
    for (name, script, limits, word) in cases {
      let bytes = try Self.make(name, in: directory, script)
      #expect { try Self.read(bytes, limits: limits) } throws: { "\($0)".contains(word) }
    }
    struct Lost: Error {}
    #expect(throws: ContainerFault.recipient(Lost())) {
      try Container.eachMember(of: { throw Lost() }) { _, _ in }
    }
  }
}
