import Foundation
import TestSupport
import Testing

/// A file that must be set aside whole, and a word of the reason.
struct HostileFile: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let reason: String
  let make: @Sendable () throws -> [UInt8]

  init(_ name: String, _ reason: String, _ make: @escaping @Sendable () throws -> [UInt8]) {
    testDescription = name
    self.reason = reason
    self.make = make
  }

  /// A report that settles the payment, and hostile text in it.
  private static func report(
    _ name: String, _ reason: String, _ change: @escaping @Sendable (String) -> String
  ) -> HostileFile {
    HostileFile(name, reason) { Array(change(settling).utf8) }
  }

  /// Anything that Python writes to the path `out`; `report` is the settling report's bytes.
  private static func python(_ name: String, _ reason: String, _ script: String) -> HostileFile {
    HostileFile(name, reason) {
      let directory = try TemporaryDirectory()
      let report = try directory.write("report.xml", Array(settling.utf8))
      let start = "import gzip, io, sys, zipfile\nreport, out = open(sys.argv[1], 'rb').read(), sys.argv[2]\n"
      let made = directory.appending("made")
      let (status, output) = try ChildProcess.run("/usr/bin/python3", ["-c", start + script, report, made])
      try #require(status == 0, "\(output)")
      return try #require(bytes(ofFile: made))
    }
  }

  private static let settling = Reports.named("settle", message: "", sequence: 1)
  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

  private static func withDeclarations(_ declarations: String) -> @Sendable (String) -> String {
    { $0.replacing(declaration, with: declaration + declarations).replacing("M-1-0", with: "M-1-0&x;") }
  }

  /// After all the money: what was read before it must not count.
  private static func inLastPlace(_ text: String) -> @Sendable (String) -> String {
    { $0.replacing("</Ntfctn>", with: text + "</Ntfctn>") }
  }

  private static let entities = [
    report(
      "billion laughs", "document type declarations are refused",
      withDeclarations(
        "<!DOCTYPE Document [<!ENTITY a 'ha'>"
          + zip("abcdefghi", "bcdefghix")
          .map { "<!ENTITY \($1) '" + String(repeating: "&\($0);", count: 10) + "'>" }.joined() + "]>")),
    report(
      "one entity repeated", "document type declarations are refused",
      withDeclarations("<!DOCTYPE Document [<!ENTITY x '\(String(repeating: "a", count: 50_000))'>]>")),
    report(
      "entity that is a local file", "document type declarations are refused",
      withDeclarations("<!DOCTYPE Document [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>")),
    report(
      "entity that never ends", "document type declarations are refused",
      withDeclarations("<!DOCTYPE Document [<!ENTITY % p SYSTEM 'file:///dev/zero'> %p;]>")),
    report(
      "external DTD", "document type declarations are refused",
      withDeclarations("<!DOCTYPE Document SYSTEM 'file:///dev/zero'>")),
    report("entity that is not declared", "undeclared entity", withDeclarations("")),
  ]

  private static let sizes = [
    report("elements a million deep", "nesting", inLastPlace(String(repeating: "<X>", count: 1_000_000))),
    report(
      "a million attributes", "different names",
      inLastPlace("<X " + (0..<1_000_000).map { "a\($0)=''" }.joined(separator: " ") + "/>")),
    report(
      "a hundred attributes", "attributes of one element",
      inLastPlace("<X " + (0..<100).map { "a\($0)=''" }.joined(separator: " ") + "/>")),
    report("a name of a million letters", "XML error", inLastPlace("<\(String(repeating: "X", count: 1_000_000))/>")),
    report("a text of 10 MB", "text length", inLastPlace("<X>\(String(repeating: "x", count: 10_000_000))</X>")),
    report("10 001 documents", "documents in one file", { String(repeating: $0, count: 10_001) }),
    report(
      "amounts that nobody can add up", "amounts of one file",
      { $0.replacing("12.50", with: "92233720368547758.07") }),
    report(
      "a reference longer than any", "more than 1024 bytes",
      inLastPlace("<Ntry><NtryRef>\(String(repeating: "x", count: 2000))</NtryRef></Ntry>")),
    python(
      "a text of 1 GB in a gzip file", "text length",
      """
      with gzip.open(out, 'wb', 1) as f:
        f.write(report.replace(b'</Ntfctn>', b'<X>')[:report.index(b'</Ntfctn>') + 3])
        for _ in range(1024): f.write(b'x' * (1 << 20))
      """),
  ]

  private static let bytesOfOtherKinds = [
    HostileFile("invalid UTF-8", "well-formed document") {
      Array(settling.replacing("M-1-0", with: "M-1-0#").utf8).flatMap { $0 == UInt8(ascii: "#") ? [0xC3, 0x28] : [$0] }
    },
    HostileFile("UTF-8 cut within a letter", "well-formed document") { Array(settling.utf8.dropLast(30)) + [0xC3] },
    report("a NUL byte", "a character that XML does not allow", inLastPlace("<X>\0</X>")),
    report("a control character", "a character that XML does not allow", inLastPlace("<X>&#1;</X>")),
    HostileFile("UTF-16 without a mark or a declaration", "well-formed document") {
      settling.replacing(declaration + "\n", with: "").utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    },
    HostileFile("an encoding that nobody knows", "an encoding not known") {
      Array(settling.replacing("UTF-8", with: "KLINGON").utf8)
    },
    HostileFile("an empty file", "an empty file") { [] },
    HostileFile("a file of blanks", "an empty file") { Array(String(repeating: " \n", count: 100_000).utf8) },
    HostileFile("a file of zeros", "well-formed document") { [UInt8](repeating: 0, count: 3_000_000) },
    HostileFile("a letter", "well-formed document") { Array("%PDF-1.4 …".utf8) },
    report("an error page", "message: found root element html", { _ in "<html><body>503</body></html>" }),
    report("a truncated report", "well-formed document", { String($0.dropLast(30)) }),
    report("a report without its last letter", "well-formed document", { String($0.dropLast()) }),
    report("a report with something after it", "something after", { $0 + "x" }),
    report("half a report after a whole one", "well-formed document", { $0 + $0.prefix($0.count / 2) }),
    report(
      "a credit transfer order", "message: found pain.001.001.09",
      { _ in "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'><CstmrCdtTrfInitn/></Document>" }),
    report(
      "our own direct debit", "message: found pain.008.001.08",
      { _ in "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.008.001.08'><CstmrDrctDbtInitn/></Document>" }),
  ]

  private static let containers = [
    python(
      "a zip bomb", "times its size",
      """
      with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('good.xml', report)
        with z.open('bomb.xml', 'w') as f:
          f.write(report)
          for _ in range(300): f.write(b' ' * (1 << 20))
      """),
    python(
      "a gzip bomb", "times its size",
      """
      with gzip.open(out, 'wb') as f:
        f.write(report)
        for _ in range(300): f.write(b' ' * (1 << 20))
      """),
    python(
      "a zip of 10 001 members", "members",
      """
      with zipfile.ZipFile(out, 'w') as z:
        for n in range(10001): z.writestr(f'{n}.txt', 'x')
      """),
    python(
      "a zip in a zip", "another container",
      """
      inner = io.BytesIO()
      with zipfile.ZipFile(inner, 'w') as z: z.writestr('report.xml', report)
      with zipfile.ZipFile(out, 'w') as z:
        z.writestr('good.xml', report)
        z.writestr('inner.zip', inner.getvalue())
      """),
    python(
      "a gzip file in a gzip file", "another container",
      "open(out, 'wb').write(gzip.compress(gzip.compress(report)))"),
    python(
      "a zip in a gzip file", "another container",
      """
      inner = io.BytesIO()
      with zipfile.ZipFile(inner, 'w') as z: z.writestr('report.xml', report)
      open(out, 'wb').write(gzip.compress(inner.getvalue()))
      """),
    python("a truncated gzip file", "is whole and readable", "open(out, 'wb').write(gzip.compress(report)[:-9])"),
    python(
      "a zip with a member that was changed", "is whole and readable",
      """
      with zipfile.ZipFile(out, 'w') as z: z.writestr('report.xml', report)
      made = bytearray(open(out, 'rb').read())
      made[made.index(b'12.50')] = ord('2')
      open(out, 'wb').write(made)
      """),
    python(
      "a zip of a good report and half a report", "bad.xml:",
      """
      with zipfile.ZipFile(out, 'w') as z:
        z.writestr('good.xml', report)
        z.writestr('bad.xml', report[:-30])
      """),
    python(
      "a zip of a good report and one that is garbled", "bad.xml:",
      """
      with zipfile.ZipFile(out, 'w') as z:
        z.writestr('good.xml', report)
        z.writestr('bad.xml', b'?' + report)
      """),
    python(
      "a zip without a report", "a container without XML",
      "zipfile.ZipFile(out, 'w').writestr('letter.pdf', '%PDF-1.4')"),
    python("an empty zip", "a container without XML", "zipfile.ZipFile(out, 'w').close()"),
    python(
      "a zip whose member has a hostile name", "sed.xml:1:",
      "zipfile.ZipFile(out, 'w').writestr('a' * 5000 + '\\n\\x1b[31m\\u202esed.xml', '<D')"),
  ]

  static let all = entities + sizes + bytesOfOtherKinds + containers
}
