// Goes through a message, gathers its header, each block and each debit, and has the rules look at them.

import SEPA

/// The walk as the parser's handler.
final class JudgeWalk: XMLHandler {
  let names = SEPAElements.names
  var hearsAllText: Bool { false }

  private typealias Tree = ElementPaths<SEPAElements.Kind>
  private let tree = SEPAElements.tree
  private let tellFinding: (Finding) -> Void
  private let around: Surroundings

  private(set) var verdict = Verdict()
  /// What was found in the part at hand: the walk finds things before the rules look.
  private var pending: [Finding] = []
  private static let mostPending = 1000
  /// nil until the root was seen; empty when that is no message that is judged.
  private(set) var messageType: String?
  private var place = Tree.top
  private var current: Part?
  private var serial = 0
  /// The root's, in which names are known.
  private var namespace = ""
  private var isRootJudged = false
  /// Whether the message's element was met, or another told in its place.
  private var isMessageSettled = false
  private var hasMessage = false
  private var isBlockJudged = false
  /// Whether all of an original file was undone by a word.
  private var isFileUndone = false
  private var frame = MessageFrame.collection
  private var messagePlace = Tree.nowhere
  private var amountPlaces: [Int] = []
  /// By places of the frame: header, counts, original file.
  private var headers: [(place: Place, part: Part)] = []
  private var seen: Set<Int> = []

  private static let currency = SEPAElements.names["Ccy"]
  private static let schemaLocation = SEPAElements.names["schemaLocation"]

  init(manyTransactions: Int, profile: FileRules?, tell: @escaping (Finding) -> Void) {
    around = Surroundings(manyTransactions: manyTransactions, profile: profile)
    tellFinding = tell
  }

  // MARK: The document

  func start(_ element: XMLElement) throws(XMLFault) {
    if element.depth == 1 { return begin(element) }
    let below = tree.place(below: place, element.name)
    guard below != Tree.nowhere, element.depth > 2 || below == messagePlace else {
      element.passOver()
      return element.depth == 2 ? tellOtherMessage(element) : tellUnused(element)
    }
    guard isExpected(below, element) else { return element.passOver() }
    if element.depth == 2 { (isMessageSettled, hasMessage) = (true, true) }
    place = below
    switch below {
    case frame.block.number: beginBlock(element)
    case frame.debit.number: beginDebit(element)
    default:
      if below == frame.enclosing?.number { around.original.clear() }
      guard current == nil, let header = headers.first(where: { $0.place.number == below }) else {
        return try gather(below, element)
      }
      begin(header.part, element, path: header.place.shown)
    }
  }

  func text(_ bytes: UnsafeRawBufferPointer) throws(XMLFault) {
    if current?.append(bytes) == false { throw tooLarge(0) }
  }

  func end(_ name: ElementName, line: Int) throws(XMLFault) {
    let ended = place
    place = tree.place(above: ended)
    guard let part = current else { return }
    part.close()
    guard part.isClosed else { return }
    switch ended {
    case frame.block.number: endBlock()
    case frame.debit.number: endDebit()
    default: endHeader(part)
    }
  }

  private func begin(_ element: XMLElement) {
    let named = element.namespace.flatMap(MessageVersion.messageNamed)
    guard let named, let known = MessageFrame.all.first(where: { named.hasPrefix($0.kind) }) else {
      messageType = ""
      let other = element.namespace.map { Element.shown($0, atMost: 80) } ?? "none"
      tell("namespace", line: element.line, path: Element.shown(element.localName), found: other)
      return element.passOver()
    }
    messageType = named
    namespace = element.namespace ?? ""
    verdict.messageType = named
    frame = known
    amountPlaces = known.amounts.map(\.number)
    messagePlace = tree.place(below: tree.place(below: Tree.top, names["Document"]), names[known.message])
    headers = [(known.header, around.header)]
    if let control = known.control { headers.append((control, around.control)) }
    if let original = known.original { headers.append((original, around.original)) }
    around.edition = MessageEdition(messageType: named, frame: known)
    guard around.edition.isJudged else {
      tell("national-variant", line: element.line, path: "Document", found: named, expected: known.usualWords)
      return element.passOver()
    }
    let below = tree.place(below: Tree.top, element.name)
    guard below != Tree.nowhere else {
      let name = Element.shown(element.localName)
      tell("root-element", line: element.line, path: name, found: name)
      return element.passOver()
    }
    if namespace != MessageVersion.namespacePrefix + named {
      tell("namespace", line: element.line, path: "Document", found: Element.shown(namespace, atMost: 80))
    } else if !around.edition.isUsual {
      tell("message-version", line: element.line, path: "Document", found: named, expected: known.usualWords)
    }
    judgeLocation(element)
    isRootJudged = true
    place = below
  }

