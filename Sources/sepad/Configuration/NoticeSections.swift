import Notices
import SEPA
import Store
import Work

/// `[[webhook]]` and `[mail]`: who hears of events.
enum NoticeSections {
  static func webhook(_ table: ConfigurationTable, _ secrets: Secrets) throws -> WebhookEndpoint {
    let lines = try secrets.lines(try table.required("secret"), table, "secret")
    let keys = try lines.map { try table.value("secret", $0, WebhookSecret.init) }
    do {
      let endpoint = try WebhookEndpoint(
        name: try table.required("name"), url: try table.required("url"), secrets: keys,
        allowPlainHTTP: try table.bool("allow_plain_http") ?? false, caFile: try table.text("ca_file"),
        totalSeconds: try table.integer("timeout_seconds", default: 20, in: 1...30),
        connections: try table.integer("connections", default: 4, in: 1...16))
      try table.refuseUnknown()
      return endpoint
    } catch let fault as WebhookFault {
      throw table.fault("url", "webhook", found: "\(fault)", expected: "an https URL")
    }
  }

  static func mail(_ table: ConfigurationTable, _ secrets: Secrets) throws -> MailSettings {
    let (host, port, isTLS) = try server(table)
    let startTLS = try table.bool("starttls")
    guard !isTLS || startTLS == nil else {
      throw table.fault("starttls", "one kind of TLS", found: "smtps:// and starttls", expected: "one of the two")
    }
    let security: MailServer.Security = isTLS ? .tls : startTLS ?? true ? .startTLS : .none
    let username = try table.text("username")
    let password = try table.text("password").map { try secrets.lines($0, table, "password")[0] }
    let finance = try table.texts("finance")
    let language = try table.text("language") ?? "en"
    guard let tongue = Language(rawValue: language) else {
      throw table.fault("language", "language", found: language, expected: "fr, en or de")
    }
    guard !finance.isEmpty else { throw table.fault("finance", "presence", found: "nobody", expected: "at least one address") }
    do {
      let settings = MailSettings(
        server: try MailServer(
          host: host, port: port, security: security, caFile: try table.text("ca_file"), username: username,
          password: password),
        from: try address(try table.required("from"), "from"),
        replyTo: try table.text("reply_to").map { try address($0, "reply_to") },
        finance: try finance.map { try address($0, "finance") }, financeLanguage: tongue)
      try table.refuseUnknown()
      return settings
    } catch let fault as MailFault {
      throw table.fault("server", "mail", found: "\(fault)", expected: "addresses and a server that mail can be sent to")
    }
  }

  /// `smtp://host:port`, or `smtps://host:port` for TLS from the first byte.
  private static func server(_ table: ConfigurationTable) throws -> (host: String, port: Int, isTLS: Bool) {
    let text = try table.required("server")
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, ["smtp", "smtps"].contains(parts[0]), parts[1].hasPrefix("//"), let port = Int(parts[2]) else {
      throw table.fault("server", "URL", found: text, expected: "smtp://host:port or smtps://host:port")
    }
    return (String(parts[1].dropFirst(2)), port, parts[0] == "smtps")
  }

  /// `name@domain`, or `Name <name@domain>`.
  private static func address(_ text: String, _ field: String) throws(MailFault) -> MailAddress {
    guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else { return try MailAddress(text, field: field) }
    var name = String(text[..<open])
    while name.last == " " { name.removeLast() }
    return try MailAddress(String(text[text.index(after: open)...].dropLast()), name: name, field: field)
  }
}
