// What a reader of one message gets to see of a document, as it goes by.

import CLibXML2

/// Receives a document's elements and text in document order.
///
/// A fault thrown from here ends the document: nothing more is delivered, and `feed` throws the same fault.
package protocol XMLHandler: AnyObject {
  /// The names this handler knows; asked once, when the parser is made.
  var names: XMLNames { get }
  /// Whether all text is delivered; if not, only that which follows a start tag whose `XMLElement.hearText` was called,
  /// up to the next tag. Asked once.
  var hearsAllText: Bool { get }
  /// Names that are told even within an element that was passed over: where they do not belong they must not go unseen.
  /// Asked once.
  var alwaysTold: [ElementName] { get }
  /// Whether the message begins here: asked of each element until one is it, and again after that one's end. Its
  /// namespace is the one in which names are known; elements around it have no known name.
  func opensMessage(_ element: XMLElement) -> Bool
  func start(_ element: XMLElement) throws(XMLFault)
  /// UTF-8 text between two tags, possibly in several pieces (CDATA too). Valid during the call only.
  func text(_ bytes: UnsafeRawBufferPointer) throws(XMLFault)
  /// `name` is what `start` was given for the same element.
  func end(_ name: ElementName, line: Int) throws(XMLFault)
}

extension XMLHandler {
  package var hearsAllText: Bool { true }
  package var alwaysTold: [ElementName] { [] }
  /// A document is its message.
  package func opensMessage(_ element: XMLElement) -> Bool { element.depth == 1 }
}

/// A start tag: a view into the parser, valid during the call it is given to, and no longer.
package struct XMLElement {
  /// `unknown` for names outside the vocabulary, and for elements of another namespace than the message's.
  package let name: ElementName
  /// 1 for the document's root.
  package let depth: Int
  /// The rest, of which a handler needs little and seldom, stays where the parser has it.
  let tag: UnsafeMutablePointer<StartTag>

  package var line: Int { tag.pointee.line }
  /// Told only because its name is of `alwaysTold`: what is around it was passed over, and its end is not told.
  package var isPassedOver: Bool { tag.pointee.isPassedOver }

  /// The element's name as written, without its prefix. Copies: for messages, not for each element.
  package var localName: String { String(cString: tag.pointee.localName) }

  /// The element's namespace name, nil when it has none. Copies.
  package var namespace: String? { tag.pointee.namespace.map { String(cString: $0) } }

  /// Asks for the text up to the next tag, of a parser that does not deliver all.
  package func hearText() { tag.pointee.hearsText = true }

  /// Passes over all that is in this element: no more is told of it, not even its end, but start tags of `alwaysTold`.
  package func passOver() { tag.pointee.passesOver = true }

  /// The value, in UTF-8, of the attribute without a prefix that is called `name`; nil when absent.
  package func attribute(_ name: ElementName) -> UnsafeRawBufferPointer? { attribute(name, isPrefixed: false) }

  /// The value, in UTF-8, of the attribute `prefix:name`, whatever the prefix; nil when absent.
  package func prefixedAttribute(_ name: ElementName) -> UnsafeRawBufferPointer? { attribute(name, isPrefixed: true) }

  private func attribute(_ name: ElementName, isPrefixed: Bool) -> UnsafeRawBufferPointer? {
    guard let attributes = tag.pointee.attributes, name != .unknown, Int(name.id) < tag.pointee.interned.count,
      let wanted = tag.pointee.interned[Int(name.id)]
    else { return nil }
    // libxml2 gives five pointers per attribute: local name, prefix, namespace, start and end of the value.
    for index in 0..<tag.pointee.attributeCount
    where attributes[5 * index] == wanted && (attributes[5 * index + 1] != nil) == isPrefixed {
      guard let start = attributes[5 * index + 3], let end = attributes[5 * index + 4] else { return nil }
      return UnsafeRawBufferPointer(start: start, count: end - start)
    }
    return nil
  }
}

/// A start tag as libxml2 tells it, and what the handler answers; one for all tags of a document.
struct StartTag {
  var localName: UnsafePointer<UInt8>
  var namespace: UnsafePointer<UInt8>?
  var attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
  var attributeCount: Int
  /// Whether the text that comes now is delivered.
  var hearsText: Bool
  var passesOver = false
  var isPassedOver = false
  /// Interned pointers by name id, to find attributes without comparing text.
  let interned: UnsafeMutableBufferPointer<UnsafePointer<UInt8>?>
  let context: xmlParserCtxtPtr?

  var line: Int { context?.pointee.input.map { Int($0.pointee.line) } ?? 0 }
}
