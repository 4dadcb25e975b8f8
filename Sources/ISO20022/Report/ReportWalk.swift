// Goes through a report along the paths of its message and fills the records that stand there.

/// The walk as the parser's handler.
final class ReportHandler: XMLHandler {
  /// Behind a pointer: a class's own variables are checked for exclusive access, and this one is at each tag.
  private let walk: UnsafeMutablePointer<ReportWalk>

  init(after ordinal: Int, deliver: @escaping (ReportRecord) throws -> Void) {
    walk = .allocate(capacity: 1)
    walk.initialize(to: ReportWalk(after: ordinal, deliver: deliver))
  }

  deinit {
    walk.pointee.deallocate()
    walk.deinitialize(count: 1)
    walk.deallocate()
  }

  var names: XMLNames { ReportLayout.names }
  var hearsAllText: Bool { false }
  var alwaysTold: [ElementName] { ReportLayout.everBound }
  var lastOrdinal: Int { walk.pointee.lastOrdinal }
  /// Beside the walk, for a recipient may ask for it while a record is handed over.
  private(set) var version: MessageVersion?
  private(set) var messages = 0
  private(set) var warnings: [String] = []

  func reason(for xml: XMLFault) -> ReportFault { walk.pointee.fault ?? .document(xml) }

  func requireMessage() throws(XMLFault) {
    try walk.pointee.requireMessage()
    takeNews()
  }

  /// Envelopes may hold millions of messages, each with a version that nobody knows: the first warnings tell enough.
  func warn(_ warning: String) {
    if warnings.count < Self.mostWarnings, !warnings.contains(warning) { warnings.append(warning) }
  }

  private static let mostWarnings = 20

  func opensMessage(_ element: XMLElement) -> Bool { walk.pointee.opensMessage(element) }

  @inline(__always)
  func start(_ element: XMLElement) throws(XMLFault) {
    try walk.pointee.start(element)
    if walk.pointee.hasNews { takeNews() }
  }

  @inline(__always)
  func text(_ bytes: UnsafeRawBufferPointer) { walk.pointee.read(bytes) }

  func end(_ name: ElementName, line: Int) throws(XMLFault) { try end(name, at: line) }

  /// The line is looked up by who needs it.
  @inline(__always)
  func end(_ name: ElementName, at line: @autoclosure () -> Int) throws(XMLFault) {
    try walk.pointee.end(name, at: line())
    if walk.pointee.hasNews { takeNews() }
  }

  private func takeNews() {
    let (begun, warning) = walk.pointee.takeNews()
    if let begun {
      version = version ?? begun.version
      messages += 1
      begun.warnings.forEach(warn)
    }
    if let warning { warn(warning) }
  }
}

/// Walks the paths of the message and fills the records open along them.
struct ReportWalk {
  typealias Paths = ElementPaths<ReportRole>

  private var layout: ReportLayout?
  /// The layout's own, here at hand.
  private var paths = ReportLayout.noPaths
  private var bound = ReportLayout.noNames
  /// Whether it has elements beside those on paths at its top.
  private var isOpen = false
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
  private var messages = 0

  /// Whether there is something to take with `takeNews`.
  private(set) var hasNews = false
  private var begun: (version: MessageVersion, warnings: [String])?
  private var warning: String?

  /// Where the walk stands below the message's element; nowhere outside of it.
  private var place = Paths.nowhere
  /// Open records: the first of `drafts`.
  private var open = 0
  private let drafts: UnsafeMutablePointer<ReportDraft>
  /// The message's header; of pain.002 and camt.029, the last that was said about a whole file of ours; of camt.029,
  /// what became of the whole request.
  private var header: UnsafeMutablePointer<ReportDraft>?
  private var group: UnsafeMutablePointer<ReportDraft>?
  private var resolution: UnsafeMutablePointer<ReportDraft>?
  private(set) var lastOrdinal: Int
  private var hasRecords = false

  private let currencyName = ReportLayout.names["Ccy"]
  private let supplement = ReportLayout.names["SplmtryData"]
  /// Longest value taken, in bytes; schemas allow 140 characters at most where it is read.
  private static let longestValue = 1024
  /// Records within records; layouts have three.
  private static let mostOpen = 6
  /// Behind those that are open: the header, the group and the resolution.
  private static let draftCount = mostOpen + 3

