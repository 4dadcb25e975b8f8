// Reads a bank report piece by piece and delivers what it says, record by record.
//
// Refuses, by line: everything `PushParser` refuses; other messages; a value given twice; and elements that say what
// money did anywhere but where their schema has them, for what is overlooked is worse than what is refused. It does not
// check the rest of the schema: banks' files often fail theirs in places that do not matter here.

/// Bytes of one file of pain.002, camt.052, camt.053, camt.054 or camt.029 in, `ReportRecord`s out, in constant memory.
///
/// A file may hold several messages: as documents one after the other, or within one envelope. Whatever stands around
/// a message (a SWIFT `DataPDU` or business application header, `XMLPAYLOAD`) is passed over.
///
/// Records are delivered at the end tags of their elements, before the file is known to be whole: they count only once
/// `finish` has returned. Not for use from two threads at once.
package final class ReportReader {
  private let limits: XMLLimits
  private let handler: ReportHandler
  private var parser: PushParser
  private var cuts = DocumentCuts()
  /// Whether the first document has got a byte that is not a blank.
  private var hasBegun = false
  /// Past a document's end, where the file was cut for it: what follows may be another one. Nowhere else, or it would
  /// depend on how the file came.
  private var mayBegin = false
  private var between = BetweenDocuments()
  private var documents = 1
  /// More documents in one file than any bank sends, and few enough to keep their cost small.
  private static let mostDocuments = 10_000

  /// - Parameter deliver: receives each record; what it throws ends the reading, an `XMLFault` as `ReportFault.document`,
  ///   anything else as `ReportFault.recipient`.
  package init(limits: XMLLimits = XMLLimits(), deliver: @escaping (ReportRecord) throws -> Void) {
    self.limits = limits
    handler = ReportHandler(deliver: deliver)
    parser = PushParser(limits: limits, handler: handler)
  }

  /// The version of the first message, once its element was read.
  package var version: MessageVersion? { handler.version }
  /// How many messages have begun.
  package var messages: Int { handler.messages }
  /// What is unusual about the file, and was read all the same; each once.
  package var warnings: [String] { handler.warnings }

  /// The next bytes of the file, of any length.
  package func feed(_ piece: UnsafeRawBufferPointer) throws(ReportFault) {
    do throws(XMLFault) {
      try cuts.feed(piece) { (bytes, atCut) throws(XMLFault) in try read(bytes, atCut: atCut) }
    } catch {
      throw handler.reason(for: error)
    }
  }

  /// The same for bytes held in an array.
  package func feed(_ piece: [UInt8]) throws(ReportFault) {
    try piece.span.withUnsafeBytes { (bytes) throws(ReportFault) in try feed(bytes) }
  }

  /// Says that the file has ended. Returns only if all of it was whole; only then do its records count.
  package func finish() throws(ReportFault) {
    do throws(XMLFault) {
      try cuts.rest().span.withUnsafeBytes { (bytes) throws(XMLFault) in try read(bytes, atCut: false) }
      if between.isInMark { throw Self.strayBytes(line: parser.line) }
      try parser.finish()
      try handler.requireMessage()
    } catch {
      throw handler.reason(for: error)
    }
  }

  /// Reads bytes that hold the end of one document at most, at their end.
  private func read(_ bytes: UnsafeRawBufferPointer, atCut: Bool) throws(XMLFault) {
    var bytes = bytes
    if !hasBegun {
      // Before a declaration XML allows nothing, banks a line end.
      bytes = UnsafeRawBufferPointer(rebasing: bytes.drop(while: DocumentCuts.isBlank))
      hasBegun = !bytes.isEmpty
    }
    while mayBegin, !bytes.isEmpty {
      switch between.read(bytes) {
      case .ofLast(let count):
        try parser.feed(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        bytes = UnsafeRawBufferPointer(rebasing: bytes[count...])
      case .ofNone(let count): bytes = UnsafeRawBufferPointer(rebasing: bytes[count...])
      case .beginning: try beginDocument()
      case .stray:
        // The last document's parser says what is wrong with it.
        if between.isInMark { throw Self.strayBytes(line: parser.line) }
        mayBegin = false
      }
    }
    if !bytes.isEmpty { try parser.feed(bytes) }
    if atCut, parser.isPastRoot, !mayBegin {
      mayBegin = true
      between = BetweenDocuments()
    }
  }

  private func beginDocument() throws(XMLFault) {
    try parser.finish()
    mayBegin = false
    documents += 1
    guard documents <= Self.mostDocuments else {
      throw XMLFault(
        line: 1, rule: "documents in one file", found: "more than \(Self.mostDocuments)",
        expected: "at most \(Self.mostDocuments)")
    }
    handler.warn("several documents in one file")
    parser = PushParser(limits: limits, handler: handler)
  }

  private static func strayBytes(line: Int) -> XMLFault {
    XMLFault(
      line: line, rule: "well-formed document", found: "something after the document", expected: "its end, or another one")
  }
}

/// The walk as the parser's handler: one object around one value, so that each tag is one access.
private final class ReportHandler: XMLHandler {
  private var walk: ReportWalk

  init(deliver: @escaping (ReportRecord) throws -> Void) {
    walk = ReportWalk(deliver: deliver)
  }

  var names: XMLNames { ReportLayout.names }
  /// Beside the walk, for a recipient may ask for it while a record is handed over.
  private(set) var version: MessageVersion?
  private(set) var messages = 0
  private(set) var warnings: [String] = []

  func reason(for xml: XMLFault) -> ReportFault { walk.fault ?? .document(xml) }

  func requireMessage() throws(XMLFault) {
    try walk.requireMessage()
    takeBegun()
  }

  /// Envelopes may hold millions of messages, each with a version that nobody knows: the first warnings tell enough.
  func warn(_ warning: String) {
    if warnings.count < Self.mostWarnings, !warnings.contains(warning) { warnings.append(warning) }
  }

  private static let mostWarnings = 20

  func opensMessage(_ element: XMLElement) -> Bool { walk.opensMessage(element) }

  func start(_ element: XMLElement) throws(XMLFault) {
    try walk.start(element)
    takeBegun()
  }

  private func takeBegun() {
    guard let begun = walk.takeBegun() else { return }
    version = version ?? begun.version
    messages += 1
    begun.warnings.forEach(warn)
  }

  func text(_ bytes: UnsafeRawBufferPointer) throws(XMLFault) { walk.read(bytes) }

  func end(_ name: ElementName, line: Int) throws(XMLFault) {
    try walk.end(name, line: line)
    if let warning = walk.takeWarning() { warn(warning) }
  }
}

/// Walks the paths of the message and fills the records open along them.
private struct ReportWalk {
  private(set) var layout: ReportLayout?
  /// What really happened, when it is more than an XML fault can say.
  private(set) var fault: ReportFault?

  private let deliver: (ReportRecord) throws -> Void

  /// The message whose element is about to start.
  private var opening: MessageVersion.Family?
  /// Of the last `Document` outside a message: what stands directly in it must be one.
  private var documentDepth: Int?
  private var hasEnvelope = false
  /// A document that its namespace calls one of these messages, until the message itself begins.
  private var announced: MessageVersion?
  private var root: String?
  private var begun: (version: MessageVersion, warnings: [String])?
  private var warning: String?
  private var messages = 0

  /// From the message's element down; empty outside of it.
  private var places: [ElementPaths<ReportRole>.Place] = []
  /// Open elements on no path.
  private var skipped = 0
  private var open: [ReportDraft] = []
  /// What inner records inherit, by level of `open`; made once per outer record.
  private var contexts: [ReportRecord?] = []
  private var header: ReportRecord?
  private var group: ReportRecord?
  private var resolution: ReportRecord?
  private var lastOrdinal = 0
  private var hasRecords = false

  private var text: [UInt8] = []
  private var capturing = false
  private var currency: String?
  private let currencyName = ReportLayout.names["Ccy"]
  private let supplement = ReportLayout.names["SplmtryData"]
  /// Longest value taken, in bytes; schemas allow 140 characters at most where it is read.
  private static let longestValue = 1024

  init(deliver: @escaping (ReportRecord) throws -> Void) {
    self.deliver = deliver
  }

  mutating func opensMessage(_ element: XMLElement) -> Bool {
    opening = MessageVersion.family(ofElement: element.localName)
    return opening != nil
  }

  mutating func takeBegun() -> (version: MessageVersion, warnings: [String])? {
    defer { begun = nil }
    return begun
  }

  mutating func takeWarning() -> String? {
    defer { warning = nil }
    return warning
  }

  mutating func start(_ element: XMLElement) throws(XMLFault) {
    guard !places.isEmpty, let layout else { return try startOutside(element) }
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
    guard let layout, let place = places.popLast() else { return }
    if places.isEmpty { return try endMessage(line) }
    switch layout.paths.role(at: place) {
    case .field(let field): try take(field, name, line)
    case .record: try endRecord(line)
    case .details, .batch, .returnInformation, nil: break
    }
    capturing = false
    // What follows within the element around it is not its text: Sts holds either text or a Cd.
    if !text.isEmpty { text.removeAll(keepingCapacity: true) }
  }
}

// MARK: - The document

extension ReportWalk {
  /// An element outside a message: an envelope around it, its document, or the message itself.
  private mutating func startOutside(_ element: XMLElement) throws(XMLFault) {
    if let family = opening {
      opening = nil
      return try begin(family, element)
    }
    if element.depth == 1 {
      documentDepth = nil
      root = element.localName
    }
    let isDocument = element.localName == "Document"
    let other = isDocument ? element.namespace.flatMap(MessageVersion.messageNamed) : nil
    let isOther = other.map { name in !MessageVersion.Family.allCases.contains { name.hasPrefix($0.message + ".") } } ?? false
    if isOther || documentDepth.map({ element.depth == $0 + 1 }) ?? false {
      try refuse(element.line, Self.shortened(element.namespace))
    }
    if isDocument { documentDepth = element.depth } else { hasEnvelope = true }
    announced = other.flatMap { name in
      MessageVersion.Family.allCases.first { name.hasPrefix($0.message + ".") }.map {
        MessageVersion(messageType: name, family: $0)
      }
    }
  }

  private mutating func refuse(_ line: Int, _ found: String) throws(XMLFault) {
    let expected = MessageVersion.Family.allCases.map(\.message).sorted()
    fault = .unsupported(line: line, found: found, expected: expected)
    throw XMLFault(line: line, rule: "message", found: found, expected: expected.joined(separator: " or "))
  }

  /// A file without any message is none of ours; a document that only announces one is empty, and says so.
  mutating func requireMessage() throws(XMLFault) {
    guard messages == 0 else { return }
    guard let announced else { return try refuse(1, "root element \(Self.shortened(root))") }
    begun = (announced, ["a document without its message"])
  }

  /// Its element and its namespace decide which message this is.
  private mutating func begin(_ family: MessageVersion.Family, _ element: XMLElement) throws(XMLFault) {
    guard let version = MessageVersion.read(family, namespace: element.namespace) else {
      return try refuse(element.line, "\(family.messageElement) in \(Self.shortened(element.namespace))")
    }
    if layout?.version != version { layout = ReportLayout(version) }
    var warnings: [String] = []
    if version.messageType == family.message {
      warnings.append("namespace: found \(Self.shortened(element.namespace)), read by its elements as \(family.message)")
    } else if !version.isKnown {
      warnings.append("version \(version.messageType): not known, read as the versions of \(family.message) that are")
    }
    if hasEnvelope { warnings.append("the message is wrapped in \(Self.shortened(root))") }
    begun = (version, warnings)
    messages += 1
    documentDepth = nil
    (header, group, resolution, hasRecords) = (nil, nil, nil, false)
    places = [ElementPaths<ReportRole>.top]
  }

  /// Passes over an element on no path, unless overlooking it could make a wrong answer.
  private mutating func skip(_ element: XMLElement, _ layout: ReportLayout) throws(XMLFault) {
    // What these messages consist of is known in full; a resolution has much else to say.
    if skipped == 0, places.count == 1, element.name != supplement, layout.version.family != .resolution {
      throw XMLFault(
        line: element.line, rule: "message element", found: "another",
        expected: "an element of \(layout.version.messageType)")
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

  private mutating func endMessage(_ line: Int) throws(XMLFault) {
    if !hasRecords { warning = "a message that says nothing" }
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
    hasRecords = true
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
    let isGroup = draft.record.kind == .cancellationGroup
    let record = draft.finished(within: isGroup ? resolution : context(above: open.count))
    if record.kind == .documentHeader {
      if record.messageID == nil { warning = "no message id" }
      header = record
    }
    if record.kind == .groupStatus || record.kind == .cancellationGroup { group = record }
    if record.kind == .resolution { resolution = record }
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
    level > 0 ? contexts[level - 1] : group ?? resolution
  }

  /// The header comes before everything, and once; in pain.002 so does what it says about the whole file of ours. Banks
  /// that leave them out lose the ids that others could be matched by, no more.
  private mutating func requireContext(for kind: ReportRecord.Kind, line: Int) throws(XMLFault) {
    if kind == .documentHeader {
      guard !hasRecords else { throw XMLFault(line: line, rule: "group header", found: "a second one, or late", expected: "one, first") }
      return
    }
    if header == nil, !hasRecords { warning = "no group header" }
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
