/// A version of pain.007, CustomerPaymentReversal, with all in which it differs from the others in what we write.
package struct Pain007Version: Hashable, Sendable, CustomStringConvertible {
  /// As ISO 20022 names it; the schema's file is `<messageType>.xsd`.
  package let messageType: String
  let form: OriginalReferenceForm

  /// Of 2009: the companion of pain.008.001.02.
  package static let v02 = Pain007Version(
    messageType: "pain.007.001.02", form: .of2009)

  /// Of 2019: the companion of pain.008.001.08, and the one that the guidelines of today are written for (EPC130-08 and
  /// EPC131-08 since 2023). So it is what is written unless a bank asks for another.
  package static let v09 = Pain007Version(
    messageType: "pain.007.001.09", form: .of2019)

  /// Of 2021: the companion of pain.008.001.10.
  package static let v11 = Pain007Version(
    messageType: "pain.007.001.11", form: .since2020)

  /// Those that are written, the oldest first.
  package static let all = [v02, v09, v11]

  private init(messageType: String, form: OriginalReferenceForm) {
    self.messageType = messageType
    self.form = form
  }

  /// The version of that name, `pain.007.001.09`; nil where it is not written.
  package init?(messageType: String) {
    guard let version = Self.all.first(where: { $0.messageType == messageType }) else { return nil }
    self = version
  }

  package var description: String { messageType }

  package static func == (a: Pain007Version, b: Pain007Version) -> Bool { a.messageType == b.messageType }
  package func hash(into hasher: inout Hasher) { hasher.combine(messageType) }
}
