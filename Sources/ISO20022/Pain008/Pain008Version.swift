/// A version of pain.008, CustomerDirectDebitInitiation, with all in which it differs from the others in what we write.
///
/// By the schemas, .02 and .08 differ in names of identifiers and in addresses; .09, .10 and .11 add elements that SEPA
/// direct debits do not use, and lengthen some that they do: each carries all that .08 carries. In every one of them
/// another account or bank is `OrgnlDbtrAcct/Id/Othr/Id` `SMNDA`, since the rulebooks of 20 November 2016 took
/// it out of `OrgnlDbtrAgt`, .02 included.
package struct Pain008Version: Hashable, Sendable, CustomStringConvertible {
  /// As ISO 20022 names it; the schema's file is `<messageType>.xsd`.
  package let messageType: String
  /// What a bank's identifier is called: `BICFI` since .04, `BIC` before.
  let bankIdentifier: StaticString
  /// Whether an address may have its parts in elements of their own.
  ///
  /// The guidelines for .02 know `Ctry` and two `AdrLine` only, and such addresses banks refuse since 15 November 2026
  /// (EPC153-22): a version without carries no address at all, and a debtor that needs one cannot be collected from by it.
  package let carriesStructuredAddresses: Bool

  /// Of 2009; what banks took before 2023, and some take still.
  package static let v02 = Pain008Version(
    messageType: "pain.008.001.02", bankIdentifier: "BIC", carriesStructuredAddresses: false)

  /// Of 2019; the one that the guidelines of today are written for.
  package static let v08 = Pain008Version(
    messageType: "pain.008.001.08", bankIdentifier: "BICFI", carriesStructuredAddresses: true)

  /// Adds `ReqdAdvcTp`, which SEPA does not use.
  package static let v09 = Pain008Version(
    messageType: "pain.008.001.09", bankIdentifier: "BICFI", carriesStructuredAddresses: true)

  /// Has accounts without `Id` and years of tax, which SEPA does not use.
  package static let v10 = Pain008Version(
    messageType: "pain.008.001.10", bankIdentifier: "BICFI", carriesStructuredAddresses: true)

  /// Has room for longer identifications and addresses, and more parts of these; SEPA keeps to the old lengths.
  package static let v11 = Pain008Version(
    messageType: "pain.008.001.11", bankIdentifier: "BICFI", carriesStructuredAddresses: true)

  /// Those that are written, the oldest first.
  package static let all = [v02, v08, v09, v10, v11]

  private init(messageType: String, bankIdentifier: StaticString, carriesStructuredAddresses: Bool) {
    self.messageType = messageType
    self.bankIdentifier = bankIdentifier
    self.carriesStructuredAddresses = carriesStructuredAddresses
  }

  /// The version of that name, `pain.008.001.08`; nil where it is not written.
  package init?(messageType: String) {
    guard let version = Self.all.first(where: { $0.messageType == messageType }) else { return nil }
    self = version
  }

  package var description: String { messageType }

  package static func == (a: Pain008Version, b: Pain008Version) -> Bool { a.messageType == b.messageType }
  package func hash(into hasher: inout Hasher) { hasher.combine(messageType) }
}
