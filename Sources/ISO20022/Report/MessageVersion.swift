// The bank messages that can be read. A message is told by its element, its version by its namespace: both are needed
// to be sure, and where banks leave the second out or write one of their own, the first and a warning serve.

/// One version of one bank report.
package struct MessageVersion: Hashable, Sendable {
  /// What kind of report, and so what its elements are called.
  package enum Family: String, CaseIterable, Hashable, Sendable {
    case paymentStatus
    case notification
    case statement
    case accountReport
    case resolution

    /// The message's name without version.
    package var message: String {
      switch self {
      case .paymentStatus: "pain.002"
      case .notification: "camt.054"
      case .statement: "camt.053"
      case .accountReport: "camt.052"
      case .resolution: "camt.029"
      }
    }

    /// The one element within `Document`; first versions add `V01` to it.
    var messageElement: String {
      switch self {
      case .paymentStatus: "CstmrPmtStsRpt"
      case .notification: "BkToCstmrDbtCdtNtfctn"
      case .statement: "BkToCstmrStmt"
      case .accountReport: "BkToCstmrAcctRpt"
      case .resolution: "RsltnOfInvstgtn"
      }
    }

    /// What the message repeats: an answer about one block of ours, or what was booked on one account.
    var groupElement: String {
      switch self {
      case .paymentStatus, .resolution: "OrgnlPmtInfAndSts"
      case .notification: "Ntfctn"
      case .statement: "Stmt"
      case .accountReport: "Rpt"
      }
    }

    var roles: [(String, ReportRole)] {
      switch self {
      case .paymentStatus: Pain002Layout.roles
      case .resolution: Camt029Layout.roles
      case .notification, .statement, .accountReport: AccountReportLayout.roles(container: groupElement)
      }
    }
  }

  /// As ISO 20022 names it: `camt.054.001.08`; only `camt.054` where the file does not say which version it is.
  package let messageType: String
  package let family: Family

  /// The versions that agree with what is known of real banks' files. Others of a known message are read too, as their
  /// elements allow, with a warning.
  package static let known =
    versions(.accountReport, ["01", "02", "04", "06", "08"])
    + versions(.statement, ["01", "02", "03", "04", "08", "10", "14"])
    + versions(.notification, ["01", "02", "03", "04", "08", "10"])
    + versions(.paymentStatus, ["03", "04", "05", "10", "12", "13"])
    + versions(.resolution, ["13"])
    + [MessageVersion(messageType: "pain.002.001.03.ch.02", family: .paymentStatus)]

  private static func versions(_ family: Family, _ numbers: [String]) -> [MessageVersion] {
    numbers.map { MessageVersion(messageType: "\(family.message).001.\($0)", family: family) }
  }

  /// Whether its elements are known, not only guessed from its siblings'.
  package var isKnown: Bool { Self.known.contains(self) }

  static let namespacePrefix = "urn:iso:std:iso:20022:tech:xsd:"

  /// The family whose message element this is.
  static func family(ofElement name: String) -> Family? {
    let base = name.hasSuffix("V01") ? String(name.dropLast(3)) : name
    return Family.allCases.first { $0.messageElement == base }
  }

  /// The version of a message of `family` in `namespace`.
  ///
  /// - Returns: nil when the namespace names another message: then nothing about the file is sure.
  static func read(_ family: Family, namespace: String?) -> MessageVersion? {
    guard let namespace, let named = messageNamed(in: namespace) else {
      return MessageVersion(messageType: family.message, family: family)
    }
    return named.hasPrefix(family.message + ".") ? MessageVersion(messageType: named, family: family) : nil
  }

  /// `camt.053.001.08` in any spelling of a namespace: ISO's, national ones (`…/de/pain.002.001.03.ch.02.xsd`), those of
  /// the German banking industry (`…:$pain.002.003.03`).
  /// - Returns: the message's name with its version and its national variant; nil when there is none.
  static func messageNamed(in namespace: String) -> String? {
    let isWord: (UInt8) -> Bool = { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    let words = namespace.utf8.split { !isWord($0) && $0 != UInt8(ascii: ".") }
    for word in words {
      let parts = word.split(separator: UInt8(ascii: ".")).map { String(decoding: $0, as: UTF8.self) }
      guard parts.count >= 4, parts[0].utf8.count == 4, parts[0].utf8.allSatisfy({ (0x61...0x7A).contains($0) }),
        isNumber(parts[1], 3), isNumber(parts[2], 3), isNumber(parts[3], 2)
      else { continue }
      let variant = parts.count >= 6 && parts[4].utf8.count == 2 && isNumber(parts[5], 2) ? parts[4...5] : []
      return (parts[0...3] + variant).joined(separator: ".")
    }
    return nil
  }

  private static func isNumber(_ text: String, _ digits: Int) -> Bool {
    text.utf8.count == digits && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
