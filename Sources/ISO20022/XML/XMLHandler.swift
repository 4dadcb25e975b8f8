// What a reader of one message gets to see of a document, as it goes by.

/// Receives a document's elements and text in document order.
///
/// A fault thrown from here ends the document: nothing more is delivered, and `feed` throws the same fault.
package protocol XMLHandler: AnyObject {
  /// The names this handler knows; asked once, when the parser is made.
  var names: XMLNames { get }
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
  /// A document is its message.
  package func opensMessage(_ element: XMLElement) -> Bool { element.depth == 1 }
}

/// A start tag: a view into the parser, valid during the call it is given to, and no longer.
package struct XMLElement {
  /// `unknown` for names outside the vocabulary, and for elements of another namespace than the message's.
  package let name: ElementName
  package let line: Int
  /// 1 for the document's root.
  package let depth: Int
  let localNamePointer: UnsafePointer<UInt8>
  let namespacePointer: UnsafePointer<UInt8>?
  let attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
  let attributeCount: Int
  /// Interned pointers by name id, to find attributes without comparing text.
  let interned: UnsafePointer<UnsafePointer<UInt8>?>
  let internedCount: Int

  /// The element's name as written, without its prefix. Copies: for messages, not for each element.
  package var localName: String { String(cString: localNamePointer) }

  /// The element's namespace name, nil when it has none. Copies.
  package var namespace: String? { namespacePointer.map { String(cString: $0) } }

  /// The value, in UTF-8, of the attribute without a prefix that is called `name`; nil when absent.
  package func attribute(_ name: ElementName) -> UnsafeRawBufferPointer? {
    guard let attributes, name != .unknown, Int(name.id) < internedCount, let wanted = interned[Int(name.id)] else {
      return nil
    }
    // libxml2 gives five pointers per attribute: local name, prefix, namespace, start and end of the value.
    for index in 0..<attributeCount where attributes[5 * index] == wanted && attributes[5 * index + 1] == nil {
      guard let start = attributes[5 * index + 3], let end = attributes[5 * index + 4] else { return nil }
      return UnsafeRawBufferPointer(start: start, count: end - start)
    }
    return nil
  }
}
