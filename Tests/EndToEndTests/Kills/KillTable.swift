import Foundation

/// The matrix as people read it: a line for each strike, a column for each way, in a cell the fate for each blow.
struct KillTable {
  private var cells: [String: [Blow: String]] = [:]

  subscript(_ strike: Strike, _ way: Way, _ blow: Blow) -> String? {
    get { cells["\(strike) \(way.rawValue)"]?[blow] }
    set { cells["\(strike) \(way.rawValue)", default: [:]][blow] = newValue }
  }

  init() {}

  /// Reads what `text` wrote.
  init(text: String) {
    for line in text.split(separator: "\n") where line.hasPrefix("| `") {
      let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
      guard fields.count == 1 + Way.allCases.count else { continue }
      for (way, cell) in zip(Way.allCases, fields.dropFirst()) {
        let words = cell.components(separatedBy: ", ")
        guard words.count == Blow.allCases.count else { continue }
        for (blow, word) in zip(Blow.allCases, words) where word != Self.notRun {
          cells["\(fields[0]) \(way.rawValue)", default: [:]][blow] = word
        }
      }
    }
  }

  private static let notRun = "·"
  private static let notOnThisWay = "–"

  /// What of another table this one does not say the same of.
  func differences(from other: KillTable) -> [String] {
    cells.sorted { $0.key < $1.key }.flatMap { key, blows in
      blows.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { blow, word in
        let expected = other.cells[key]?[blow]
        return word == expected ? nil : "\(key) \(blow.rawValue): found \(word), expected \(expected ?? "nothing")"
      }
    }
  }

  /// Takes what another says where this one says nothing.
  mutating func fill(from other: KillTable) {
    for (key, blows) in other.cells { cells[key, default: [:]].merge(blows) { mine, _ in mine } }
  }

  /// Lines of a table in Markdown, without its head.
  var rows: String {
    let width = (Strike.all.map { "\($0)".count }.max() ?? 0) + 2
    let all = Strike.all.map { strike in
      [("`\(strike)`").padding(toLength: width, withPad: " ", startingAt: 0)]
        + Way.allCases.map { way in
          let words =
            strike.ways.contains(way)
            ? Blow.allCases.map { self[strike, way, $0] ?? Self.notRun }.joined(separator: ", ") : Self.notOnThisWay
          return words.padding(toLength: max(18, words.count), withPad: " ", startingAt: 0)
        }
    }
    return all.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  /// The page for docs.
  var page: String {
    """
    # Killed at every point

    Where `sepad` can die, on which way to the bank, how, and what became of it; written by `KillMatrixTests`, which runs
    the programs against a real sshd, nginx, PostgreSQL, mail and webhook receiver and the sandbox bank. Each point is
    named in `Sources/CrashPoints/CrashPoint.swift`, with what has happened there; the number says at which of its
    occurrences. A tidy test keeps one before and one after everything that leaves the process.

    In a cell: after SIGKILL; after SIGTERM; after PostgreSQL was switched off (`pg_ctl stop -m immediate`) and came
    back. After SIGKILL the bank takes what it was brought, and the daemon starts before it hears of that.

    - `same`: nobody outside could tell.
    - `found`: the file was found complete at the bank; it was not sent again.
    - `again`: the file was proven not to be at the bank; the same bytes were sent again.
    - `doubt`: a reminder that may have gone out was not sent again, and is left to a person.
    - `ended`: the daemon ended by itself within ten seconds, with status 0. Where it stood by then is a matter of time.
    - `kept`: the daemon went on by itself when PostgreSQL was back. Its other stages had worked meanwhile.
    - `anew`: `sepad recover --agree` had done nothing, and did all of it when it was asked again.
    - `done`: it had done all of it.

    In each case, at the end: every collection in the state that it must be in, and in one file; each message id once at
    the bank, with the bytes that were sealed; nothing for the bank to complain of; `sepad reconcile` content; each event
    told under one webhook-id and in the same words; no reminder twice; no file uncertain, nothing waiting, nothing left
    in the spool directory. `SEPAD_MATRIX=full` runs all of it; otherwise each point is struck once, way and blow by a
    printed seed.

    From `againDue` to `recovered` the database is another one than before: a backup with one sealed file, which is at the
    bank, as is one more that was built, sent and answered since; for `agreeDue`, `agreed` and `vouched` a copy that lost
    nothing. There, at the end: nothing was sent before the agreement; each message id is once at the bank, and none is new;
    the forgotten file is known again and its collections came to their end, or, where a daemon had built under its name
    before anybody looked, they are held; nobody is reminded again; each report is kept once; one epoch more, agreed to
    once; agreeing again changes nothing. In the suite five of these points are struck.

    | point | sftp | https | https without MOVE |
    |---|---|---|---|

    """ + rows
  }
}
