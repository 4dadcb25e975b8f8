import TestSupport

/// How a bank's server is made to fail.
enum BankBlow: Sendable {
  /// Rules of `deploy/sinks/hostile-sftp` or `hostile-https`; FIRST stands for the first report that waits.
  case rules([String])
  /// Between the two.
  case wire(FaultProxy.Fault)
  /// As `wire`, at a byte of what passes to that side, by the seed.
  case wireSomewhere(FaultProxy.Side)
  /// Somebody else answers in its place, with a key or certificate of his own.
  case stranger
  /// It does not know our key.
  case unknownKey
  /// The first report that waits is only half there.
  case halfAReport
}

/// What stands in the status file while it lasts.
enum Shown: Sendable, Equatable {
  /// The class of the fault.
  case word(String)
  /// It is over before anybody could look.
  case passing
  /// Whatever the byte makes of it.
  case anything
}

/// Something that a bank's server does, when, and what is to be seen of it.
struct BankFault: Sendable {
  enum Scene: String, Sendable {
    /// Two files are about to leave.
    case sending
    /// The bank has answered them, and nobody has fetched that.
    case fetching
  }

  let scene: Scene
  let name: String
  let blows: [Way: (BankBlow, Shown)]
  /// The ways on which nobody knows, as long as it lasts, whether the bank has the files.
  var doubt: Set<Way> = []

  var row: String { "\(scene.rawValue): \(name)" }

  static func sending(
    _ name: String, sftp: (BankBlow, Shown)?, https: (BankBlow, Shown)?, direct: (BankBlow, Shown)?,
    doubt: Set<Way> = []
  ) -> BankFault {
    BankFault(
      scene: .sending, name: name, blows: [.sftp: sftp, .https: https, .direct: direct].compactMapValues { $0 }, doubt: doubt)
  }

  /// `direct` is as `https`: only sending differs.
  static func fetching(_ name: String, sftp: (BankBlow, Shown)?, https: (BankBlow, Shown)?) -> BankFault {
    BankFault(scene: .fetching, name: name, blows: [.sftp: sftp, .https: https, .direct: https].compactMapValues { $0 })
  }
}

/// The section of docs/FAULTS.md about banks.
enum BankFaultPlan {
  static let columns: [Way: String] = [.sftp: "sftp", .https: "https", .direct: "https without MOVE"]

  static let section = FaultSection(
    title: "Hostile banks",
    words: """
      The bank's server fails while two files are sent to it, or while its answers are fetched: an sshd whose subsystem
      changes what passes (`deploy/sinks/hostile-sftp`), an HTTPS server of the same kind (`deploy/sinks/hostile-https`), and
      a proxy before both. In a cell: what became of it, and the word that `sepad status` and the status file showed
      meanwhile as `banks.NAME.fault`; without a word, it was over before anybody could look.

      - `through`: it changed nothing.
      - `again`: the files were proven not to be at the bank; the same bytes were sent again.
      - `found`: the files were `uncertain` until they were found complete at the bank; they were not sent again.
      - `told`: they were `uncertain` until the bank's own report told of them, fetched in spite of the fault.
      - `person`: they stayed `uncertain`, and finance was alerted, until a person had asked the bank (`sepad file resolve`).
      - `held`: one of these, by the byte at which it struck.
      - `later`: nothing could be fetched, and nothing was lost. `past`: all but the one report that the fault concerns was
        fetched meanwhile. `kept`: all was fetched and applied once, though the bank's copies could not be put away.
      - `aside`: it was set aside whole, and finance was alerted; a sound copy was applied.

      What no client can see is not in the table: a server that keeps half and tells the whole size, one without MOVE that says
      201 and keeps nothing, and an SFTP server that always tells a smaller size of a report: that one is set aside like half a
      report. libcurl sees a subsystem that ends in the middle of a read as silence.
      """,
    columns: Way.allCases.compactMap { columns[$0] },
    rows: all.map { fault in
      FaultSection.Row(name: fault.row, columns: Set(fault.blows.keys.compactMap { columns[$0] }))
    })

