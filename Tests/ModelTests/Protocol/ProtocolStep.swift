/// What can happen, named for the stories of violations.
enum ProtocolStep: UInt8, CaseIterable {
  case lists, statementFails, withdraws, prepares, begins, records, recordsReported, doubts
  case putBegins, putEnds, measures, looksAtClock, renames, asksToPut, removesAfterRefusal, looksAfterRefusal
  case looksAtTemporary, removes, looksAtInbox, looksAtArchive, ages
  case bankTakes, bankReports, bankAccepts, bankRefuses, serverRenames, serverStores
  case personSaysSent, personSaysNotSent
  case losesAnswer, putBreaks, putAnswerLost, cannotMeasure, renameAnswerLost, renameLooksRefused
  case renameWaits, renameWaitsLooksRefused, renameNotRequested, cannotRemove, removalAnswerLost, cannotLook
  case crashes, losesConnection, standsStill

  /// Whether it happens without a fault and without anybody's help, or can be waited for.
  var isProgress: Bool { rawValue <= ProtocolStep.ages.rawValue && self != .withdraws }

  var words: String {
    switch self {
    case .lists: "takes the lock and lists the file"
    case .withdraws: "its date cannot be met any more: withdrawn"
    case .prepares: "writes the spool file and fixes the limit of time"
    case .begins: "commits the intent (sendBegan)"
    case .records: "commits the outcome"
    case .recordsReported: "overtaken, commits that the bank has it (reported)"
    case .doubts: "found sending under the lock: commits outcomeUnknown"
    case .putBegins: "begins the upload"
    case .putEnds: "ends the upload"
    case .measures: "reads back the size"
    case .looksAtClock: "looks at the clock"
    case .renames: "requests the rename, and gets the answer"
    case .asksToPut: "requests the PUT"
    case .removesAfterRefusal: "after the refusal: removes the temporary file"
    case .looksAfterRefusal: "after the refusal: looks at the final name"
    case .looksAtTemporary: "searches: the temporary name"
    case .removes: "searches: removes the temporary file"
    case .looksAtInbox: "searches: the inbox"
    case .looksAtArchive: "searches: the archive"
    case .ages: "the whole wait has passed"
    case .bankTakes: "the bank takes the file"
    case .bankReports: "a report names the file"
    case .bankAccepts: "pain.002 accepts the file"
    case .bankRefuses: "pain.002 refuses the file"
    case .serverRenames: "the server executes a rename from its buffers"
    case .serverStores: "the server stores an upload from its buffers"
    case .personSaysSent: "a person says: sent"
    case .personSaysNotSent: "a person says: not sent"
    case .losesAnswer: "its statement is committed, the answer and the connection are lost"
    case .statementFails: "its statement fails: the connection is gone"
    case .putBreaks: "its upload breaks"
    case .putAnswerLost: "its upload is stored, the answer lost"
    case .cannotMeasure: "cannot read back the size"
    case .renameAnswerLost: "its rename is done, the answer lost"
    case .renameLooksRefused: "its rename is done, and looks refused"
    case .renameWaits: "its rename waits at the server, no answer"
    case .renameWaitsLooksRefused: "its rename waits at the server, and looks refused"
    case .renameNotRequested: "cannot request the rename"
    case .cannotRemove: "cannot remove the temporary file"
    case .removalAnswerLost: "the temporary file is removed, the answer lost"
    case .cannotLook: "the search fails"
    case .crashes: "is killed"
    case .losesConnection: "loses its connection to the database"
    case .standsStill: "stands still until its limit of time has passed"
    }
  }
}
