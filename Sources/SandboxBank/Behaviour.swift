/// What the bank does with one payment.
package enum Behaviour: Equatable, Sendable, CustomStringConvertible {
  /// Accepted, credited on the collection date.
  case settle
  /// Refused in the pain.002 with this reason; never credited.
  case reject(String)
  /// Credited on the collection date, debited again two TARGET days later with this reason.
  case `return`(String)
  /// Its own pain.002 line one TARGET day after the file's, its credit one TARGET day after the collection date, alone.
  case late
  /// Settles; every report that covers it is published twice, the second time under another name.
  case twice
  /// No line about it anywhere and never credited, though the file as a whole is accepted.
  case never
  /// The whole file is refused because of it.
  case refuseFile

  /// `settle`, `reject AC01`, `return AM04`, `late`, `twice`, `never`, `refuse-file`; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let words = text.split(separator: " ")
    switch (words.first, words.count) {
    case ("settle", 1): self = .settle
    case ("late", 1): self = .late
    case ("twice", 1): self = .twice
    case ("never", 1): self = .never
    case ("refuse-file", 1): self = .refuseFile
    case ("reject", 2) where Self.isReason(words[1]): self = .reject(String(words[1]))
    case ("return", 2) where Self.isReason(words[1]): self = .return(String(words[1]))
    default: return nil
    }
  }

  package var description: String {
    switch self {
    case .settle: "settle"
    case .reject(let code): "reject \(code)"
    case .return(let code): "return \(code)"
    case .late: "late"
    case .twice: "twice"
    case .never: "never"
    case .refuseFile: "refuse-file"
    }
  }

  /// Four capitals or digits, as every ISO 20022 reason code.
  static func isReason(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 4 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
  }

  /// Whether the payment is part of what the bank credits on the collection date.
  var isCreditedOnDate: Bool {
    switch self {
    case .settle, .return, .twice: true
    case .reject, .late, .never, .refuseFile: false
    }
  }
}
