package import SEPA

/// Judges one file as it lies on disk.
///
/// Blocks while it reads, in pieces of 64 KiB. Throws `ReportFault.unreadable` when it cannot be read; whatever is in it
/// is told and not thrown.
/// - Parameters:
///   - schemas: the directory that holds `pain.008.001.08.xsd` and the like.
///   - profile: what the bank wants that it is meant for; nil judges by the rules of all banks alone.
///   - tell: hears of each finding as it is met.
package func judgeFile(
  at path: String, schemas: String?, profile: FileRules? = nil, tell: @escaping (Finding) -> Void
) throws(ReportFault) -> Verdict {
  let pieces = try FilePieces(path)
  let judge = MessageJudge(schemas: schemas, profile: profile, tell: tell)
  while let piece = try pieces.next() {
    piece.withUnsafeBytes { judge.feed($0) }
  }
  return judge.finish()
}
