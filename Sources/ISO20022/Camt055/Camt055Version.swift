/// A version of camt.055, CustomerPaymentCancellationRequest, with all in which it differs from the others in what we write.
package struct Camt055Version: Hashable, Sendable, CustomStringConvertible {
  /// As ISO 20022 names it; the schema's file is `<messageType>.xsd`.
  package let messageType: String
  let form: OriginalReferenceForm
  /// The reasons that the version's own list has; the others stand in `Rsn/Prtry`.
  let listedReasons: Set<CancellationReason>

  /// Of 2009: the companion of pain.008.001.02. Danske Bank takes it for collections of both schemes.
  package static let v01 = Camt055Version(
    messageType: "camt.055.001.01", form: .of2009, listedReasons: [.duplicate, .customer])

  /// Of 2019: the companion of pain.008.001.08, of the same release as pain.002.001.10 and camt.029.001.09. A cancellation
  /// is agreed with the bank, no EPC guideline has it for direct debits; so it is written in the version that belongs to
  /// the collections, unless a bank asks for another.
  package static let v08 = Camt055Version(
    messageType: "camt.055.001.08", form: .of2019, listedReasons: Set(CancellationReason.allCases))

  /// Of 2020, with what is said of the mandate in another place.
  package static let v09 = Camt055Version(
    messageType: "camt.055.001.09", form: .since2020, listedReasons: Set(CancellationReason.allCases))

  /// Those that are written, the oldest first.
  package static let all = [v01, v08, v09]

  private init(messageType: String, form: OriginalReferenceForm, listedReasons: Set<CancellationReason>) {
    self.messageType = messageType
    self.form = form
    self.listedReasons = listedReasons
  }

  /// The version of that name, `camt.055.001.08`; nil where it is not written.
  package init?(messageType: String) {
    guard let version = Self.all.first(where: { $0.messageType == messageType }) else { return nil }
    self = version
  }

  package var description: String { messageType }

  package static func == (a: Camt055Version, b: Camt055Version) -> Bool { a.messageType == b.messageType }
  package func hash(into hasher: inout Hasher) { hasher.combine(messageType) }
}
