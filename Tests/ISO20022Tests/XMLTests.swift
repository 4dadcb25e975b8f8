import Glibc
import ISO20022
import Testing

/// What a document looked like from a handler's seat, as text.
final class Recorder: XMLHandler {
  let names: XMLNames = XMLNames(["Doc", "Item", "Amt", "Ccy"])
  var seen: [String] = []
  private var pending = ""
  var refuseAt: String?

  func start(_ element: XMLElement) throws(XMLFault) {
    flush()
    let currency = element.attribute(names["Ccy"]).map { " Ccy=" + String(decoding: $0, as: UTF8.self) } ?? ""
    seen.append("<\(names.text(of: element.name))\(currency)")
    if element.localName == refuseAt {
      throw XMLFault(line: element.line, rule: "test", found: element.localName, expected: "none")
    }
  }

  func text(_ bytes: UnsafeRawBufferPointer) throws(XMLFault) { pending += String(decoding: bytes, as: UTF8.self) }

  func end(_ name: ElementName, line: Int) throws(XMLFault) {
    flush()
    seen.append(">\(names.text(of: name))")
  }

  private func flush() {
    if !pending.allSatisfy(\.isWhitespace) { seen.append(pending) }
    pending = ""
  }
}

/// Feeds `bytes` in pieces of `piece` bytes; a refusal comes back as a value.
func parse(_ bytes: [UInt8], piece: Int = .max, limits: XMLLimits = XMLLimits(), into handler: any XMLHandler)
  -> XMLFault?
{
  let parser = PushParser(limits: limits, handler: handler)
  do throws(XMLFault) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let slice = Array(rest.prefix(piece))
      rest = rest.dropFirst(slice.count)
      try parser.feed(slice)
    }
    try parser.finish()
    return nil
  } catch {
    return error
  }
}

/// The peak of this process's resident memory, in bytes.
func peakMemory() -> Int {
  var usage = rusage()
  getrusage(0, &usage)
  return usage.ru_maxrss * 1024
}

/// A text that must be refused, and words of the refusal.
struct Hostile: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var text: String
  var rule: String

  init(_ name: String, _ text: String, _ rule: String) {
    testDescription = name
    self.text = text
    self.rule = rule
  }
}

@Suite struct XMLTests {
  static let plain =
    "<?xml version=\"1.0\"?>\n<Doc xmlns='u'><Item><Amt Ccy='EUR'>1.00</Amt><x>é &amp; <![CDATA[<]]></x></Item></Doc>\n"
  static let plainSeen = ["<Doc", "<Item", "<Amt Ccy=EUR", "1.00", ">Amt", "<", "é & <", ">", ">Item", ">Doc"]

  @Test(arguments: [1, 2, 3, 7, 64, .max])
  func aDocumentReadsTheSameInPiecesOfAnySize(piece: Int) {
    let recorder = Recorder()
    #expect(parse(Array(Self.plain.utf8), piece: piece, into: recorder) == nil)
    #expect(recorder.seen == Self.plainSeen)
  }

  @Test(arguments: [1, 2, 3, 7, .max])
  func everyUsualEncodingReadsTheSame(piece: Int) {
    let body = Self.plain.replacing("<?xml version=\"1.0\"?>", with: "")
    func utf16(_ text: String, bigEndian: Bool, mark: Bool) -> [UInt8] {
      ((mark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit in
        bigEndian ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
      }
    }
    let declared16 = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + body
    let encodings: [(String, [UInt8])] = [
      ("UTF-8 with mark", [0xEF, 0xBB, 0xBF] + Array(Self.plain.utf8)),
      ("UTF-8 undeclared", Array(body.drop(while: \.isWhitespace).utf8)),
      (
        "ISO-8859-1",
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + body).unicodeScalars.map { UInt8($0.value & 255) }
      ),
      ("UTF-16LE with mark", utf16(declared16, bigEndian: false, mark: true)),
      ("UTF-16BE with mark", utf16(declared16, bigEndian: true, mark: true)),
    ]
    for (name, bytes) in encodings {
      let recorder = Recorder()
      let fault = parse(bytes, piece: piece, into: recorder)
      #expect(fault == nil, "\(name)")
      #expect(recorder.seen == Self.plainSeen, "\(name)")
    }
  }

  @Test func elementsOfAForeignNamespaceAreStrangers() {
    let recorder = Recorder()
    let text = "<Doc xmlns='u'><x:Item xmlns:x='v'>a</x:Item><Item/></Doc>"
    #expect(parse(Array(text.utf8), into: recorder) == nil)
    #expect(recorder.seen == ["<Doc", "<", "a", ">", "<Item", ">Item", ">Doc"])
  }

  @Test func everyPrefixIsRefused() {
    let whole = Array(Self.plain.utf8)
    let body = whole.lastIndex(of: UInt8(ascii: ">"))!
    for length in 0...body {
      #expect(parse(Array(whole[..<length]), into: Recorder()) != nil, "prefix of \(length) bytes")
    }
  }

  @Test func aHandlersRefusalEndsTheDocument() {
    let recorder = Recorder()
    recorder.refuseAt = "Amt"
    let fault = parse(Array(Self.plain.utf8), into: recorder)
    #expect(fault?.description == "2: test: found Amt, expected none")
    #expect(recorder.seen.last == "<Amt Ccy=EUR")
  }

