// Reads a bank report piece by piece and delivers what it says, record by record.
//
// Refuses, by line: everything `PushParser` refuses; messages and versions it was not asked to read; a report without
// message id; a value given twice; and elements that say what money did anywhere but where their schema has them, for
// what is overlooked is worse than what is refused. It does not check the rest of the schema: banks' files often fail
// theirs in places that do not matter here.

/// Bytes of one pain.002 or camt file in, `ReportRecord`s out, in constant memory.
///
/// Records are delivered at the end tags of their elements, before the file is known to be whole: they count only once
/// `finish` has returned. Not for use from two threads at once.
package final class ReportReader {
  private let parser: PushParser
  private let handler: ReportHandler

  /// - Parameters:
  ///   - versions: the messages to accept; any other is `ReportFault.unsupported`.
  ///   - deliver: receives each record; what it throws ends the reading, an `XMLFault` as `ReportFault.document`,
  ///     anything else as `ReportFault.recipient`.
  package init(
    limits: XMLLimits = XMLLimits(), versions: [MessageVersion] = MessageVersion.readable,
    deliver: @escaping (ReportRecord) throws -> Void
  ) {
    handler = ReportHandler(versions: versions, deliver: deliver)
    parser = PushParser(limits: limits, handler: handler)
  }

  /// The version of the message, once its first element was read.
  package var version: MessageVersion? { handler.version }

  /// The next bytes of the file, of any length.
  package func feed(_ piece: UnsafeRawBufferPointer) throws(ReportFault) {
    do throws(XMLFault) { try parser.feed(piece) } catch { throw handler.reason(for: error) }
  }

  /// The same for bytes held in an array.
  package func feed(_ piece: [UInt8]) throws(ReportFault) {
    do throws(XMLFault) { try parser.feed(piece) } catch { throw handler.reason(for: error) }
  }

  /// Says that the file has ended. Returns only if it was one whole report; only then do its records count.
  package func finish() throws(ReportFault) {
    do throws(XMLFault) { try parser.finish() } catch { throw handler.reason(for: error) }
  }
}

/// The walk as the parser's handler: one object around one value, so that each tag is one access.
private final class ReportHandler: XMLHandler {
  private var walk: ReportWalk

  init(versions: [MessageVersion], deliver: @escaping (ReportRecord) throws -> Void) {
    walk = ReportWalk(versions: versions, deliver: deliver)
  }

  var names: XMLNames { ReportLayout.names }
  /// Beside the walk, for a recipient may ask for it while a record is handed over.
  private(set) var version: MessageVersion?
  func reason(for xml: XMLFault) -> ReportFault { walk.fault ?? .document(xml) }
  func start(_ element: XMLElement) throws(XMLFault) {
    try walk.start(element)
    if element.depth == 1 { version = walk.layout?.version }
  }

  func text(_ bytes: UnsafeRawBufferPointer) throws(XMLFault) { walk.read(bytes) }
  func end(_ name: ElementName, line: Int) throws(XMLFault) { try walk.end(name, line: line) }
}

/// Walks the paths of the message and fills the records open along them.
private struct ReportWalk {
  private(set) var layout: ReportLayout?
  /// What really happened, when it is more than an XML fault can say.
  private(set) var fault: ReportFault?

  private let versions: [MessageVersion]
  private let deliver: (ReportRecord) throws -> Void

  private var places: [ElementPaths<ReportRole>.Place] = [ElementPaths<ReportRole>.top]
  /// Open elements on no path.
  private var skipped = 0
  private var open: [ReportDraft] = []
  /// What inner records inherit, by level of `open`; made once per outer record.
  private var contexts: [ReportRecord?] = []
  private var header: ReportRecord?
  private var group: ReportRecord?
  private var lastOrdinal = 0

  private var text: [UInt8] = []
  private var capturing = false
  private var currency: String?
  private let currencyName = ReportLayout.names["Ccy"]
  private let supplement = ReportLayout.names["SplmtryData"]
  /// Longest value taken, in bytes; schemas allow 140 characters at most where it is read.
  private static let longestValue = 1024

  init(versions: [MessageVersion], deliver: @escaping (ReportRecord) throws -> Void) {
    self.versions = versions
    self.deliver = deliver
  }

