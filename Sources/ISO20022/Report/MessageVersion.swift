// The bank messages that can be read, by their namespace. A further version is one more line in a table here, once
// the real files of that version agree with what they are known to hold.

/// One version of one bank report.
package struct MessageVersion: Hashable, Sendable {
  /// What kind of report, and so what its elements are called.
  package enum Family: String, CaseIterable, Hashable, Sendable {
    case paymentStatus
    case notification
    case statement
    case accountReport

    /// The one element within `Document`.
    var messageElement: String {
      switch self {
      case .paymentStatus: "CstmrPmtStsRpt"
      case .notification: "BkToCstmrDbtCdtNtfctn"
      case .statement: "BkToCstmrStmt"
      case .accountReport: "BkToCstmrAcctRpt"
      }
    }

    /// What the message repeats: an answer about one block of ours, or what was booked on one account.
    var groupElement: String {
      switch self {
      case .paymentStatus: "OrgnlPmtInfAndSts"
      case .notification: "Ntfctn"
      case .statement: "Stmt"
      case .accountReport: "Rpt"
      }
    }

    var roles: [(String, ReportRole)] {
      switch self {
      case .paymentStatus: Pain002Layout.roles
      case .notification, .statement, .accountReport: AccountReportLayout.roles(container: groupElement)
      }
    }
  }

  /// As ISO 20022 names it: `camt.054.001.08`.
  package let messageType: String
  package let family: Family

  /// The target namespace of its schema.
  package var namespace: String { Self.namespacePrefix + messageType }

  static let namespacePrefix = "urn:iso:std:iso:20022:tech:xsd:"

  /// The versions that can be read and applied: each agrees with what is known of the banks' files that are there
  /// for it.
  package static let readable =
    versions("camt.052", .accountReport, ["02", "04", "06", "08"])
    + versions("camt.053", .statement, ["02", "03", "04", "08", "10", "14"])
    + versions("camt.054", .notification, ["02", "03", "04", "08", "10"])
    + versions("pain.002", .paymentStatus, ["03", "04", "05", "10", "12", "13"])

  private static func versions(_ message: String, _ family: Family, _ numbers: [String]) -> [MessageVersion] {
    numbers.map { MessageVersion(messageType: "\(message).001.\($0)", family: family) }
  }
}