  static let laughs =
    "<!DOCTYPE Doc [<!ENTITY a 'ha'>"
    + zip("abcdefghi", "bcdefghij").map { "<!ENTITY \($1) '" + String(repeating: "&\($0);", count: 10) + "'>" }.joined()
    + "]><Doc>&j;</Doc>"

  @Test(arguments: [
    Hostile("billion laughs", laughs, "document type declarations are refused"),
    Hostile(
      "external entity", "<!DOCTYPE D [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><D>&x;</D>",
      "document type declarations"),
    Hostile(
      "external subset", "<!DOCTYPE D SYSTEM 'http://127.0.0.1:1/d.dtd'><D/>", "document type declarations are refused"),
    Hostile("plain doctype", "<!DOCTYPE D><D/>", "document type declarations are refused"),
    Hostile(
      "parameter entity", "<!DOCTYPE D [<!ENTITY % p SYSTEM 'file:///dev/zero'> %p;]><D/>", "document type declarations"
    ),
    Hostile("undeclared entity", "<D>&x;</D>", "undeclared entity"),
    Hostile("deep nesting", String(repeating: "<D>", count: 100_000), "nesting"),
    Hostile("many attributes", "<D " + (0..<100).map { "a\($0)='1' " }.joined() + "/>", "attributes of one element"),
    Hostile("long name", "<" + String(repeating: "n", count: 1000) + "/>", "element name"),
    Hostile("empty file", "", "well-formed document"),
    Hostile("only blanks", "  \n ", "well-formed document"),
    Hostile("no markup", "hello", "well-formed document"),
    Hostile("two documents", "<D></D>\n<D></D>", "well-formed document"),
    Hostile(
      "two documents with declarations", "<?xml version='1.0'?><D/>\n<?xml version='1.0'?><D/>", "well-formed document"),
    Hostile("text after the end", "<D></D>x", "well-formed document"),
    Hostile("NUL after the end", "<D></D>\0", "well-formed document"),
    Hostile("NUL in text", "<D>a\0b</D>", "well-formed document"),
    Hostile("control character", "<D>\u{1}</D>", "well-formed document"),
    Hostile("character reference to NUL", "<D>&#0;</D>", "well-formed document"),
    Hostile("wrong end tag", "<D><E></D></E>", "an end tag that closes another element"),
    Hostile("prefix without namespace", "<x:D/>", "prefix without a namespace"),
    Hostile("unknown encoding", "<?xml version='1.0' encoding='KLINGON'?><D/>", "encoding"),
  ])
  func hostileTextIsRefusedByRule(hostile: Hostile) {
    for piece in [1, 7, .max] where hostile.text.utf8.count < 5000 || piece > 1 {
      let fault = parse(Array(hostile.text.utf8), piece: piece, into: Recorder())
      #expect(
        fault?.description.contains(hostile.rule) == true,
        "\(hostile.testDescription) in pieces of \(piece): \(String(describing: fault))")
    }
  }

  @Test func bytesThatAreNotUTF8AreRefused() {
    for broken: [UInt8] in [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xE4, 0x74, 0x74]] {
      let fault = parse(Array("<D>".utf8) + broken + Array("</D>".utf8), into: Recorder())
      #expect(fault?.rule == "well-formed document", "\(broken)")
    }
  }

  @Test func aHugeTextIsRefusedInBoundedMemory() throws {
    for opening in ["<D>", "<D a='", "<D><!--", "<D><![CDATA[", "<D><?p "] {
      let before = peakMemory()
      let parser = PushParser(handler: Recorder())
      let megabyte = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
      var fault: XMLFault?
      do throws(XMLFault) {
        try parser.feed(Array(opening.utf8))
        for _ in 0..<100 { try parser.feed(megabyte) }
      } catch {
        fault = error
      }
      #expect(fault != nil, "\(opening)")
      #expect(peakMemory() - before < 64 << 20, "\(opening)")
    }
  }

  @Test func manyDistinctNamesStayWithinBoundedMemory() {
    let before = peakMemory()
    let parser = PushParser(handler: Recorder())
    var fault: XMLFault?
    do throws(XMLFault) {
      try parser.feed(Array("<D>".utf8))
      for number in 0..<8_000 {
        let piece = Array(
          (0..<50).map {
            "<n\(number)x\($0)aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/>"
          }.joined().utf8)
        try parser.feed(piece)
      }
    } catch {
      fault = error
    }
    #expect(fault != nil)
    #expect(peakMemory() - before < 64 << 20)
  }

  @Test func aFaultIsRepeatedAndNothingMoreIsDelivered() {
    let recorder = Recorder()
    let parser = PushParser(handler: recorder)
    for _ in 0..<3 {
      #expect(throws: XMLFault.self) {
        try parser.feed(Array("<Doc><Item></Doc><Item/>".utf8))
      }
    }
    #expect(throws: XMLFault.self) { try parser.finish() }
    #expect(recorder.seen == ["<Doc", "<Item"])
  }

  @Test func aFileBeyondItsSizeIsRefused() {
    let limits = XMLLimits(bytes: 20)
    #expect(
      parse(Array("<D>aaaaaaaaaaaaaaaaaaaaaaaa</D>".utf8), piece: 5, limits: limits, into: Recorder())?.rule
        == "file size")
  }
}
