internal import FoundationEssentials
import SEPA
import Store

/// The answers to one batch of requests, gathered until all are known: which rows are accepted (in the order of what is
/// stored for them), which repeat an earlier request, which are refused and why.
struct AnswerBatch {
  /// A row whose creditor is known and whose key is new.
  struct Context {
    let creditor: KnownCreditor
    let key: String
  }

  private var accepted: [Int64] = []
  private var answers: [RequestAnswer] = []
  /// Keys of this batch: position in `accepted`, and content.
  private var keys: [CreditorKey: (position: Int, digest: String)] = [:]
  private var repeats: [(row: Int64, position: Int)] = []
  private var told: [(key: String, content: String)] = []
  /// Bytes of a caller's key, at most: PostgreSQL looks for it in an index, and takes no entry beyond 2704 bytes.
  private static let longestKey = 1000

  /// Judges key and creditor, which every kind of request has.
  /// - Returns: nil when that already answers the row.
  mutating func context(
    of row: ClaimedRequest, creditors: [String: KnownCreditor], known: [CreditorKey: KnownRequest]
  ) -> Context? {
    guard let key = row.values[0] else {
      refuse(row, [
        Refusal(
          field: "request_key", rule: "presence", found: "nothing", expected: "your own key for this request",
          hint: "the key makes a request that arrives twice count once"),
      ])
      return nil
    }
    guard key.utf8.count <= Self.longestKey else {
      refuse(row, [
        Refusal(
          field: "request_key", rule: "request key length", found: "\(key.utf8.count) bytes of UTF-8",
          expected: "at most \(Self.longestKey)", hint: "take the number of an invoice or of a row"),
      ])
      return nil
    }
    guard let creditor = row.values[1].flatMap({ creditors[$0] }) else {
      refuse(row, [
        Refusal(
          field: "creditor", rule: "creditor is configured", found: row.values[1] ?? "nothing",
          // Of many, the list would help nobody.
          expected: creditors.count <= 10
            ? "one of \(creditors.keys.sorted().joined(separator: ", "))" : "one of \(creditors.count) configured creditors",
          hint: "add the creditor to the configuration, or correct the key"),
      ])
      return nil
    }
    let identity = CreditorKey(creditor.id, key)
    if let earlier = known[identity] {
      answerRepeat(row, same: earlier.digest == row.digest) { .init(id: row.id, verdict: .duplicate, subject: earlier.id, refusals: nil) }
      return nil
    }
    if let earlier = keys[identity] {
      if earlier.digest == row.digest { repeats.append((row.id, earlier.position)) } else { answerRepeat(row, same: false) { nil } }
      return nil
    }
    return Context(creditor: creditor, key: key)
  }

  private mutating func answerRepeat(_ row: ClaimedRequest, same: Bool, _ answer: () -> RequestAnswer?) {
    if same, let answer = answer() {
      answers.append(answer)
    } else {
      refuse(row, [
        Refusal(
          field: "request_key", rule: "one key, one content", found: "this key with other content",
          expected: "the same content, or a new key", hint: "a changed request needs a new key"),
      ])
    }
  }

  mutating func accept(_ row: ClaimedRequest, _ context: Context) {
    keys[CreditorKey(context.creditor.id, context.key)] = (accepted.count, row.digest)
    accepted.append(row.id)
  }

  mutating func refuse(_ row: ClaimedRequest, _ refusals: [Refusal]) {
    // Encoding plain strings cannot fail; if it ever does, the row still says that it was refused.
    let text = (try? JSONEncoder().encode(refusals)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    answers.append(RequestAnswer(id: row.id, verdict: .refused, subject: nil, refusals: text))
    told.append((Self.key(of: row), Self.content(row, text)))
  }

  /// Writes all answers, and tells the webhooks of refusals; acceptances are told by the collections' own events.
  /// - Parameter ids: of what was stored for the accepted rows, in order.
  func finish(_ kind: RequestKind, ids: [Int64], _ session: isolated Session, at now: Instant) throws -> Int {
    var all = answers
    for (row, id) in zip(accepted, ids) {
      all.append(RequestAnswer(id: row, verdict: .accepted, subject: id, refusals: nil))
    }
    for (row, position) in repeats {
      all.append(RequestAnswer(id: row, verdict: .duplicate, subject: ids[position], refusals: nil))
    }
    try session.answer(kind, all, at: now)
    try session.tellOfRequests(
      keys: told.map { "\(kind.rawValue):\($0.key)" }, contents: told.map { "{\"kind\":\"\(kind.rawValue)\",\($0.content)}" }, at: now)
    return all.count
  }

  /// The caller's key, or the beginning of one that is too long, which stands in an index too.
  private static func key(of row: ClaimedRequest) -> String {
    guard let key = row.values[0] else { return "" }
    return key.utf8.count <= longestKey ? key : String(String.UnicodeScalarView(key.unicodeScalars.prefix(longestKey / 4)))
  }

  private static func content(_ row: ClaimedRequest, _ refusals: String) -> String {
    let fields = ["request_key": key(of: row), "creditor": row.values[1] ?? ""]
    let text = (try? JSONEncoder().encode(fields)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return text.dropFirst().dropLast() + ",\"refusals\":\(refusals)"
  }
}
