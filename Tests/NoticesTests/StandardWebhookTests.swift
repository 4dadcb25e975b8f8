import Notices
import Testing

/// The secret with the bytes 0…23.
let ascendingSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"

@Suite struct StandardWebhookTests {
  let body = Array(
    #"{"type":"collection.rejected","timestamp":"2026-11-23T09:00:00Z","data":{"id":"col_1","reason":"AM04"}}"#.utf8)

  @Test("A known text has the known signature")
  func vector() throws {
    let headers = try StandardWebhook.headers(
      id: "msg_1", at: 1_795_424_400, body: body, secrets: [WebhookSecret(ascendingSecret)])
    #expect(
      headers == [
        "webhook-id: msg_1", "webhook-timestamp: 1795424400",
        "webhook-signature: v1,xocof65Xhl2HDslFzN8CFIQpVtM4kBscZnu8JOlNKDs=",
      ])
  }

  @Test("While a secret is replaced, both sign")
  func rotation() throws {
    let other = try WebhookSecret("whsec_" + String(repeating: "QUJD", count: 8))
    let headers = try StandardWebhook.headers(
      id: "msg_1", at: 1_795_424_400, body: body, secrets: [other, WebhookSecret(ascendingSecret)])
    let signatures = try #require(headers.last).split(separator: " ").dropFirst()
    #expect(signatures.count == 2 && signatures.allSatisfy { $0.hasPrefix("v1,") })
    #expect(signatures.last == "v1,xocof65Xhl2HDslFzN8CFIQpVtM4kBscZnu8JOlNKDs=")
  }

  @Test("A secret is whsec_ and the base64 of 24 to 64 bytes", arguments: [
    ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "whsec_ and base64"), ("", "whsec_ and base64"),
    ("whsec_", "24 to 64 bytes under the base64"), ("whsec_QUJD", "24 to 64 bytes under the base64"),
    ("whsec_" + String(repeating: "QUJD", count: 22), "24 to 64 bytes under the base64"),
    ("whsec_not base64!", "padded base64 after whsec_"),
  ])
  func secretFaults(text: String, expected: String) {
    #expect(throws: WebhookFault.secret(expected: expected)) { try WebhookSecret(text) }
  }

  @Test("White space around a secret file is nothing, and no print shows the secret")
  func secretText() throws {
    let secret = try WebhookSecret(" \(ascendingSecret)\r\n")
    var dumped = ""
    dump(secret, to: &dumped)
    #expect("\(secret)" == "whsec_…" && String(reflecting: secret) == "whsec_…")
    #expect(!dumped.contains("AAEC") && !dumped.contains("23"))
  }

  @Test("An id that could break the header or the signed text is refused", arguments: [
    "", "msg.1", "msg 1", "msg\r\nx: y", "é", String(repeating: "a", count: 129),
  ])
  func ids(id: String) throws {
    let secrets = [try WebhookSecret(ascendingSecret)]
    #expect(throws: WebhookFault.id) { try StandardWebhook.headers(id: id, at: 0, body: [], secrets: secrets) }
    #expect(throws: WebhookFault.noSecret) { try StandardWebhook.headers(id: "a", at: 0, body: [], secrets: []) }
  }

  @Test("An endpoint is https; plain http stays on this machine and must be asked for", arguments: [
    ("https://example.org/hook?a=b", false, true), ("HTTPS://example.org", false, true),
    ("https://user:secret@example.org/", false, false), ("https://exa mple.org/", false, false),
    ("https:///hook", false, false), ("https://:443/", false, false), ("example.org/hook", false, false),
    ("ftp://example.org/", true, false), ("file:///etc/passwd", true, false), ("https://example.org/\r\nx", false, false),
    ("http://127.0.0.1:80/", false, false), ("http://127.0.0.1:80/", true, true), ("http://[::1]:80/", true, true),
    ("http://localhost/x", true, true), ("http://example.org/", true, false), ("http://localhost.example.org/", true, false),
    ("http://127.0.0.1@example.org/", true, false), ("http://127.0.0.1\\@example.org/", true, false),
  ])
  func endpoints(url: String, allowPlainHTTP: Bool, isTaken: Bool) throws {
    let secrets = [try WebhookSecret(ascendingSecret)]
    let endpoint = try? WebhookEndpoint(name: "erp", url: url, secrets: secrets, allowPlainHTTP: allowPlainHTTP)
    #expect((endpoint != nil) == isTaken)
  }
}
