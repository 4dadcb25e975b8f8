// Decides about a message that takes collections back: a reversal (pain.007) or a request for cancellation (camt.055). The
// bank checks its form and its id, and answers for the whole of it; what becomes of the payments is told by their own
// behaviour, as with requests that come by telephone.

import ISO20022

enum UndoingJudge {
  /// Whether a file's first bytes are those of such a message.
  static func isUndoing(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head.prefix(2048), as: UTF8.self)
    return text.contains("<CstmrPmtRvsl>") || text.contains("<CstmrPmtCxlReq>")
  }

  /// Judges the file at `path` by the rules of SEPA direct debits, and by its schema where it lies in `schemas`.
  /// - Parameter digest: gets the file's bytes too.
  static func decide(
    _ judgement: inout Judgement, path: String, schemas: String?, digest: (UnsafeRawBufferPointer) -> Void
  ) throws -> [(rule: String, found: String)] {
    var errors: [(rule: String, found: String)] = []
    let judge = MessageJudge(schemas: schemas) { finding in
      if finding.level == .error, errors.count < 100 { errors.append((finding.rule, "\(finding.path): \(finding.found)")) }
    }
    var head: [UInt8] = []
    try readPieces(of: path) { piece in
      digest(piece)
      judge.feed(piece)
      if head.count < 4096 { head += piece.prefix(4096 - head.count) }
    }
    let verdict = judge.finish()
    judgement.messageType = verdict.messageType
    judgement.transactions = verdict.transactions
    judgement.messageID = id(in: String(decoding: head, as: UTF8.self))
    return errors
  }

  /// `GrpHdr/MsgId` of a reversal, `Assgnmt/Id` of a request: the first id there is. Empty where there is none.
  private static func id(in head: String) -> String {
    for tag in ["<GrpHdr><MsgId>", "<Assgnmt><Id>"] {
      guard let start = head.firstRange(of: tag) else { continue }
      return String(head[start.upperBound...].prefix { $0 != "<" })
    }
    return ""
  }
}