  mutating func start(_ element: XMLElement) throws(XMLFault) {
    if element.depth == 1 { try begin(element) }
    guard let layout else { return }
    let place =
      skipped > 0
      ? ElementPaths<ReportRole>.nowhere : layout.paths.place(below: places[places.count - 1], element.name)
    guard place != ElementPaths<ReportRole>.nowhere else {
      try skip(element, layout)
      return
    }
    places.append(place)
    capturing = false
    switch layout.paths.role(at: place) {
    case .record(let kind): try beginRecord(kind, line: element.line)
    case .details: try changing(element.name, element.line) { draft throws(ValueFault) in draft.addDetails() }
    case .batch: try changing(element.name, element.line) { draft throws(ValueFault) in try draft.addBatch() }
    case .returnInformation:
      try changing(element.name, element.line) { draft throws(ValueFault) in try draft.addReturnInformation() }
    case .field(let field):
      capturing = true
      text.removeAll(keepingCapacity: true)
      currency = field.hasCurrency ? element.attribute(currencyName).map { String(decoding: $0, as: UTF8.self) } : nil
    case nil: break
    }
  }

  mutating func read(_ bytes: UnsafeRawBufferPointer) {
    // An overlong value is refused at its end; until then the parser's own bound on text holds.
    if capturing { text.append(contentsOf: bytes) }
  }

  mutating func end(_ name: ElementName, line: Int) throws(XMLFault) {
    if skipped > 0 {
      skipped -= 1
      return
    }
    guard let layout, places.count > 1 else { return }
    let place = places.removeLast()
    switch layout.paths.role(at: place) {
    case .field(let field): try take(field, name, line)
    case .record: try endRecord(line)
    case .details, .batch, .returnInformation, nil: break
    }
    capturing = false
    // What follows within the element around it is not its text: Sts holds either text or a Cd.
    if !text.isEmpty { text.removeAll(keepingCapacity: true) }
    if places.count == 1 { try endDocument(line) }
  }
}

// MARK: - The document

extension ReportWalk {
  /// The root element decides which message this is.
  private mutating func begin(_ element: XMLElement) throws(XMLFault) {
    guard let version = versions.first(where: { element.namespace == $0.namespace }) else {
      let found = Self.shortened(element.namespace)
      let expected = versions.map(\.messageType)
      fault = .unsupported(line: element.line, found: found, expected: expected)
      throw XMLFault(
        line: element.line, rule: "message version", found: found, expected: expected.joined(separator: " or "))
    }
    guard element.localName == "Document" else {
      throw XMLFault(line: element.line, rule: "root element", found: "another", expected: "Document")
    }
    layout = ReportLayout(version)
  }

  /// Passes over an element on no path, unless overlooking it could make a wrong answer.
  private mutating func skip(_ element: XMLElement, _ layout: ReportLayout) throws(XMLFault) {
    // The message element, and what it consists of, are known in full.
    if skipped == 0, places.count <= 3, !(places.count == 3 && element.name == supplement) {
      let expected =
        places.count == 2 ? layout.version.family.messageElement : "an element of \(layout.version.messageType)"
      throw XMLFault(line: element.line, rule: "message element", found: "another", expected: expected)
    }
    if layout.bound.contains(element.name) {
      throw XMLFault(
        line: element.line, rule: "place of \(ReportLayout.names.text(of: element.name))", found: "it elsewhere",
        expected: "it only where \(layout.version.messageType) has it")
    }
    if skipped == 0, !layout.paths.expectsElements(at: places[places.count - 1]) {
      throw XMLFault(line: element.line, rule: "value", found: "an element in it", expected: "text")
    }
    skipped += 1
  }

  private func endDocument(_ line: Int) throws(XMLFault) {
    try requireContext(for: .statement, line: line)
  }

  /// A namespace for a message: ISO's without the common part, others cut to printable ASCII.
  private static func shortened(_ namespace: String?) -> String {
    guard let namespace, !namespace.isEmpty else { return "no namespace" }
    let name =
      namespace.hasPrefix(MessageVersion.namespacePrefix)
      ? namespace.dropFirst(MessageVersion.namespacePrefix.count) : namespace[...]
    let printable = name.utf8.prefix(80).allSatisfy { (0x21...0x7E).contains($0) }
    return printable ? String(name.prefix(80)) : "a namespace that cannot be printed"
  }
}

