/// Why a request was refused, written on its row: which field, which rule, what was found, what was expected, what to do.
package struct Refusal: Error, Hashable, Sendable, Codable {
  package var field: String
  package var rule: String
  package var found: String
  package var expected: String
  package var hint: String

  package init(field: String, rule: String, found: String, expected: String, hint: String) {
    self.field = field
    self.rule = rule
    self.found = found
    self.expected = expected
    self.hint = hint
  }

  package init(field: String, fault: ValueFault, hint: String = "correct the field and send the request again under a new key") {
    self.init(field: field, rule: fault.rule, found: fault.found, expected: fault.expected, hint: hint)
  }
}

/// Gathers every refusal of a request, so that its author corrects it once.
struct Judgement {
  private(set) var refusals: [Refusal] = []

  /// The value that `make` gives; nil, and a refusal, when it throws.
  mutating func value<T>(_ field: String, _ make: () throws(ValueFault) -> T) -> T? {
    do { return try make() } catch {
      refusals.append(Refusal(field: field, fault: error))
      return nil
    }
  }

  /// The text of a field that must be there.
  mutating func required(_ field: String, _ text: String?) -> String? {
    if let text { return text }
    refuse(field, "presence", found: "nothing", expected: "a value")
    return nil
  }

  mutating func refuse(_ field: String, _ rule: String, found: String, expected: String) {
    refusals.append(
      Refusal(
        field: field, fault: ValueFault(rule: rule, found: found, expected: expected)))
  }
}
