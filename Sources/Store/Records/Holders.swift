internal import Glibc

/// What one daemon at a time does, and who does it.
///
/// The right is an advisory lock, which dies with its connection: a killed daemon frees it at once, and no lease in time
/// can end too early or too late. The row beside it is for people to read; nothing is decided by it.
extension Session {
  /// Tries to become the one that does `what`: `bank house`, `notices`. While it is held, a lost connection is an error.
  func hold(_ what: String) throws(StoreFault) -> Bool {
    guard try holdQuietly(what) else { return false }
    try run(
      """
      INSERT INTO sepad.holder (what, daemon, since, beat_at) VALUES ($1, $2, clock_timestamp(), clock_timestamp())
      ON CONFLICT (what) DO UPDATE SET daemon = excluded.daemon, beat_at = excluded.beat_at,
        since = CASE WHEN holder.daemon = excluded.daemon THEN holder.since ELSE excluded.since END
      """, [.text(what), .text(Self.daemonName)])
    return true
  }

  /// The same without a row: in a database whose schema may be an older one.
  package func holdQuietly(_ what: String) throws(StoreFault) -> Bool {
    guard try one("SELECT pg_try_advisory_lock(hashtextextended('sepad ' || $1, 0))", [.text(what)]).bool(0) else {
      return false
    }
    pin()
    return true
  }

  /// Lets another daemon do it.
  func letGo(_ what: String) throws(StoreFault) {
    try run("SELECT pg_advisory_unlock(hashtextextended('sepad ' || $1, 0))", [.text(what)])
    unpin()
  }

  /// Who does what, or did it last.
  package func holders() throws(StoreFault) -> TextTable {
    try table(
      ["what", "daemon", "since", "last turn", "now"],
      """
      SELECT h.what, h.daemon, to_char(h.since, 'YYYY-MM-DD HH24:MI:SS'),
        extract(epoch FROM clock_timestamp() - h.beat_at)::bigint || ' s ago',
        CASE WHEN EXISTS (
          SELECT FROM pg_locks l
          WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('sepad ' || h.what, 0))
          THEN 'at work' ELSE 'resting' END
      FROM sepad.holder h ORDER BY h.what
      """)
  }

  /// `host[pid]`, as people name a process.
  private static let daemonName: String = {
    var name = [CChar](repeating: 0, count: 256)
    let host = gethostname(&name, name.count - 1) == 0 ? String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "?"
    return "\(host)[\(getpid())]"
  }()
}
