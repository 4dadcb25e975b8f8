import Testing

@testable import Channels

@Suite struct ListingTests {
  @Test(
    "a line of a Unix server gives name and size",
    arguments: [
      ("-rw-r--r--    1 root     root           12 Nov 24 01:51 a.xml", "a.xml", 12),
      ("-rwxr-xr-x   1 mjos     staff      348911 Mar 25 14:29 t-filexyz", "t-filexyz", 348_911),
      ("-rw-r--r--+ 1 Domain Users group with space 5 Feb  3  2024  two  spaces.xml ", " two  spaces.xml ", 5),
      ("-rw-r--r-- 1 u g 9223372036854775807 Dec 31 2024 big", "big", .max),
      ("-rw-r--r-- 1 u g 3 Jan 01 00:00 7 Jan 01 00:00 x", "7 Jan 01 00:00 x", 3),
    ] as [(String, String, Int64)])
  func lines(_ line: String, _ name: String, _ size: Int64) {
    #expect(SFTPListing.parse(Array((line + "\n").utf8)) == [RemoteFile(name: name, size: size)])
  }

  @Test(
    "directories, links and names that are not UTF-8 are left out",
    arguments: ["drwxr-xr-x 2 u g 4096 Jan 01 00:00 d", "lrwxrwxrwx 1 u g 4 Jan 01 00:00 l -> /x"])
  func ignored(_ line: String) {
    #expect(SFTPListing.parse(Array(line.utf8)) == [])
    #expect(SFTPListing.parse(Array("-rw-r--r-- 1 u g 4 Jan 01 00:00 ".utf8) + [0xff, 0xfe]) == [])
  }

  @Test(
    "a listing in another form is not guessed at",
    arguments: [
      "a.xml", "total 12", "-rw-r--r-- 1 u g 12 2024-01-01 00:00 a.xml", "-rw-r--r-- 1 u g x Jan 01 00:00 a.xml",
      "-rw-r--r-- 1 u g 99999999999999999999 Jan 01 00:00 a.xml", "-rw-r--r-- 1 u g -1 Jan 01 00:00 a.xml",
      "-rw-r--r-- 1 u g 1 Jan 01 00:00", "-rw-r--r-- 1 u g 1 Jan 01 00:00 ", "-", " ", "\u{0}",
      "01-01-24  12:00AM  12 a.xml",
    ])
  func otherForms(_ line: String) {
    #expect(SFTPListing.parse(Array(line.utf8)) == nil)
  }

  @Test("no bytes trap a reader of listings")
  func anyBytes() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("-d 1 u g 12 Jan 01 00:00 [{\"name\":}]\n\r,é".utf8) + [0, 0xff]
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0...90, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      _ = SFTPListing.parse(bytes)
      _ = SFTPListing.names(bytes)
      _ = HTTPSListing.autoindex(bytes)
      _ = HTTPSListing.names(bytes)
    }
    // Deeper than any stack.
    _ = HTTPSListing.autoindex([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
  }

  @Test("an nginx listing gives files with size and time")
  func autoindex() {
    let json = """
      [{"name":"a.xml","type":"file","mtime":"Thu, 01 Jan 1970 00:01:00 GMT","size":12},
       {"name":"d","type":"directory","mtime":"Thu, 01 Jan 1970 00:01:00 GMT"},
       {"name":"b.xml","type":"file","mtime":"yesterday","size":0}, {"name":"c.xml","type":"file","size":-1}]
      """
    #expect(
      HTTPSListing.autoindex(Array(json.utf8)) == [
        RemoteFile(name: "a.xml", size: 12, modified: 60), RemoteFile(name: "b.xml", size: 0),
      ])
  }

  @Test(
    "the pattern, the suffix and the safety of a name decide together",
    arguments: [
      ("a.xml", true), ("a.XML", false), ("a.xml.part", false), (".a.xml", false), ("../a.xml", false), ("a\nb.xml", false),
      ("a/b.xml", false), ("a\\b.xml", false), (".xml", false),
    ])
  func filter(_ name: String, _ taken: Bool) {
    #expect(NameFilter(pattern: "*.xml", temporarySuffix: ".part").takes(name) == taken)
    #expect(!NameFilter(pattern: "*", temporarySuffix: ".part").takes("a.part"))
  }
}