  init(after ordinal: Int, deliver: @escaping (ReportRecord) throws -> Void) {
    self.deliver = deliver
    lastOrdinal = ordinal
    drafts = .allocate(capacity: Self.draftCount)
    for place in 0..<Self.draftCount { (drafts + place).initialize(to: ReportDraft()) }
  }

  func deallocate() {
    drafts.deinitialize(count: Self.draftCount)
    drafts.deallocate()
  }

  mutating func opensMessage(_ element: XMLElement) -> Bool {
    opening = MessageVersion.family(ofElement: element.localName)
    return opening != nil
  }

  mutating func takeNews() -> (begun: (version: MessageVersion, warnings: [String])?, warning: String?) {
    defer { (begun, warning, hasNews) = (nil, nil, false) }
    return (begun, warning)
  }

  @inline(__always)
  mutating func start(_ element: XMLElement) throws(XMLFault) {
    guard place != Paths.nowhere else { return try startOutside(element) }
    let below = paths.place(below: place, element.name)
    guard below != Paths.nowhere, !element.isPassedOver else { return try skip(element) }
    place = below
    switch paths.role(at: below) {
    case .record(let kind): try beginRecord(kind, line: element.line)
    case .details: innermost?.pointee.addDetails()
    case .batch: try changing(element.name, element.line) { draft throws(ValueFault) in try draft.addBatch() }
    case .returnInformation:
      try changing(element.name, element.line) { draft throws(ValueFault) in try draft.addReturnInformation() }
    case .field(let field):
      guard let innermost else { return }
      element.hearText()
      innermost.pointee.beginText(currency: field.hasCurrency ? element.attribute(currencyName) : nil)
    case nil: break
    }
  }

  /// Text right after the start tag of a value. An overlong value is refused at its end; until then the parser's own
  /// bound on text holds.
  @inline(__always)
  mutating func read(_ bytes: UnsafeRawBufferPointer) { innermost?.pointee.read(bytes) }

  @inline(__always)
  mutating func end(_ name: ElementName, at line: @autoclosure () -> Int) throws(XMLFault) {
    guard place != Paths.nowhere else { return }
    let ended = place
    place = paths.place(above: ended)
    if ended == Paths.top { return endMessage() }
    switch paths.role(at: ended) {
    case .field(let field): try take(field, name, line())
    case .record: try endRecord(line())
    case .details, .batch, .returnInformation, nil: break
    }
  }

