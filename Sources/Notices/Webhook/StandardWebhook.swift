import Signing

/// The three headers that sign a webhook (Standard Webhooks 1.0.0, symmetric scheme `v1`).
///
/// Signed is `{id}.{timestamp}.{body}` with HMAC-SHA256, once for each secret: while a secret is replaced, both sign.
package enum StandardWebhook {
  /// The header lines for one attempt at `unixSeconds`. Throws for an id that cannot stand in a header or holds a `.`,
  /// which would make the signed text ambiguous, and when there is no secret.
  package static func headers(
    id: String, at unixSeconds: Int64, body: [UInt8], secrets: [WebhookSecret]
  ) throws(WebhookFault) -> [String] {
    guard isUsable(id: id) else { throw .id }
    guard !secrets.isEmpty else { throw .noSecret }
    let signed = Array("\(id).\(unixSeconds).".utf8) + body
    var signatures: [String] = []
    for secret in secrets { signatures.append(try signature(of: signed, with: secret)) }
    return [
      "webhook-id: \(id)", "webhook-timestamp: \(unixSeconds)",
      "webhook-signature: \(signatures.joined(separator: " "))",
    ]
  }

  private static func signature(of signed: [UInt8], with secret: WebhookSecret) throws(WebhookFault) -> String {
    do throws(SigningFault) {
      return "v1," + base64Encode(try hmacSHA256(key: secret.bytes, message: signed))
    } catch {
      throw .signing(error.description)
    }
  }

  private static func isUsable(id: String) -> Bool {
    (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ".") }
  }
}

/// The secret shared with one webhook receiver, written `whsec_` and base64.
package struct WebhookSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Fewer can be guessed, more add nothing (Standard Webhooks 1.0.0).
  package static let lengths = 24...64

  let bytes: [UInt8]

  /// Reads the content of a secret file; white space around it is taken off. Throws `secret` with the rule broken.
  package init(_ text: String) throws(WebhookFault) {
    let trimmed = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    let words = String(trimmed)
    guard words.hasPrefix("whsec_") else { throw .secret(expected: "whsec_ and base64") }
    guard let bytes = base64Decode(String(words.dropFirst(6))) else { throw .secret(expected: "padded base64 after whsec_") }
    guard Self.lengths.contains(bytes.count) else { throw .secret(expected: "24 to 64 bytes under the base64") }
    self.bytes = bytes
  }

  package var description: String { "whsec_…" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a webhook cannot be made. Texts hold no secret and no URL.
package enum WebhookFault: Error, Equatable, Sendable, CustomStringConvertible {
  case secret(expected: String)
  case noSecret
  case id
  case url(found: String, expected: String)
  case signing(String)

  package var description: String {
    switch self {
    case .secret(let expected): "webhook secret: form of Standard Webhooks: found something else, expected \(expected)"
    case .noSecret: "webhook: signature: found no secret, expected at least one"
    case .id: "webhook-id: 1 to 128 visible ASCII characters without a dot: found something else"
    case .url(let found, let expected): "webhook url: where it may lead: found \(found), expected \(expected)"
    case .signing(let reason): "webhook signature: \(reason)"
    }
  }
}
