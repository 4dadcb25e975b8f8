/// JSON text in the order it is written: the same notice has the same bytes at each attempt, whatever the platform.
struct JSONText {
  private(set) var text = "{"

  mutating func field(_ name: String, _ value: String?) {
    begin(name)
    text += value.map(Self.quoted) ?? "null"
  }

  mutating func field(_ name: String, _ value: Bool?) {
    begin(name)
    text += value.map { $0 ? "true" : "false" } ?? "null"
  }

  mutating func field(_ name: String, _ value: Int64) {
    begin(name)
    text += String(value)
  }

  mutating func field(_ name: String, objects: [JSONText]) {
    begin(name)
    text += "[" + objects.map(\.closed).joined(separator: ",") + "]"
  }

  mutating func field(_ name: String, object: JSONText) {
    begin(name)
    text += object.closed
  }

  /// The finished object.
  var closed: String { text + "}" }

  private mutating func begin(_ name: String) {
    if text.utf8.count > 1 { text += "," }
    text += Self.quoted(name) + ":"
  }

  /// RFC 8259, section 7.
  private static func quoted(_ value: String) -> String {
    var quoted = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
