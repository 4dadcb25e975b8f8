import Foundation

/// Calls by which something leaves the process for good, and the rule that each stands between two crash points: so a
/// new effect cannot come without a place where the kill matrix strikes before it, and one where it strikes after it.
///
/// Before it: between the effect and the one before it in its function, or the function's beginning. After it likewise.
/// A commit happens where the closure of `transaction` ends, and the point before it stands in that closure.
struct EffectRule {
  /// Functions of `Session` that write and commit by themselves when called outside a transaction.
  var writers: Set<String>

  /// Rights, which die with their connection, and the configuration, which is written before any stage runs.
  private static let harmless: Set = ["lockBank", "unlockBank", "lockNotices", "unlockNotices", "configure"]
  /// The far sides of guarded calls, `Type.function`: what reaches them has passed a point already.
  private static let behind: Set = [
    "SFTPInbox.put", "SFTPInbox.rename", "SFTPInbox.remove", "SFTPServer.perform", "SFTPServer.commandFault",
    "SFTPServer.command", "SFTPServer.remove", "SFTPServer.files", "SFTPServer.attributes", "SFTPServer.listed",
    "SFTPChannel.download", "SFTPChannel.acknowledge", "HTTPSInbox.put", "HTTPSInbox.rename", "HTTPSInbox.remove",
    "HTTPSServer.perform", "HTTPSServer.success", "HTTPSServer.answer", "HTTPSServer.attributes", "HTTPSServer.delete",
    "HTTPSChannel.files", "HTTPSChannel.download", "HTTPSChannel.acknowledge", "HTTPSChannel.probe", "HTTPSChannel.move",
    "WebhookSender.send", "WebhookSender.probe", "MailSender.send", "MailSender.probe",
  ]
  private static let calls = [
    #"\bchannel\.(?:submit|locate|download|acknowledge)\s*\("#, #"\bremote\.(?:put|rename|remove)\s*\("#,
    #"\bsender\.send\s*\("#, #"\bsession\.perform\s*\("#,
    #"\bserver\.(?:perform|success|answer|command|commandFault|remove|delete)\s*\("#,
  ].joined(separator: "|")

  /// What is wrong, a sentence for each effect without a point on one side, with its line.
  func offences(in text: String) throws -> [(line: Int, text: String)] {
    let code = SwiftCode.withoutCommentsAndStrings(text)
    return try functions(in: code).flatMap { function -> [(line: Int, text: String)] in
      guard !Self.behind.contains(function.name) else { return [] }
      let effects = try effects(in: code, function.body, isInTransaction: function.isInTransaction)
      return effects.indices.compactMap { index in
        let before = effects[index].opening ?? (index == 0 ? function.body.lowerBound : effects[index - 1].at)
        let after = index + 1 == effects.count ? function.body.upperBound : effects[index + 1].at
        let missing = [
          points(in: code[before..<effects[index].at]).isEmpty ? "before" : nil,
          points(in: code[effects[index].at..<after]).isEmpty ? "after" : nil,
        ].compactMap(\.self)
        guard !missing.isEmpty else { return nil }
        let line = code[..<effects[index].at].count { $0 == "\n" } + 1
        let sides = missing.joined(separator: " and none ")
        return (
          line,
          "\(function.name): \(effects[index].name): found no crash point \(sides) it; "
            + "name one in CrashPoint.swift and say CrashPoints.reach(…) here"
        )
      }
    }
  }

