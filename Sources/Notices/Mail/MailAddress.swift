/// One sender or recipient: an address that can stand in a header and in the SMTP envelope as it is.
///
/// Only the plain form is taken, `dot-atom@domain` (RFC 5322, section 3.4.1): no quoted local parts, no comments, ASCII
/// only; an international domain comes in its `xn--` form.
package struct MailAddress: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package let name: String?
  package let address: String

  /// `field` is what a fault calls it: "to", "from".
  package init(_ address: String, name: String? = nil, field: String = "address") throws(MailFault) {
    guard Self.isPlain(address) else { throw .address(field: field, expected: "local@domain in ASCII, at most 254 characters") }
    if let name, hasControl(name) { throw .control(field: "\(field) name") }
    self.address = address
    self.name = name.flatMap { $0.isEmpty ? nil : $0 }
  }

  // A person's address stays out of whatever a log makes of this value.
  package var description: String { "(mail address)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }

  private static func isPlain(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard text.utf8.count <= 254, parts.count == 2 else { return false }
    guard (1...64).contains(parts[0].utf8.count), isDotted(parts[0], where: isAtomText) else { return false }
    return isDotted(parts[1]) { isASCIILetterOrDigit($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isDotted(_ text: Substring, where allowed: (UInt8) -> Bool) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.utf8.allSatisfy(allowed)
    }
  }
}

/// `atext` of RFC 5322, section 3.2.3.
func isAtomText(_ byte: UInt8) -> Bool {
  isASCIILetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
}

func isASCIILetterOrDigit(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
  default: false
  }
}

/// Whether a header may not carry the text: C0 and C1 controls, DEL, and the two Unicode line breaks.
func hasControl(_ text: String) -> Bool {
  text.unicodeScalars.contains { scalar in
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
