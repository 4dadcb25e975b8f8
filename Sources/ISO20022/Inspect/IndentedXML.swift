internal import Containers

/// A document with line ends and indentation, for people: our files are one line. Not for machines: what was signed and
/// hashed is the line.
///
/// For documents in which an element holds elements or text, never both, as all that sepad writes: an element with text
/// stands on a line. Anything else is shown as it comes, in order, nothing is lost.
package struct IndentedXML {
  private var depth = 0
  private var tag: [UInt8] = []
  private var isInTag = false
  private var isAfterStart = false
  private var hasText = false
  private var hasBegun = false

  package init() {}

  /// The next bytes of the document, of any length; a document that is packed is to be unpacked before.
  /// - Returns: what can be shown of them.
  package mutating func feed(_ bytes: [UInt8]) -> [UInt8] {
    var shown: [UInt8] = []
    for byte in bytes {
      if isInTag {
        tag.append(byte)
        if byte == UInt8(ascii: ">") { end(into: &shown) }
      } else if byte == UInt8(ascii: "<") {
        isInTag = true
        tag = [byte]
      } else {
        hasText = true
        shown.append(byte)
      }
    }
    return shown
  }

  private mutating func end(into shown: inout [UInt8]) {
    isInTag = false
    let isEnd = tag.count > 1 && tag[1] == UInt8(ascii: "/")
    let isAlone = tag.count > 2 && (tag[1] == UInt8(ascii: "?") || tag[1] == UInt8(ascii: "!") || tag[tag.count - 2] == UInt8(ascii: "/"))
    if isEnd { depth -= 1 }
    if !(isEnd && isAfterStart), !hasText, hasBegun {
      shown.append(UInt8(ascii: "\n"))
      shown.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * max(0, depth)))
    }
    shown += tag
    if !isEnd, !isAlone { depth += 1 }
    isAfterStart = !isEnd && !isAlone
    hasText = false
    hasBegun = true
  }
}

/// A file of ours as people read it, whether it is packed or not.
///
/// What is not packed is shown as it comes; a packed file is kept until it has ended, since it must be asked for its bytes.
package final class ShownFile {
  private let show: ([UInt8]) throws -> Void
  private var xml = IndentedXML()
  private var packed: [UInt8]?
  private var hasBegun = false

  /// - Parameter show: gets pieces of text.
  package init(show: @escaping ([UInt8]) throws -> Void) { self.show = show }

  /// The next bytes of the file, of any length. Throws what `show` throws.
  package func feed(_ bytes: [UInt8]) throws {
    if !hasBegun, Container.isContainer(bytes) { packed = [] }
    hasBegun = true
    if packed != nil { packed?.append(contentsOf: bytes) } else { try show(xml.feed(bytes)) }
  }

  /// Says that the file has ended. Throws `ContainerFault`, or what `show` throws.
  package func finish() throws {
    var rest = packed
    guard rest != nil else { return }
    try Container.eachMember(of: {
      defer { rest = nil }
      return rest
    }) { [self] _, member in
      while let piece = try member() { try show(xml.feed(piece)) }
    }
  }
}
