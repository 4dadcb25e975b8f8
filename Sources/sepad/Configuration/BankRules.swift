import ISO20022
import SEPA
import Work

/// What a bank wants, as a profile states it and a `[[bank]]` may override: everything but names, the way to it and keys.
struct BankRules {
  /// Whether a file goes with a signature.
  enum Signature: String, CaseIterable {
    case none
    case cmsDetached = "cms-detached"
    /// `[bank.signing]` decides.
    case agreed
  }

  /// Whose number the initiating party's id is, before a `[[bank]]` has said it.
  static let given = "given"

  let files: FileRules
  let windows: Windows
  let timeZone: String
  let remoteName: String
  let pattern: String
  let signature: Signature
  /// nil where the bank speaks of refusals only.
  let answerWithinHours: Int?
  let creditWithinDays: Int
  let mark: RepresentationMark

  /// All keys of a profile, in the order in which they are explained.
  static let keys = [
    "message", "blocks", "max_transactions", "max_bytes", "batch_booking", "sequence_types", "addresses", "bic", "characters",
    "initiating_party_id", "initiating_party_issuer", "compression", "cancellation", "reversal", "signature", "remote_name",
    "pattern", "lead_days", "lead_days_core", "lead_days_b2b", "cut_off", "cut_off_core", "cut_off_b2b", "early_cut_offs",
    "closing_days", "time_zone", "submit_ahead_days", "answer_within_hours", "credit_within_days", "again_suffix",
    "again_remittance_prefix",
  ]

  /// Reads them from a table that stands on a whole profile.
  /// - Throws: `ConfigurationFault` with the first that is wrong.
  init(_ table: ConfigurationTable) throws {
    files = try Self.files(table)
    windows = try Windows(table)
    timeZone = try table.required("time_zone")
    remoteName = try Self.remoteName(table)
    pattern = try table.required("pattern")
    signature = try Self.choice(table, "signature")
    let answer = try table.integer("answer_within_hours", default: 0, in: 0...240)
    answerWithinHours = answer > 0 ? answer : nil
    creditWithinDays = try table.integer("credit_within_days", default: 3, in: 1...20)
    mark = try PolicySections.mark(table)
  }

  private static func files(_ table: ConfigurationTable) throws -> FileRules {
    let message = try table.required("message")
    guard let version = Pain008Version(messageType: message) else {
      let known = Pain008Version.all.map(\.messageType).joined(separator: ", ")
      throw table.fault("message", "version", found: message, expected: "one of \(known)")
    }
    let addresses: FileRules.Addresses = try choice(table, "addresses")
    guard version.carriesStructuredAddresses || addresses == .none else {
      throw table.fault(
        "addresses", "addresses in \(message)", found: addresses.rawValue,
        expected: "none: its guidelines know no structured addresses, and no bank takes others since 15 November 2026")
    }
    let characters = try table.required("characters")
    guard characters == "epc" else { throw table.fault("characters", "choice", found: characters, expected: "epc") }
    // Less could be less than one debit with all its texts.
    let bytes = try table.integer("max_bytes", default: 0, in: 0...1_000_000_000)
    guard bytes == 0 || bytes >= 10_000 else {
      throw table.fault("max_bytes", "range", found: "\(bytes)", expected: "0 for no limit, or at least 10000")
    }
    return FileRules(
      message: message, blocks: try choice(table, "blocks"),
      maxTransactions: try table.integer("max_transactions", default: 50_000, in: 1...1_000_000),
      maxBytes: bytes == 0 ? nil : Int64(bytes), batchBooking: try batchBooking(table),
      sequences: try choice(table, "sequence_types"), addresses: addresses,
      bics: try choice(table, "bic"), initiatingPartyID: try initiatingPartyID(table),
      compression: try choice(table, "compression"),
      cancellation: try undoingMessage(table, "cancellation", among: Camt055Version.all.map(\.messageType)),
      reversal: try undoingMessage(table, "reversal", among: Pain007Version.all.map(\.messageType)))
  }

  /// A message by its name; nil for "none".
  private static func undoingMessage(
    _ table: ConfigurationTable, _ key: String, among known: [String]
  ) throws -> String? {
    let found = try table.required(key)
    guard found == "none" || known.contains(found) else {
      throw table.fault(key, "version", found: found, expected: "none, \(known.joined(separator: ", "))")
    }
    return found == "none" ? nil : found
  }

  /// true, false, or "agreed": what is no text is asked for as a truth value, and refused as such.
  private static func batchBooking(_ table: ConfigurationTable) throws -> Bool? {
    if let text = try? table.text("batch_booking") {
      guard text == "agreed" else {
        throw table.fault("batch_booking", "choice", found: text, expected: "true, false or \"agreed\"")
      }
      return nil
    }
    return try table.bool("batch_booking")
  }

  private static func initiatingPartyID(_ table: ConfigurationTable) throws -> FileRules.InitiatingPartyID {
    let issuer = try table.required("initiating_party_issuer")
    switch try table.required("initiating_party_id") {
    case "creditor-identifier": return .creditorIdentifier
    case "none": return .none
    case let id:
      func text(_ key: String, _ text: String) throws -> String {
        try table.value(key, text) { text throws(ValueFault) in try EPCText.transliterate(text, maximum: 35) }
      }
      return .given(
        try text("initiating_party_id", id), issuer: issuer == "none" ? nil : try text("initiating_party_issuer", issuer))
    }
  }

  private static func remoteName(_ table: ConfigurationTable) throws -> String {
    let name = try table.required("remote_name")
    guard name.contains("{message_id}"), !name.contains("/") else {
      throw table.fault("remote_name", "pattern", found: name, expected: "a file name with {message_id}")
    }
    let rest = name.replacing("{message_id}", with: "").replacing("{scheme}", with: "")
    guard !rest.contains(where: { "{}".contains($0) }) else {
      throw table.fault("remote_name", "pattern", found: name, expected: "{message_id} and {scheme} only")
    }
    return name
  }

  private static func choice<Value: RawRepresentable & CaseIterable>(_ table: ConfigurationTable, _ key: String) throws -> Value
  where Value.RawValue == String {
    let found = try table.required(key)
    guard let value = Value(rawValue: found) else {
      throw table.fault(key, "choice", found: found, expected: Value.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }
}