  /// `xsi:schemaLocation` is pairs of a namespace and where its schema lies; it is never followed.
  private func judgeLocation(_ element: XMLElement) {
    guard let bytes = element.prefixedAttribute(Self.schemaLocation) else { return }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard let first = words.first, !words.contains(Substring(namespace)) else { return }
    tell("schema-location", line: element.line, path: "Document", found: Element.shown(String(first), atMost: 80))
  }

  private func tellOtherMessage(_ element: XMLElement) {
    isMessageSettled = true
    let found = Element.shown(element.localName)
    tell("message-element", line: element.line, path: "Document", found: found, expected: frame.message)
  }

  private func tellUnused(_ element: XMLElement) {
    current?.noteOther()
    let path = [placePath, Element.shown(element.localName)].filter { !$0.isEmpty }.joined(separator: "/")
    if element.namespace == namespace {
      tell("element-not-used", line: element.line, path: path, found: Element.shown(element.localName))
    } else {
      let name = element.namespace.map { Element.shown($0, atMost: 80) } ?? "no namespace"
      tell("namespace-foreign", line: element.line, path: path, found: name)
    }
  }

  /// Where the walk stands.
  private var placePath: String {
    guard let known = SEPAElements.places.indices.contains(place) ? SEPAElements.places[place] : nil else { return "" }
    guard let current else { return known.shown }
    return current.path + known.path.dropFirst(current.root.place.path.utf8.count)
  }

  /// Whether an element stands where what is gathered can still take it.
  private func isExpected(_ below: Int, _ element: XMLElement) -> Bool {
    if current == nil, let header = headers.first(where: { $0.place.number == below })?.place, comesOnce(header) {
      let isSecond = seen.contains(below)
      guard isSecond || around.tally.blocks > 0 else { return true }
      tell(
        isSecond ? "element-repeated" : "element-late", line: element.line, path: header.shown,
        found: isSecond ? "a second one" : "\(header.name) behind a block")
      return false
    }
    if place == frame.block.number, below != frame.debit.number, isBlockJudged {
      tell("element-late", line: element.line, path: "\(around.block.path)/\(element.localName)", found: "it behind a debit")
      return false
    }
    return true
  }

  private func comesOnce(_ header: Place) -> Bool {
    header.number != frame.original?.number || frame.isOriginalOnce
  }

  private func gather(_ below: Int, _ element: XMLElement) throws(XMLFault) {
    // Above the header and the blocks there is nothing to gather.
    guard let current else { return }
    let kind = tree.role(at: below)
    let isOpaque = kind == .presence
    guard current.add(below, line: element.line, isOpaque: isOpaque) else { throw tooLarge(element.line) }
    if kind == .value { element.hearText() }
    if amountPlaces.contains(below) {
      current.setCurrency(element.attribute(Self.currency).map { String(decoding: $0, as: UTF8.self) })
    }
    guard isOpaque else { return }
    // Its end is not told.
    place = tree.place(above: below)
    element.passOver()
  }

  private func tooLarge(_ line: Int) -> XMLFault {
    XMLFault(
      line: line > 0 ? line : around.debit.root.line, rule: "size", found: "a header, block or debit beyond all measure",
      expected: "at most \(Part.mostElements) elements and \(Part.mostText) bytes of text")
  }

  // MARK: Header, blocks, debits

  private func begin(_ part: Part, _ element: XMLElement, path: String) {
    serial += 1
    part.begin(place, line: element.line, path: path, serial: serial)
    current = part
  }

  private func endHeader(_ part: Part) {
    seen.insert(part.root.number)
    current = nil
    judge(part, by: RuleBook.onRead)
    guard let flag = frame.wholeFile, isTrue(part.first(flag)) else { return }
    isFileUndone = true
    addWhole(part)
  }

  private func beginBlock(_ element: XMLElement) {
    around.tally.beginBlock()
    isBlockJudged = false
    begin(around.block, element, path: "\(frame.block.shown)[\(around.tally.blocks)]")
  }

