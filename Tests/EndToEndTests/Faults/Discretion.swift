import Foundation
import TestSupport
import Testing

/// What must stand in no log, status file or answer: searched in all that a program of a test wrote.
struct Discretion: Sendable {
  /// What is looked for, beside the form of an account number: names, remittance text, secrets.
  let words: [String]

  /// - Parameter credentials: a folder whose files hold a secret each.
  init(words: [String], credentials: String? = nil) {
    let files = credentials.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
    let secrets = files.flatMap { file -> [String] in
      let text = String(decoding: bytes(ofFile: "\(credentials ?? "")/\(file)") ?? [], as: UTF8.self)
      // Certificates are public.
      if text.contains("BEGIN CERTIFICATE") { return [] }
      return text.split(separator: "\n").map(String.init).filter { $0.count > 15 && !$0.hasPrefix("-----") }
    }
    self.words = words + secrets
  }

  /// What of it stands in a text: the words themselves, so only for a test's own data.
  func indiscretions(in text: String) -> [String] {
    let accounts = text.matches(of: /\b[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\b/).map { String($0.0) }.filter(Self.isIBAN)
    return accounts + words.filter { text.contains($0) }
  }

  /// By its check digits: message ids and fingerprints look like account numbers too.
  private static func isIBAN(_ text: String) -> Bool {
    let turned = text.dropFirst(4) + text.prefix(4)
    let rest = turned.utf8.reduce(0) { rest, byte in
      byte < 58 ? (rest * 10 + Int(byte - 48)) % 97 : (rest * 100 + Int(byte - 55)) % 97
    }
    return rest == 1
  }
}

/// Expects that a program kept to itself what is nobody else's.
/// - Parameter texts: what it wrote, by where.
func expectDiscreet(_ texts: [String: String], _ discretion: Discretion, sourceLocation: SourceLocation = #_sourceLocation) {
  for (place, text) in texts {
    let found = discretion.indiscretions(in: text)
    #expect(found == [], "\(place) tells what it must not", sourceLocation: sourceLocation)
  }
}
