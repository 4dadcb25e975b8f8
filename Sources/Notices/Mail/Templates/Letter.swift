/// A written mail: its subject and its parts in order, from which text and HTML say the same.
package struct Letter: Equatable, Sendable {
  /// One part of a letter, from top to bottom.
  package enum Part: Equatable, Sendable {
    case paragraph(String)
    /// A small table of labels and values.
    case facts([Fact])
    /// Things to do, under a heading.
    case steps(heading: String, [String])
    /// The end: who speaks, one line each.
    case closing([String])
  }

  package struct Fact: Equatable, Sendable {
    var label: String
    var value: String
  }

  package let language: NoticeLanguage
  /// One line without control characters, whatever the texts put into it held.
  package let subject: String
  package let parts: [Part]

  init(_ language: NoticeLanguage, subject: String, _ parts: [Part]) {
    self.language = language
    self.subject = oneLine(subject)
    self.parts = parts
  }

  /// Parts apart by an empty line; long lines are left to the reader's window.
  package var text: String {
    parts.map { part in
      switch part {
      case .paragraph(let text): oneLine(text)
      case .facts(let facts): facts.map { "  \($0.label)\(language.colon)\(oneLine($0.value))" }.joined(separator: "\n")
      case .steps(let heading, let steps): "\(heading)\n" + steps.map { "  - \(oneLine($0))" }.joined(separator: "\n")
      case .closing(let lines): lines.map(oneLine).joined(separator: "\n")
      }
    }
    .joined(separator: "\n\n") + "\n"
  }

  /// A whole document without pictures, links or scripts: nothing to load, nothing to click.
  package var html: String {
    let body = parts.map { part in
      switch part {
      case .paragraph(let text): "<p>\(escaped(text))</p>\n"
      case .facts(let facts): "<table>\n" + facts.map(row).joined() + "</table>\n"
      case .steps(let heading, let steps):
        "<p><b>\(escaped(heading))</b></p>\n<ul>\n" + steps.map { "<li>\(escaped($0))</li>\n" }.joined() + "</ul>\n"
      case .closing(let lines): "<p>\(lines.map(escaped).joined(separator: "<br>\n"))</p>\n"
      }
    }
    return """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head><meta charset="utf-8"><title>\(escaped(subject))</title></head>
      <body style="font-family: sans-serif; line-height: 1.4">
      \(body.joined())</body>
      </html>

      """
  }

  private func row(_ fact: Fact) -> String {
    "<tr><th style=\"text-align: left; padding-right: 1em\">\(escaped(fact.label))</th>"
      + "<td>\(escaped(fact.value))</td></tr>\n"
  }
}

/// The text in one line: controls and line breaks of every kind become spaces.
func oneLine(_ text: String) -> String {
  guard hasControl(text) else { return text }
  return text.unicodeScalars.map { hasControl(String($0)) ? " " : String($0) }.joined()
}

private func escaped(_ text: String) -> String {
  var escaped = ""
  for scalar in oneLine(text).unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "\"": escaped += "&quot;"
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}

extension Array where Element == Letter.Fact {
  /// The facts that are known: a nil or empty value drops its line.
  static func known(_ pairs: KeyValuePairs<String, String?>) -> [Letter.Fact] {
    pairs.compactMap { label, value in
      guard let value, !value.isEmpty else { return nil }
      return Letter.Fact(label: label, value: value)
    }
  }
}