  /// All of a block's own values stand before its first debit.
  private func judgeBlock() {
    guard !isBlockJudged else { return }
    isBlockJudged = true
    judge(around.block, by: RuleBook.onRead)
  }

  private func endBlock() {
    current = nil
    judgeBlock()
    if around.tally.debitsOfBlock == 0 { endEmptyBlock() }
    judge(around.block, by: RuleBook.onCounted)
  }

  private func endEmptyBlock() {
    if let flag = frame.wholeBlock, isTrue(around.block.first(flag)) { return addWhole(around.block) }
    let rule = frame.isUndoing ? "undone-nothing" : "block-without-debit"
    tell(rule, line: around.block.root.line, path: around.block.path, found: "none")
  }

  /// Counts what a file or a block says of all its debits.
  private func addWhole(_ part: Part) {
    let totals = frame.wholeTotals.first { $0.part.number == part.root.number }
    around.tally.addWhole(
      totals.flatMap { part.first($0.count) }.flatMap { count($0) },
      totals.flatMap { part.text($0.sum) }.flatMap { ExactDecimal($0) })
  }

  private func isTrue(_ element: Element?) -> Bool { element.map { ["true", "1"].contains($0.trimmed) } ?? false }

  private func beginDebit(_ element: XMLElement) {
    judgeBlock()
    begin(around.debit, element, path: "\(around.block.path)/\(frame.debit.name)[\(around.tally.debitsOfBlock + 1)]")
  }

  private func endDebit() {
    current = around.block
    let amount = frame.amounts.lazy.compactMap { self.around.debit.text($0) }.first
    around.tally.addDebit(amount.flatMap { ExactDecimal($0) })
    if around.tally.debits - 1 == around.manyTransactions {
      tell(
        "many-transactions", line: around.debit.root.line, path: around.debit.path,
        found: "more than \(around.manyTransactions)")
    }
    judge(around.debit, by: RuleBook.onRead)
  }

  /// After the document: what only the whole file shows.
  func endFile() {
    guard place == Tree.top, isRootJudged else { return }
    if !isMessageSettled { tell("message-element", line: 1, path: "Document", found: "none", expected: frame.message) }
    guard hasMessage else { return }
    verdict.blocks = around.tally.blocks
    verdict.transactions = around.tally.debits
    let (header, block) = (frame.header, frame.block)
    if !seen.contains(header.number) {
      tell("header-missing", line: 1, path: header.shown, found: "none", expected: header.name)
    }
    if around.tally.blocks == 0, !isFileUndone {
      tell(frame.isUndoing ? "undone-nothing" : "file-without-block", line: 1, path: block.shown, found: "none")
    }
    for (place, part) in headers where comesOnce(place) && seen.contains(place.number) {
      judge(part, by: RuleBook.onCounted)
    }
  }

  // MARK: Rules

  private func judge(_ part: Part, by table: [[RuleBook.Step]]) {
    for index in 0..<part.count {
      let element = part[index]
      for step in table[element.number] {
        guard let breach = step.look(element, around) else { continue }
        tell(RuleBook.all[step.rule], breach, breach.element ?? element)
      }
    }
    if !pending.isEmpty { flush() }
  }

  private func tell(_ rule: Rule, _ breach: Breach, _ element: Element) {
    let path = breach.missing.map { "\(element.path)/\($0)" } ?? element.path
    tell(rule, line: element.line, path: path, found: breach.found, expected: breach.expected)
  }

  /// Tells of a rule that the walk itself keeps.
  func tell(_ name: String, line: Int, path: String = "", found: String, expected: String? = nil) {
    guard let rule = RuleBook.byName[name] else { return }
    tell(rule, line: line, path: path, found: found, expected: expected)
  }

  private func tell(_ rule: Rule, line: Int, path: String, found: String, expected: String?) {
    if rule.level == .error { verdict.errors += 1 } else { verdict.warnings += 1 }
    pending.append(
      Finding(
        line: line, path: path, level: rule.level, rule: rule.name, found: found, expected: expected ?? rule.expected,
        hint: rule.hint, source: rule.source))
    if pending.count >= Self.mostPending { flush() }
  }

  /// Tells what was found, by lines.
  func flush() {
    // Stable, so that findings of one line stay in the order of the rules.
    let sorted = pending.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
    pending.removeAll(keepingCapacity: true)
    for (_, finding) in sorted { tellFinding(finding) }
  }
}
