/// What a creditor does about a B2B mandate that the debtor's bank has not confirmed. A debtor's bank refuses a B2B
/// collection whose mandate the debtor has not shown it (SDD B2B rulebook, section 4.1).
package enum RegistrationPolicy: String, CaseIterable, Sendable, Codable {
  /// Nothing is collected before.
  case hold
  /// Collected, and finance is told.
  case warn
  /// Collected; somebody else looks after it.
  case ignore
}

/// How one creditor deals with mandates.
package struct MandatePolicy: Hashable, Sendable {
  package var registration: RegistrationPolicy
  /// Days after which a debtor is asked again to have its bank register a B2B mandate.
  package var reminderDays: Int
  /// How a mandate gets its reference where the request gives none; nil refuses such a request.
  package var referencePattern: MandateReferencePattern?

  /// How often a debtor is asked, the first time included; then it is a person's turn.
  package static let mostAsked = 3

  /// The defaults collect under every signed mandate at once: for callers that are not the program's configuration.
  package init(
    registration: RegistrationPolicy = .ignore, reminderDays: Int = 7, referencePattern: MandateReferencePattern? = nil
  ) {
    self.registration = registration
    self.reminderDays = reminderDays
    self.referencePattern = referencePattern
  }

  /// What becomes of a mandate once it is signed: the events that follow, in order.
  ///
  /// - Parameter isRegistered: whether the debtor's bank is known to have it.
  package func afterSigning(_ scheme: Scheme, isRegistered: Bool) -> MandateEvent {
    switch scheme {
    case .core: .activated
    case .b2b where isRegistered: .registered
    case .b2b: registration == .hold ? .registrationAsked : .activated
    }
  }
}

/// How a creditor's mandate references are made: `RUM-{year}-{number:6}` gives `RUM-2026-000017`.
///
/// The number never comes twice in one database, so that no reference does.
package struct MandateReferencePattern: Hashable, Sendable {
  private enum Piece: Hashable {
    case text(String)
    case year
    /// With zeros up to so many digits.
    case number(digits: Int)
  }

  private let pieces: [Piece]

  /// Takes text of the EPC set with `{year}` and, once, `{number}` or `{number:6}` (1 to 12 digits).
  package init(_ pattern: String) throws(ValueFault) {
    func fault(_ found: String) -> ValueFault {
      ValueFault(
        rule: "mandate reference pattern", found: found,
        expected: "text of at most 20 characters with {number} or {number:6} once, and {year} where wanted")
    }
    var pieces: [Piece] = []
    var text = ""
    var rest = pattern[...]
    while let character = rest.first {
      guard character == "{" else {
        text.append(rest.removeFirst())
        continue
      }
      guard let end = rest.firstIndex(of: "}") else { throw fault(pattern) }
      let name = rest[rest.index(after: rest.startIndex)..<end]
      if !text.isEmpty { pieces.append(.text(text)) }
      text = ""
      switch name.split(separator: ":", omittingEmptySubsequences: false).map(String.init) {
      case ["year"]: pieces.append(.year)
      case ["number"]: pieces.append(.number(digits: 1))
      case let parts where parts.count == 2 && parts[0] == "number":
        guard let digits = Int(parts[1]), (1...12).contains(digits) else { throw fault(String(name)) }
        pieces.append(.number(digits: digits))
      default: throw fault(String(name))
      }
      rest = rest[rest.index(after: end)...]
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    let numbers = pieces.count { if case .number = $0 { true } else { false } }
    let texts = pieces.reduce(0) { count, piece in if case .text(let text) = piece { count + text.utf8.count } else { count } }
    guard numbers == 1, texts <= 20 else { throw fault(pattern) }
    self.pieces = pieces
    // Whatever the number, it must be a reference.
    _ = try MandateReference(reference(year: 2026, number: "2-123456789"))
    _ = try MandateReference(reference(year: 2026, number: "1"))
  }

  /// - Parameter number: digits, perhaps with the mark of the database's epoch before them.
  package func reference(year: Int, number: String) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .year: "\(year)"
      case .number(let digits): String(repeating: "0", count: max(0, digits - number.utf8.count)) + number
      }
    }.joined()
  }
}
