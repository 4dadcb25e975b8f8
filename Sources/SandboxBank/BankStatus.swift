package import SEPA

/// How far a bank has come, read from its folder while it runs or stands still.
package struct BankStatus: Equatable, Sendable {
  /// Files taken, refused ones too.
  package var taken = 0
  /// Complete files still in the inbox, and files taken but not decided about.
  package var waiting = 0
  /// Reports that are planned and not published, due or not.
  package var pending = 0
  /// When the next of them is due; nil when none is left.
  package var nextDue: Instant?
  package var violations = 0
  /// Nothing to do before the clock moves or a file comes.
  package var isIdle = true

  /// - Parameters:
  ///   - root: the bank's folder; it may be missing.
  ///   - now: against which `isIdle` is meant.
  package init(root: String, at now: Instant) throws {
    let folders = BankFolders(root: root)
    guard exists(folders.state) else { return }
    var messages: [Message] = []
    var published: Set<String> = []
    var violations: Set<String> = []
    try Journal.read(folders.state + "/journal.tsv") { fact in
      switch fact {
      case .taken(let serial, let at, let name, let archiveName):
        messages.append(Message(serial: serial, takenAt: at, name: name, archiveName: archiveName))
      case .block(let serial, let block):
        guard let index = messages.firstIndex(where: { $0.serial == serial }) else { return }
        messages[index].blocks.removeAll { $0.index == block.index }
        messages[index].blocks.append(block)
      case .judged(let judgement):
        guard let index = messages.firstIndex(where: { $0.serial == judgement.serial }) else { return }
        messages[index].judgement = judgement
      case .violation(let serial, let rule, let found): violations.insert("\(serial) \(rule) \(found)")
      case .published(let name): published.insert(name)
      }
    }
    let drafts = Set(try names(in: folders.drafts))
    // Recorded and still among the drafts: on its way.
    let open = messages.flatMap(\.reports).filter { !published.contains($0.name) || drafts.contains($0.name) }
    taken = messages.count
    waiting = try Bank.waiting(in: folders.inbox).count + messages.count { $0.judgement == nil }
    pending = open.count
    nextDue = open.map(\.due).min()
    self.violations = violations.count
    isIdle = waiting == 0 && nextDue.map { $0 > now } != false
  }

  /// One line of JSON with fixed keys, in this order: taken, waiting, pending, nextDue, violations, idle.
  package var json: String {
    let due = nextDue.map { "\"\($0)\"" } ?? "null"
    return
      "{\"taken\":\(taken),\"waiting\":\(waiting),\"pending\":\(pending),\"nextDue\":\(due),\"violations\":\(violations),\"idle\":\(isIdle)}"
  }
}