  private static func rules(_ lines: String...) -> BankBlow { .rules(lines) }
  private static func every(_ status: Int) -> BankBlow {
    .rules(["put", "get", "head", "delete", "move", "list"].map { "refuse \($0) \(status)" })
  }

  static let all: [BankFault] = sending + fetching

  private static let sending: [BankFault] = [
    .sending(
      "login refused", sftp: (.unknownKey, .word("login")), https: (every(401), .word("login")),
      direct: (every(401), .word("login"))),
    .sending(
      "another in its place", sftp: (.stranger, .word("host-key")), https: (.stranger, .word("certificate")),
      direct: (.stranger, .word("certificate"))),
    .sending(
      "connections refused", sftp: (.wire(.refuse), .word("unreachable")), https: (.wire(.refuse), .word("unreachable")),
      direct: (.wire(.refuse), .word("unreachable"))),
    .sending(
      "no greeting", sftp: (.wire(.stall(after: 0, to: .client)), .word("time-out")),
      https: (.wire(.stall(after: 0, to: .client)), .word("time-out")),
      direct: (.wire(.stall(after: 0, to: .client)), .word("time-out"))),
    .sending(
      "reset at byte n of ours", sftp: (.wireSomewhere(.server), .anything), https: (.wireSomewhere(.server), .anything),
      direct: (.wireSomewhere(.server), .anything)),
    .sending(
      "reset at byte n of its", sftp: (.wireSomewhere(.client), .anything), https: (.wireSomewhere(.client), .anything),
      direct: (.wireSomewhere(.client), .anything)),
    .sending(
      "may not write", sftp: (rules("answer create 3 *.xml.part"), .word("permission")),
      https: (rules("refuse put 403 *.xml.part"), .word("permission")),
      direct: (rules("refuse put 403 *.xml"), .word("permission"))),
    .sending(
      "may not rename", sftp: (rules("answer rename 3 *.xml.part"), .word("permission")),
      https: (rules("answer move 403 *.xml.part"), .word("permission")), direct: nil),
    .sending(
      "may not rename nor remove",
      sftp: (rules("answer rename 3 *.xml.part", "answer remove 3 *.xml.part"), .word("permission")),
      https: (rules("answer move 403 *.xml.part", "answer delete 403 *.xml.part"), .word("permission")), direct: nil,
      doubt: [.sftp, .https]),
    .sending(
      "no room", sftp: (rules("answer create 14 *.xml.part"), .word("space")),
      https: (rules("refuse put 507 *.xml.part"), .word("space")), direct: (rules("refuse put 507 *.xml"), .word("space"))),
    .sending(
      "no room in the middle", sftp: (rules("full 700 *.xml.part"), .word("incomplete")),
      https: (rules("answer put 507 *.xml.part"), .word("space")), direct: (rules("answer put 507 *.xml"), .word("space"))),
    .sending(
      "cut short in silence", sftp: (rules("truncate 700 *.xml.part"), .word("size")),
      https: (rules("truncate 700 *.xml.part"), .word("size")), direct: (rules("truncate 700 *.xml"), .word("size")),
      doubt: [.direct]),
    .sending(
      "tells a larger size", sftp: (rules("sizes 1 *.xml.part"), .word("size")),
      https: (rules("sizes 1 *.xml.part"), .word("size")), direct: (rules("sizes 1 *.xml"), .word("size")),
      doubt: [.direct]),
    .sending(
      "takes nothing, says nothing", sftp: (rules("hang write *.xml.part"), .word("time-out")),
      https: (rules("hang put *.xml.part"), .word("time-out")), direct: (rules("hang put *.xml"), .word("time-out"))),
    .sending(
      "done, never answered", sftp: (rules("silent rename *.xml.part"), .passing),
      https: (rules("silent move *.xml.part"), .passing), direct: (rules("silent put *.xml"), .passing)),
    .sending(
      "done, called a failure", sftp: (rules("after rename 4 *.xml.part"), .passing),
      https: (rules("after move 500 *.xml.part"), .passing), direct: (rules("after put 500 *.xml"), .passing)),
    .sending(
      "not done, called done", sftp: (rules("pretend rename *.xml.part"), .passing),
      https: (rules("pretend move *.xml.part"), .passing), direct: nil),
    .sending(
      "hangs up when it is done", sftp: (rules("end-after rename *.xml.part"), .passing),
      https: (rules("end-after move *.xml.part"), .passing), direct: (rules("end-after put *.xml"), .passing)),
    .sending(
      "hangs up before it is done", sftp: (rules("end rename *.xml.part"), .passing),
      https: (rules("end move *.xml.part"), .passing), direct: (rules("end put *.xml"), .word("connection"))),
    .sending(
      "sends us elsewhere", sftp: nil, https: (rules("answer put 302 *.xml.part"), .word("protocol")),
      direct: (rules("answer put 302 *.xml"), .word("protocol"))),
    .sending(
      "done, never answered, and shows nothing",
      sftp: (
        rules(
          "silent rename *.xml.part", "answer stat 3 */inbox/*.xml", "answer opendir 3 */inbox*", "answer stat 3 */archive/*",
          "answer opendir 3 */archive*"), .word("permission")
      ),
      https: (
        rules("silent move *.xml.part", "answer head 403 */inbox/*.xml", "answer head 403 */archive/*"), .word("permission")
      ),
      direct: (rules("silent put *.xml", "answer head 403 */inbox/*.xml", "answer head 403 */archive/*"), .word("permission")),
      doubt: Set(Way.allCases)),
  ]