  /// The points that a text reaches.
  func points(in code: some StringProtocol) -> [String] {
    String(code).matches(of: /CrashPoints\.reach\(([^)]*)\)/).flatMap { match in
      match.1.matches(of: /\.(\w+)/).map { String($0.1) }
    }
  }

  private func effects(
    in code: String, _ body: Range<String.Index>, isInTransaction: Bool
  ) throws -> [(at: String.Index, opening: String.Index?, name: String)] {
    let transactions = try ranges(of: #"\.transaction\s*\{"#, in: code, body).compactMap { closure(in: code, from: $0) }
    // A commit comes where its transaction ends.
    var found = transactions.map { (at: $0.upperBound, opening: Optional($0.lowerBound), name: "a commit") }
    for range in try ranges(of: Self.calls, in: code, body) {
      found.append((range.lowerBound, nil, String(code[range].prefix { $0 != "(" })))
    }
    for range in try ranges(of: #"\bsession\.(\w+)\s*\("#, in: code, body) where !isInTransaction {
      let name = code[range].dropFirst("session.".count).prefix { $0 != "(" }
      let isWithin = transactions.contains { $0.contains(range.lowerBound) }
      if writers.contains(String(name)), !isWithin, !Self.harmless.contains(String(name)) {
        found.append((range.lowerBound, nil, "session.\(name)"))
      }
    }
    return found.sorted { $0.at < $1.at }
  }

  private func ranges(
    of pattern: String, in code: String, _ body: Range<String.Index>
  ) throws -> [Range<String.Index>] {
    try NSRegularExpression(pattern: pattern).matches(in: code, range: NSRange(body, in: code))
      .compactMap { Range($0.range, in: code) }
  }

  /// From the brace that ends `opening` to the one that closes it.
  private func closure(in code: String, from opening: Range<String.Index>) -> Range<String.Index>? {
    balanced(code, from: code.index(before: opening.upperBound))
  }

  private struct Function {
    /// `Type.function`
    var name: String
    var body: Range<String.Index>
    var isInTransaction: Bool
  }

  private func functions(in code: String) throws -> [Function] {
    let types = code.matches(of: /(?m)^[^\n]*\b(?:struct|class|actor|enum|extension)\s+(\w+)[^\n{]*\{/)
    var found: [Function] = []
    for match in code.matches(of: /\bfunc\s+(\w+)/) {
      guard let brace = bodyStart(in: code, after: match.range.upperBound), let body = balanced(code, from: brace)
      else { continue }
      if let last = found.last, last.body.contains(match.range.lowerBound) { continue }
      let type = types.last { type in
        balanced(code, from: code.index(before: type.range.upperBound))?.contains(match.range.lowerBound) == true
      }
      let head = code[match.range.upperBound..<brace]
      found.append(
        Function(
          name: (type.map { $0.1 + "." } ?? "") + match.1, body: body,
          // The caller's transaction; or a method of the session, whose callers are looked at.
          isInTransaction: head.contains("isolated Session") || type?.1 == "Session"))
    }
    return found
  }

  /// The brace that opens a function's body; nil for a requirement of a protocol.
  private func bodyStart(in code: String, after start: String.Index) -> String.Index? {
    var depth = 0
    for index in code[start...].indices {
      switch code[index] {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "{" where depth == 0: return index
      case "}" where depth == 0: return nil
      // An empty line ends what has no body.
      case "\n" where depth == 0 && code[code.index(after: index)...].drop { $0 == " " }.first == "\n": return nil
      default: break
      }
    }
    return nil
  }

  private func balanced(_ code: String, from brace: String.Index) -> Range<String.Index>? {
    var depth = 0
    for index in code[brace...].indices {
      if code[index] == "{" { depth += 1 }
      if code[index] == "}" {
        depth -= 1
        if depth == 0 { return brace..<index }
      }
    }
    return nil
  }

  /// The functions of `Session` that write, by themselves or by one that does.
  static func writers(in texts: [String]) -> Set<String> {
    var bodies: [(name: String, body: String)] = []
    let reader = EffectRule(writers: [])
    for text in texts {
      let code = SwiftCode.withoutComments(text)
      let blank = SwiftCode.withoutCommentsAndStrings(text)
      // Offsets agree: both texts have the length of the source.
      let bytes = Array(code.utf8)
      for function in (try? reader.functions(in: blank)) ?? [] where function.name.hasPrefix("Session.") {
        let start = blank.utf8.distance(from: blank.startIndex, to: function.body.lowerBound)
        let end = blank.utf8.distance(from: blank.startIndex, to: function.body.upperBound)
        bodies.append(
          (String(function.name.dropFirst("Session.".count)), String(decoding: bytes[start..<end], as: UTF8.self)))
      }
    }
    // Tables of the connection's own have no schema, and leave nothing behind.
    let writing = /(?:INSERT INTO|UPDATE|DELETE FROM|COPY|TRUNCATE) (?:sepad|intake)\./
    var writers = Set(bodies.filter { $0.body.contains(writing) }.map(\.name))
    while true {
      let more = bodies.filter { body in
        !writers.contains(body.name) && body.body.matches(of: /(\w+)\(/).contains { writers.contains(String($0.1)) }
      }
      if more.isEmpty { return writers }
      writers.formUnion(more.map(\.name))
    }
  }
}