// MARK: - Records

extension ReportWalk {
  private mutating func beginRecord(_ kind: ReportRecord.Kind, line: Int) throws(XMLFault) {
    guard let version = layout?.version else { return }
    try requireContext(for: kind, line: line)
    if let outer = open.indices.last, contexts[outer] == nil {
      open[outer].hasInner = true
      contexts[outer] = open[outer].finished(within: context(above: outer))
    }
    lastOrdinal += 1
    let parent = open.last?.record.ordinal ?? header?.ordinal
    var record = ReportRecord(
      kind: kind, ordinal: lastOrdinal, parentOrdinal: parent, line: line, messageType: version.messageType)
    record.messageID = header?.messageID
    open.append(ReportDraft(record))
    contexts.append(nil)
  }

  private mutating func endRecord(_ line: Int) throws(XMLFault) {
    guard let draft = open.popLast() else { return }
    contexts.removeLast()
    let record = draft.finished(within: context(above: open.count))
    if record.kind == .documentHeader {
      guard record.messageID != nil else {
        throw XMLFault(line: line, rule: "GrpHdr/MsgId", found: "none", expected: "the report's message id")
      }
      header = record
    }
    if record.kind == .groupStatus { group = record }
    do {
      try deliver(record)
    } catch let refusal as XMLFault {
      throw refusal
    } catch {
      fault = .recipient(error)
      throw XMLFault(line: line, rule: "recipient", found: "a failure", expected: "the record taken")
    }
  }

  /// What the record at `level` inherits from; pain.002 blocks stand beside their group, not within it.
  private func context(above level: Int) -> ReportRecord? {
    level > 0 ? contexts[level - 1] : group
  }

  /// The header comes before everything, and once; in pain.002 so does what it says about the whole file of ours.
  private func requireContext(for kind: ReportRecord.Kind, line: Int) throws(XMLFault) {
    if kind == .documentHeader {
      guard header == nil, lastOrdinal == 0 else {
        throw XMLFault(line: line, rule: "GrpHdr", found: "a second one", expected: "one")
      }
      return
    }
    guard header != nil else { throw XMLFault(line: line, rule: "GrpHdr", found: "none", expected: "one, first") }
    if kind == .groupStatus, group != nil {
      throw XMLFault(line: line, rule: "OrgnlGrpInfAndSts", found: "a second one", expected: "one")
    }
    guard layout?.version.family != .paymentStatus || kind == .groupStatus || group != nil else {
      throw XMLFault(line: line, rule: "OrgnlGrpInfAndSts", found: "none", expected: "one, before its blocks")
    }
  }
}

// MARK: - Values

extension ReportWalk {
  private mutating func take(_ field: ReportField, _ name: ElementName, _ line: Int) throws(XMLFault) {
    let value = Self.trimmed(text)
    guard !value.isEmpty else { return }
    guard value.count <= Self.longestValue else {
      throw XMLFault(
        line: line, rule: ReportLayout.names.text(of: name), found: "more than \(Self.longestValue) bytes",
        expected: "at most \(Self.longestValue)")
    }
    // Inner records have taken over what this one said before them: a change now would reach only some of them.
    guard open.last?.hasInner != true || field.isOfBatch else {
      throw XMLFault(
        line: line, rule: ReportLayout.names.text(of: name), found: "it after the records within its own",
        expected: "it before them")
    }
    let string = String(decoding: value, as: UTF8.self)
    let currency = currency
    try changing(name, line) { draft throws(ValueFault) in try draft.set(field, to: string, currency: currency) }
  }

  /// Changes the innermost open record, and names element and line when the value does not fit.
  private mutating func changing(
    _ name: ElementName, _ line: Int, _ change: (inout ReportDraft) throws(ValueFault) -> Void
  ) throws(XMLFault) {
    guard let level = open.indices.last else { return }
    do throws(ValueFault) {
      try change(&open[level])
    } catch {
      throw XMLFault(line: line, rule: ReportLayout.names.text(of: name), found: error.found, expected: error.expected)
    }
  }

  /// Without XML's blanks at either end.
  private static func trimmed(_ text: [UInt8]) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    var slice = text[...]
    while let first = slice.first, isBlank(first) { slice.removeFirst() }
    while let last = slice.last, isBlank(last) { slice.removeLast() }
    return slice
  }
}
