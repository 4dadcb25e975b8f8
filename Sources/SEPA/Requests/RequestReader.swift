/// Reads the raw fields of one request and collects everything that is wrong with them.
struct RequestReader {
  private(set) var refusals: [Refusal] = []

  /// The text of a field, or nil where it is missing, empty or blank.
  static func given(_ text: String?) -> String? {
    guard let text, !text.allSatisfy(\.isWhitespace) else { return nil }
    return text
  }

  mutating func refuse(_ field: String, _ fault: ValueFault, hint: String) {
    refusals.append(Refusal(field: field, fault: fault, hint: hint))
  }

  /// The value of a field that must be there: nil, and a refusal, where it is missing or wrong.
  mutating func required<Value>(
    _ field: String, _ text: String?, hint: String, _ read: (String) throws(ValueFault) -> Value
  ) -> Value? {
    guard let text = Self.given(text) else {
      refuse(field, ValueFault(rule: "compulsory field", found: "nothing", expected: "a value"), hint: hint)
      return nil
    }
    return attempt(field, hint: hint) { () throws(ValueFault) in try read(text) }
  }

  /// The value of a field that may be missing: nil where it is, and nil with a refusal where it is wrong.
  mutating func optional<Value>(
    _ field: String, _ text: String?, hint: String, _ read: (String) throws(ValueFault) -> Value
  ) -> Value? {
    guard let text = Self.given(text) else { return nil }
    return attempt(field, hint: hint) { () throws(ValueFault) in try read(text) }
  }

  mutating func attempt<Value>(_ field: String, hint: String, _ read: () throws(ValueFault) -> Value) -> Value? {
    do {
      return try read()
    } catch {
      refuse(field, error, hint: hint)
      return nil
    }
  }
}

/// One of a few words, in any case and with spaces around it.
func word<Value: RawRepresentable & CaseIterable>(
  _ text: String, rule: String
) throws(ValueFault) -> Value where Value.RawValue == String {
  let written = text.electronicForm
  guard let value = Value.allCases.first(where: { $0.rawValue.electronicForm == written }) else {
    throw ValueFault(
      rule: rule, found: text, expected: Value.allCases.map(\.rawValue).joined(separator: " or "))
  }
  return value
}

/// The name under which the configuration knows a creditor or one of its accounts: 1 to 64 of a-z A-Z 0-9 . _ -
func configurationName(_ text: String, rule: String) throws(ValueFault) -> String {
  let isName = text.utf8.allSatisfy { byte in
    byte.isASCIICapital || byte.isASCIISmall || byte.isASCIIDigit || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
  }
  guard isName, (1...64).contains(text.utf8.count) else {
    throw ValueFault(rule: rule, found: text, expected: "1 to 64 of a-z A-Z 0-9 . _ -")
  }
  return text
}
