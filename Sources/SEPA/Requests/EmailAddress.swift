/// A mail address that a mail server will take as it is: `local@domain` in ASCII, at most 254 characters (RFC 5321,
/// sections 4.1.2 and 4.5.3). Quoted local parts are refused: no debtor has one, and they carry header injections.
///
/// Prints its domain only.
package struct EmailAddress: Hashable, Sendable {
  package let value: String

  package init(_ text: String) throws(ValueFault) {
    let fault = ValueFault(rule: "mail address", found: text, expected: "one address of the form name@example.com")
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard text.utf8.count <= 254, parts.count == 2 else { throw fault }
    let (local, domain) = (parts[0], parts[1])
    let atoms = local.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...64).contains(local.utf8.count),
      atoms.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isAtomText) })
    else { throw fault }
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy(Self.isLabel), labels.last?.utf8.contains(where: \.isASCIIDigit) != true
      || labels.last?.hasPrefix("xn--") == true
    else { throw fault }
    value = text
  }

  /// The part after the `@`, as written.
  package var domain: String { String(value.drop { $0 != "@" }.dropFirst()) }

  private static let atomSigns = Set("!#$%&'*+-/=?^_`{|}~".utf8)

  private static func isAtomText(_ byte: UInt8) -> Bool {
    byte.isASCIICapital || byte.isASCIISmall || byte.isASCIIDigit || atomSigns.contains(byte)
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
      && label.utf8.allSatisfy {
        $0.isASCIICapital || $0.isASCIISmall || $0.isASCIIDigit || $0 == UInt8(ascii: "-")
      }
  }
}

extension EmailAddress: CustomStringConvertible, CustomReflectable {
  package var description: String { "****@\(domain)" }
  package var customMirror: Mirror { Mirror(self, children: ["domain": domain]) }
}
