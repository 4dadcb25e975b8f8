// The two renderings of a file's counts: JSON for programs, lines for people.

extension FileInspection {
  /// One JSON object on one line, keys always in this order.
  package var json: String {
    let members: [(String, JSONText)] = [
      ("file", .string(file)),
      ("messageType", .string(messageType)),
      ("messageIds", .array(messageIDs.map(JSONText.string))),
      ("documents", .number(documents)),
      ("groups", .number(groups)),
      ("entries", .number(entries)),
      ("transactions", .number(transactions)),
      ("returns", .number(returns)),
      ("returnsDebit", .number(returnsDebit)),
      ("batchRejections", .number(batchRejections)),
      ("groupRejections", .number(groupRejections)),
      ("credits", Self.sums(credits)),
      ("debits", Self.sums(debits)),
      ("reasonCodes", .array(reasonCodes.map(JSONText.string))),
      ("endToEndIds", .number(endToEndIDs)),
      ("transactionsWithoutEndToEndId", .number(transactionsWithoutEndToEndID)),
      ("warnings", .array(warnings.map(JSONText.string))),
    ]
    return JSONText.object(members).text
  }

  /// A few lines for a terminal.
  package var summary: String {
    var lines = [
      "\(file): \(messageType)",
      "  message       \(messageIDs.joined(separator: ", "))",
      "  groups        \(groups)",
    ]
    if !messageType.hasPrefix("pain.002") {
      lines.append("  entries       \(entries)")
      lines.append("  credits       \(Self.line(of: credits))")
      lines.append("  debits        \(Self.line(of: debits))")
    }
    lines.append("  transactions  \(transactions), \(transactionsWithoutEndToEndID) without end-to-end id")
    if messageType.hasPrefix("pain.002") {
      lines.append(
        "  rejections    \(groupRejections) of files, \(batchRejections) of blocks, \(returns) of transactions")
    } else {
      lines.append("  returns       \(returns), \(returnsDebit) of them debits")
    }
    if !reasonCodes.isEmpty { lines.append("  reasons       \(reasonCodes.joined(separator: ", "))") }
    lines += warnings.map { "  warning: \($0)" }
    return lines.joined(separator: "\n")
  }

  private static func sums(_ sums: [String: ExactDecimal]) -> JSONText {
    .object(sums.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.description)) })
  }

  private static func line(of sums: [String: ExactDecimal]) -> String {
    sums.isEmpty ? "none" : sums.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}