  private static let fetching: [BankFault] = [
    .fetching("login refused", sftp: (.unknownKey, .word("login")), https: (every(401), .word("login"))),
    .fetching("another in its place", sftp: (.stranger, .word("host-key")), https: (.stranger, .word("certificate"))),
    .fetching(
      "reset at byte n of its", sftp: (.wireSomewhere(.client), .anything), https: (.wireSomewhere(.client), .anything)),
    .fetching(
      "may not list", sftp: (rules("answer opendir 3 */outbox*"), .word("permission")),
      https: (rules("answer list 403 */outbox/"), .word("permission"))),
    .fetching(
      "a listing that does not come", sftp: (rules("hang readdir */outbox*"), .word("time-out")),
      https: (rules("hang list */outbox/"), .word("time-out"))),
    .fetching(
      "a listing in another form", sftp: (rules("garble */outbox*"), .passing),
      https: (rules("garble */outbox/"), .word("protocol"))),
    .fetching(
      "names that are no reports of ours",
      sftp: (rules("list half.xml.part .hidden.xml ../evil.xml a/../../evil.xml other.txt in */outbox*"), .passing),
      https: (rules("list half.xml.part .hidden.xml ../evil.xml a/../../evil.xml other.txt in */outbox/"), .passing)),
    .fetching(
      "a name that is not there", sftp: (rules("list ghost.xml in */outbox*"), .word("missing")),
      https: (rules("list ghost.xml in */outbox/"), .word("missing"))),
    .fetching(
      "may not read one", sftp: (rules("answer open 3 */FIRST"), .word("permission")),
      https: (rules("answer get 403 */FIRST"), .word("permission"))),
    .fetching(
      "hangs up in one", sftp: (rules("end read */FIRST"), .word("time-out")),
      https: (rules("cut 100 */FIRST"), .word("connection"))),
    .fetching(
      "one does not come", sftp: (rules("hang read */FIRST"), .word("time-out")),
      https: (rules("hang get */FIRST"), .word("time-out"))),
    .fetching(
      "one is shorter than told", sftp: (rules("short 100 */FIRST"), .word("connection")),
      https: (rules("sizes 5 */FIRST"), .word("size"))),
    .fetching(
      "one is longer than told", sftp: nil,
      https: (rules("endless */FIRST"), .word("size"))),
    .fetching("half of one is put down", sftp: (.halfAReport, .passing), https: (.halfAReport, .passing)),
    .fetching(
      "may not put away", sftp: (rules("answer rename 3 */outbox/*", "answer remove 3 */outbox/*"), .word("permission")),
      https: (rules("answer move 403 */outbox/*", "answer delete 403 */outbox/*"), .word("permission"))),
    .fetching(
      "put away, never answered", sftp: (rules("silent rename */FIRST"), .passing),
      https: (rules("silent move */FIRST"), .passing)),
  ]
}
