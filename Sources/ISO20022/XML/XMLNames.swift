// The element and attribute names a reader knows, as small numbers.
//
// A reader compares numbers, not text: the parser interns each name once and finds its number by pointer, so that no
// String is made for any of the millions of elements of a large statement.

/// A known local name, or `unknown`. Only meaningful together with the `XMLNames` it came from.
package struct ElementName: Hashable, Sendable {
  package var id: UInt16

  package init(id: UInt16) { self.id = id }

  /// A name the reader has no word for, or one of a foreign namespace: its whole subtree may be skipped.
  package static let unknown = ElementName(id: 0)
}

/// A fixed vocabulary of local names.
package struct XMLNames: Sendable {
  /// By id; the first is the empty text of `unknown`.
  let texts: [String]
  private let ids: [String: ElementName]

  /// Repeated names get one number. At most 65,535 names count; vocabularies are ours, not a bank's, and far smaller.
  package init(_ names: some Sequence<String>) {
    var texts = [""]
    var ids: [String: ElementName] = [:]
    for name in names where ids[name] == nil {
      guard let id = UInt16(exactly: texts.count) else { break }
      ids[name] = ElementName(id: id)
      texts.append(name)
    }
    self.texts = texts
    self.ids = ids
  }

  /// The number of `name`, or `unknown` when it is not in the vocabulary.
  package subscript(_ name: String) -> ElementName { ids[name] ?? .unknown }

  /// The name itself; empty for `unknown`.
  package func text(of name: ElementName) -> String {
    Int(name.id) < texts.count ? texts[Int(name.id)] : ""
  }
}

/// Some names of a vocabulary, asked for by number; there as long as the program.
///
/// `@unchecked Sendable`: never changed once it is made.
struct ElementNameSet: @unchecked Sendable {
  private let members: UnsafeMutablePointer<Bool>

  init(_ names: [ElementName], of vocabulary: XMLNames) {
    members = .allocate(capacity: vocabulary.texts.count)
    members.initialize(repeating: false, count: vocabulary.texts.count)
    for name in names where Int(name.id) < vocabulary.texts.count { members[Int(name.id)] = true }
  }

  /// - Parameter name: of the same vocabulary.
  func contains(_ name: ElementName) -> Bool { members[Int(name.id)] }
}

/// Interned name pointer -> number: open addressing, built by a parser, freed by it.
///
/// Plain memory: an array would be checked for its bounds at each tag, and a slot is within them by its mask.
struct NameTable {
  private let slots: UnsafeMutablePointer<(key: UInt, value: UInt16)>
  private let mask: Int
  private let shift: UInt64
  private var room: Int

  /// - Parameter count: names for certain; three times as many have room beside them.
  init(capacityFor count: Int) {
    var bits: UInt64 = 6
    while (1 << bits) < count * 8 { bits += 1 }
    mask = (1 << Int(bits)) - 1
    slots = .allocate(capacity: mask + 1)
    slots.initialize(repeating: (0, 0), count: mask + 1)
    shift = 64 - bits
    // Half of it stays free, so that a search is short.
    room = (mask + 1) / 2
  }

  func deallocate() { slots.deallocate() }

  mutating func insertIfRoom(_ pointer: UnsafePointer<UInt8>, _ value: UInt16) {
    guard room > 0 else { return }
    let key = UInt(bitPattern: pointer)
    var slot = home(of: key)
    while slots[slot].key != 0 && slots[slot].key != key { slot = (slot &+ 1) & mask }
    if slots[slot].key == 0 { room -= 1 }
    slots[slot] = (key, value)
  }

  /// nil when the pointer is not in the table.
  @inline(__always)
  func value(_ pointer: UnsafePointer<UInt8>) -> UInt16? {
    let key = UInt(bitPattern: pointer)
    var slot = home(of: key)
    while slots[slot].key != key {
      if slots[slot].key == 0 { return nil }
      slot = (slot &+ 1) & mask
    }
    return slots[slot].value
  }

  @inline(__always)
  private func home(of key: UInt) -> Int {
    Int(truncatingIfNeeded: (UInt64(truncatingIfNeeded: key) &* 0x9E37_79B9_7F4A_7C15) &>> shift)
  }
}
