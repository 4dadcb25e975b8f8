// What a refused XML file says about itself, and the bounds every file is read within.

/// Why an XML document was refused: the first thing wrong with it, by line.
///
/// Carries no text of the document: element text, attribute values and bytes of broken encodings can be people's data.
package struct XMLFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line the parser stood on, from 1. A file in one line has all its faults in line 1.
  package var line: Int
  package var rule: String
  package var found: String
  package var expected: String

  package init(line: Int, rule: String, found: String, expected: String) {
    self.line = line
    self.rule = rule
    self.found = found
    self.expected = expected
  }

  package var description: String { "\(line): \(rule): found \(found), expected \(expected)" }
}

/// The bounds of one document. Beyond any of them the document is refused, so that memory and time stay bounded
/// whatever a bank sends; libxml2's own bounds (names, attributes, dictionary, nesting) stay on beneath them.
package struct XMLLimits: Equatable, Sendable {
  /// All bytes of one file.
  package var bytes: Int
  /// Open elements at once. ISO 20022 messages nest about 20 deep.
  package var depth: Int
  /// Bytes of text between two tags, after decoding to UTF-8.
  package var text: Int
  /// Attributes of one element.
  package var attributes: Int
  /// Bytes of one element name.
  package var name: Int
  /// All elements of one document.
  package var elements: Int
  /// Different names of elements, attributes and namespaces: the parser keeps each. Messages have a few hundred.
  package var names: Int

  package init(
    bytes: Int = 4 << 30, depth: Int = 64, text: Int = 64 << 10, attributes: Int = 32, name: Int = 128,
    elements: Int = 200_000_000, names: Int = 20_000
  ) {
    self.bytes = bytes
    self.depth = depth
    self.text = text
    self.attributes = attributes
    self.name = name
    self.elements = elements
    self.names = names
  }
}
