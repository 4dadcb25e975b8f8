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

  /// How a creditor wants its letters to look. The logo is the only thing that a letter ever loads, and only from where the
  /// creditor says: whoever keeps that server learns when a letter was opened, which is why there is none by default.
  package struct Look: Equatable, Sendable {
    /// By https.
    var logoURL: String?
    /// `#rrggbb`, of a line at the top.
    var colour: String?
    /// What the law wants at the end.
    var footer: String?

    package init(logoURL: String? = nil, colour: String? = nil, footer: String? = nil) {
      self.logoURL = logoURL
      self.colour = colour
      self.footer = footer
    }
  }

  package let language: NoticeLanguage
  /// One line without control characters, whatever the texts put into it held.
  package let subject: String
  package let parts: [Part]
  let look: Look

  init(_ language: NoticeLanguage, subject: String, _ parts: [Part], look: Look = Look()) {
    self.language = language
    self.subject = oneLine(subject)
    self.parts = parts
    self.look = look
  }

  /// Parts apart by an empty line; long lines are left to the reader's window.
  package var text: String {
    let end = look.footer.map { [Part.closing([$0])] } ?? []
    return (parts + end).map { part in
      switch part {
      case .paragraph(let text): oneLine(text)
      case .facts(let facts): facts.map { "  \($0.label)\(language.colon)\(oneLine($0.value))" }.joined(separator: "\n")
      case .steps(let heading, let steps): "\(heading)\n" + steps.map { "  - \(oneLine($0))" }.joined(separator: "\n")
      case .closing(let lines): lines.map(oneLine).joined(separator: "\n")
      }
    }
    .joined(separator: "\n\n") + "\n"
  }

  /// A whole document without links or scripts, and without pictures but the logo that a creditor may want: nothing to
  /// click, and nothing else to load.
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
      <body style="font-family: sans-serif; line-height: 1.4\(line)">
      \(logo)\(body.joined())\(footer)</body>
      </html>

      """
  }

  private var line: String { look.colour.map { "; border-top: 4px solid \(escaped($0)); padding-top: 1em" } ?? "" }
  private var logo: String {
    look.logoURL.map { "<p><img src=\"\(escaped($0))\" alt=\"\" style=\"max-height: 64px; max-width: 256px\"></p>\n" } ?? ""
  }
  private var footer: String {
    look.footer.map { "<p style=\"color: #666666; font-size: 85%\">\(escaped($0))</p>\n" } ?? ""
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
