/// Rows of a CSV file (RFC 4180): UTF-8 with or without BOM, a header row, `;` or `,` as the header has it, quotes,
/// line ends inside quotes. Fed piece by piece, in bounded memory.
struct CSVReader {
  struct Fault: Error, CustomStringConvertible {
    let line: Int
    let rule: String
    let found: String
    let expected: String
    var description: String { "\(line): \(rule): found \(found), expected \(expected)" }
  }

  private static let longestField = 65_536
  /// More than any intake table has.
  private static let mostFields = 100
  private var separator: UInt8?
  private var field: [UInt8] = []
  private var row: [String] = []
  private var inQuotes = false
  private var afterQuote = false
  private var afterReturn = false
  private var line = 1
  private var start = 1
  private var bom: [UInt8] = []
  private var sawStart = false

  init() {}

  /// Takes the next bytes.
  /// - Parameter deliver: gets each finished row, with the line it began on.
  mutating func feed(_ bytes: some Sequence<UInt8>, _ deliver: (Int, [String]) throws -> Void) throws {
    for byte in bytes {
      if !sawStart {
        // A byte order mark opens files that spreadsheets wrote.
        bom.append(byte)
        if bom == [0xEF] || bom == [0xEF, 0xBB] { continue }
        sawStart = true
        if bom == [0xEF, 0xBB, 0xBF] { continue }
        for held in bom { try take(held, deliver) }
        continue
      }
      try take(byte, deliver)
    }
  }

  /// Ends the file; a last line without a line end counts.
  mutating func finish(_ deliver: (Int, [String]) throws -> Void) throws {
    guard !inQuotes else { throw Fault(line: start, rule: "quotes", found: "an open quote at the end", expected: "a closed one") }
    // A file too short to have a mark is still somebody's text.
    if !sawStart { for held in bom { try take(held, deliver) } }
    if !field.isEmpty || !row.isEmpty || afterQuote { try endRow(deliver) }
  }

  private mutating func take(_ byte: UInt8, _ deliver: (Int, [String]) throws -> Void) throws {
    if afterReturn, byte != 0x0A {
      throw Fault(line: line, rule: "line end", found: "a carriage return alone", expected: "CR LF or LF")
    }
    afterReturn = false
    if byte == 0x0A { line += 1 }
    if inQuotes {
      if byte == 0x22 {
        inQuotes = false
        afterQuote = true
      } else {
        try append(byte)
      }
      return
    }
    switch byte {
    case 0x22 where afterQuote:
      try append(byte)
      inQuotes = true
      afterQuote = false
    case 0x22 where field.isEmpty: inQuotes = true
    case 0x22: throw Fault(line: line, rule: "quotes", found: "a quote inside a field", expected: "the whole field in quotes")
    case 0x0D: afterReturn = true
    case 0x0A: try endRow(deliver)
    case separator: try endField()
    // The first separator in the header is the file's.
    case 0x3B where separator == nil, 0x2C where separator == nil:
      separator = byte
      try endField()
    default:
      guard !afterQuote else {
        throw Fault(line: line, rule: "quotes", found: "text after a closing quote", expected: "a separator")
      }
      try append(byte)
    }
  }

  private mutating func append(_ byte: UInt8) throws {
    guard field.count < Self.longestField else {
      throw Fault(line: start, rule: "field length", found: "more than \(Self.longestField) bytes", expected: "less")
    }
    field.append(byte)
  }

  private mutating func endField() throws {
    guard let text = String(validating: field, as: UTF8.self), !text.contains("\0") else {
      throw Fault(line: start, rule: "encoding", found: "bytes that are not UTF-8 text", expected: "UTF-8")
    }
    guard row.count < Self.mostFields else {
      throw Fault(line: start, rule: "fields", found: "more than \(Self.mostFields)", expected: "the columns of the header")
    }
    row.append(text)
    field.removeAll(keepingCapacity: true)
    afterQuote = false
  }

  private mutating func endRow(_ deliver: (Int, [String]) throws -> Void) throws {
    try endField()
    let finished = row
    row.removeAll(keepingCapacity: true)
    let began = start
    start = line
    // Empty lines at the end of a file are nobody's row.
    if finished == [""] { return }
    try deliver(began, finished)
  }
}