  private var innermost: UnsafeMutablePointer<ReportDraft>? { open > 0 ? drafts + (open - 1) : nil }
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
    hasNews = true
  }

  /// Its element and its namespace decide which message this is.
  private mutating func begin(_ family: MessageVersion.Family, _ element: XMLElement) throws(XMLFault) {
    guard let version = MessageVersion.read(family, namespace: element.namespace) else {
      return try refuse(element.line, "\(family.messageElement) in \(Self.shortened(element.namespace))")
    }
    if layout?.version != version {
      let known = ReportLayout(version)
      (layout, paths, bound) = (known, known.paths, known.bound)
      isOpen = version.family == .resolution
    }
    var warnings: [String] = []
    if version.messageType == family.message {
      warnings.append("namespace: found \(Self.shortened(element.namespace)), read by its elements as \(family.message)")
    } else if !version.isKnown {
      warnings.append("version \(version.messageType): not known, read as the versions of \(family.message) that are")
    }
    if hasEnvelope { warnings.append("the message is wrapped in \(Self.shortened(root))") }
    begun = (version, warnings)
    hasNews = true
    messages += 1
    documentDepth = nil
    (header, group, resolution, hasRecords) = (nil, nil, nil, false)
    place = Paths.top
  }

  /// Passes over an element on no path, unless overlooking it could make a wrong answer.
  private mutating func skip(_ element: XMLElement) throws(XMLFault) {
    // What these messages consist of is known in full; a resolution has much else to say.
    if place == Paths.top, !element.isPassedOver, element.name != supplement, !isOpen {
      throw XMLFault(
        line: element.line, rule: "message element", found: "another", expected: "an element of \(messageType)")
    }
    if bound.contains(element.name) {
      throw XMLFault(
        line: element.line, rule: "place of \(ReportLayout.names.text(of: element.name))", found: "it elsewhere",
        expected: "it only where \(messageType) has it")
    }
    guard !element.isPassedOver else { return }
    guard paths.expectsElements(at: place) else {
      throw XMLFault(line: element.line, rule: "value", found: "an element in it", expected: "text")
    }
    element.passOver()
    // Text beside elements is no value: Sts holds either text or a Cd.
    innermost?.pointee.dropText()
  }

  private var messageType: String { layout?.version.messageType ?? "" }

  private mutating func endMessage() {
    if !hasRecords { tell("a message that says nothing") }
  }

  private mutating func tell(_ warning: String) {
    self.warning = warning
    hasNews = true
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
    guard let layout, open < Self.mostOpen else { return }
    try requireContext(for: kind, line: line)
    innermost?.pointee.beginInner(within: context(above: open - 1))
    lastOrdinal += 1
    hasRecords = true
    let draft = drafts + open
    draft.pointee.begin(
      kind, ordinal: lastOrdinal, parent: (innermost ?? header)?.pointee.record.ordinal, line: line,
      messageType: layout.version.messageType)
    if let header { draft.pointee.takeMessageID(from: header) }
    open += 1
  }

  private mutating func endRecord(_ line: Int) throws(XMLFault) {
    guard let draft = innermost else { return }
    open -= 1
    let isGroup = draft.pointee.record.kind == .cancellationGroup
    draft.pointee.finish(within: isGroup ? resolution : context(above: open))
    let whole = keepContext(draft)
    do {
      try deliver(whole.pointee.record)
    } catch let refusal as XMLFault {
      throw refusal
    } catch {
      fault = .recipient(error)
      throw XMLFault(line: line, rule: "recipient", found: "a failure", expected: "the record taken")
    }
  }

  /// Lays a header, a group or a resolution where others find it; the draft it was gets the memory of the last one.
  /// - Returns: where the record is now.
  private mutating func keepContext(_ draft: UnsafeMutablePointer<ReportDraft>) -> UnsafeMutablePointer<ReportDraft> {
    var kept = drafts + Self.mostOpen
    switch draft.pointee.record.kind {
    case .documentHeader:
      if !draft.pointee.record.has(.messageID) { tell("no message id") }
      header = kept
    case .groupStatus, .cancellationGroup:
      kept += 1
      group = kept
    case .resolution:
      kept += 2
      resolution = kept
    default: return draft
    }
    let last = kept.move()
    kept.initialize(to: draft.move())
    draft.initialize(to: last)
    return kept
  }

  /// What the record at `level` inherits from; pain.002 blocks stand beside their group, not within it.
  private func context(above level: Int) -> UnsafeMutablePointer<ReportDraft>? {
    level > 0 ? drafts + (level - 1) : group ?? resolution
  }

  /// The header comes before everything, and once; in pain.002 so does what it says about the whole file of ours. Banks
  /// that leave them out lose the ids that others could be matched by, no more.
  private mutating func requireContext(for kind: ReportRecord.Kind, line: Int) throws(XMLFault) {
    if kind == .documentHeader {
      guard !hasRecords else { throw XMLFault(line: line, rule: "group header", found: "a second one, or late", expected: "one, first") }
      return
    }
    if header == nil, !hasRecords { tell("no group header") }
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
    guard let draft = innermost else { return }
    let value = draft.pointee.trimmedText()
    guard !value.isNone else { return draft.pointee.dropText() }
    guard value.count <= Self.longestValue else {
      throw XMLFault(
        line: line, rule: ReportLayout.names.text(of: name), found: "more than \(Self.longestValue) bytes",
        expected: "at most \(Self.longestValue)")
    }
    // Inner records have taken over what this one said before them: a change now would reach only some of them.
    guard !draft.pointee.hasInner || field.isOfBatch else {
      throw XMLFault(
        line: line, rule: ReportLayout.names.text(of: name), found: "it after the records within its own",
        expected: "it before them")
    }
    do throws(ValueFault) {
      try draft.pointee.set(field, to: value)
    } catch {
      throw Self.refusal(of: error, name, line)
    }
  }

  /// Changes the innermost open record, and names element and line when that does not fit.
  private mutating func changing(
    _ name: ElementName, _ line: Int, _ change: (inout ReportDraft) throws(ValueFault) -> Void
  ) throws(XMLFault) {
    guard let draft = innermost else { return }
    do throws(ValueFault) {
      try change(&draft.pointee)
    } catch {
      throw Self.refusal(of: error, name, line)
    }
  }

  private static func refusal(of fault: ValueFault, _ name: ElementName, _ line: Int) -> XMLFault {
    XMLFault(line: line, rule: ReportLayout.names.text(of: name), found: fault.found, expected: fault.expected)
  }
}
