// What is at hand of a file while it is judged: its header, the block it is in up to the first debit, and one debit.
// Each is a small tree in two arrays that are used again for the next, so that memory does not grow with the file.

/// A header, what is said of counts or of an original file, a block without its debits, or a debit.
final class Part {
  fileprivate struct Node {
    var place: Int
    /// -1 for the part's own element.
    var parent: Int
    var line: Int
    /// 0 for the part's own element.
    var depth: Int
    var text: Range<Int>
    var children: Int
    var isOpaque: Bool
  }

  /// More of one debit than any bank reads; beyond it the file is refused.
  static let mostElements = 5_000
  static let mostText = 256 << 10

  fileprivate var nodes: [Node] = []
  fileprivate var bytes: [UInt8] = []
  private var open: [Int] = []
  /// The `Ccy` of amounts, by their index: one or two.
  fileprivate var currencies: [(index: Int, text: String)] = []
  /// Names no other part, nor this one before it was used again.
  private(set) var serial = 0
  /// `PmtInf[2]/DrctDbtTxInf[17]`.
  private(set) var path = ""

  func begin(_ place: Int, line: Int, path: String, serial: Int) {
    nodes.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
    currencies.removeAll(keepingCapacity: true)
    self.serial = serial
    self.path = path
    add(place, line: line, isOpaque: false)
  }

  /// - Returns: false when the part is larger than any that is meant seriously.
  @discardableResult
  func add(_ place: Int, line: Int, isOpaque: Bool) -> Bool {
    guard nodes.count < Self.mostElements else { return false }
    let parent = open.last ?? -1
    if parent >= 0 { nodes[parent].children += 1 }
    let end = bytes.count
    nodes.append(
      Node(
        place: place, parent: parent, line: line, depth: open.count, text: end..<end, children: 0, isOpaque: isOpaque))
    if !isOpaque { open.append(nodes.count - 1) }
    return true
  }

  /// An element that is not gathered stands in the open one: so that is not empty.
  func noteOther() {
    if let index = open.last { nodes[index].children += 1 }
  }

  /// Of the element that was added last.
  func setCurrency(_ text: String?) {
    if let text { currencies.append((nodes.count - 1, text)) }
  }

  /// Forgets what was gathered.
  func clear() {
    nodes.removeAll(keepingCapacity: true)
    currencies.removeAll(keepingCapacity: true)
  }

  /// - Returns: false when the part is larger than any that is meant seriously.
  func append(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let index = open.last else { return true }
    guard bytes.count + text.count <= Self.mostText else { return false }
    bytes.append(contentsOf: text)
    nodes[index].text = nodes[index].text.lowerBound..<bytes.count
    return true
  }

  func close() { _ = open.popLast() }

  var isClosed: Bool { open.isEmpty }
  var count: Int { nodes.count }
  var root: Element { Element(part: self, index: 0) }

  subscript(index: Int) -> Element { Element(part: self, index: index) }

  /// The first element at the place.
  func first(_ place: Place) -> Element? {
    let (nodes, number) = (nodes, place.number)
    for index in nodes.indices where nodes[index].place == number { return Element(part: self, index: index) }
    return nil
  }

  /// The text of the first element at the place, without blanks around it; nil where there is none or nothing in it.
  func text(_ place: Place) -> String? {
    first(place).map(\.trimmed).flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// An element of a part, as rules see it. Valid while they are asked, and no longer.
struct Element {
  let part: Part
  let index: Int

  private var node: Part.Node { part.nodes[index] }

  var number: Int { node.place }
  var place: Place { SEPAElements.places[node.place] ?? Place(SEPAElements.block) }
  var name: String { SEPAElements.places[node.place]?.name ?? "" }
  var line: Int { node.line }
  /// The `Ccy` of an amount.
  var currency: String? { part.currencies.first { $0.index == index }?.text }
  var hasChildren: Bool { node.children > 0 || node.isOpaque }

  /// The text as it stands.
  var text: String { part.bytes[node.text].withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
  var isEmpty: Bool { node.text.isEmpty }

  /// Without XML's blanks around it, as schemas read numbers and dates.
  var trimmed: String {
    var bytes = part.bytes[node.text]
    while let first = bytes.first, Self.isBlank(first) { bytes.removeFirst() }
    while let last = bytes.last, Self.isBlank(last) { bytes.removeLast() }
    return bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether there is nothing to judge: an element without text, or with nothing but blanks, has rules of its own.
  var isBlank: Bool { part.bytes[node.text].allSatisfy(Self.isBlank) }

  /// Whether every byte of its text is a letter, a digit or a sign that SEPA knows: nearly all are.
  func hasOnly(_ isAllowed: (UInt8) -> Bool) -> Bool { part.bytes[node.text].allSatisfy(isAllowed) }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  var children: [Element] { children { _ in true } }

  private func children(where isWanted: (Part.Node) -> Bool) -> [Element] {
    inner { $0.parent == index && isWanted($0) }
  }

  /// Elements within it, at any depth.
  private func inner(where isWanted: (Part.Node) -> Bool) -> [Element] {
    let nodes = part.nodes
    let depth = nodes[index].depth
    var found: [Element] = []
    for other in (index + 1)..<max(index + 1, nodes.count) {
      guard nodes[other].depth > depth else { break }
      if isWanted(nodes[other]) { found.append(Element(part: part, index: other)) }
    }
    return found
  }

  /// Whether there is an element within it at the place.
  func has(_ place: Place) -> Bool {
    let nodes = part.nodes
    let depth = nodes[index].depth
    var other = index + 1
    while other < nodes.count, nodes[other].depth > depth {
      if nodes[other].place == place.number { return true }
      other += 1
    }
    return false
  }

  /// The first child of this name.
  func child(_ name: String) -> Element? {
    let nodes = part.nodes
    let depth = nodes[index].depth
    var other = index + 1
    while other < nodes.count, nodes[other].depth > depth {
      if nodes[other].parent == index, SEPAElements.places[nodes[other].place]?.name == name {
        return Element(part: part, index: other)
      }
      other += 1
    }
    return nil
  }

  func count(_ name: String) -> Int { children { SEPAElements.places[$0.place]?.name == name }.count }

  /// The first element at the end of a path of names.
  func descendant(_ path: String) -> Element? {
    path.split(separator: "/").reduce(Optional(self)) { element, name in element?.child(String(name)) }
  }

  /// How many elements of its place stand before it under the same parent.
  var earlierSiblings: Int {
    let node = node
    guard node.parent >= 0 else { return 0 }
    let nodes = part.nodes
    var count = 0
    for other in (node.parent + 1)..<index where nodes[other].place == node.place && nodes[other].parent == node.parent {
      count += 1
    }
    return count
  }

  /// `PmtInf[2]/DrctDbtTxInf[17]/DbtrAcct/Id/IBAN`.
  var path: String { part.path + place.path.dropFirst(part.root.place.path.utf8.count) }

  /// Its text for a finding: ids, codes, dates and amounts only, never what names a person.
  var shown: String { Self.shown(text) }

  static func shown(_ text: String, atMost most: Int = 40) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(most) {
      let isPlain = (0x20...0x7E).contains(scalar.value) || scalar.properties.isAlphabetic
      if isPlain { result.unicodeScalars.append(scalar) } else { result += name(of: scalar) }
    }
    if text.unicodeScalars.count > most { result += "…" }
    return result.isEmpty ? "nothing" : result
  }

  /// `U+00E9`.
  static func name(of scalar: Unicode.Scalar) -> String {
    let hex = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
  }
}
