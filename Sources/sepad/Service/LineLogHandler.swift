import Glibc
import Logging

/// One line a record on stderr: level, label, message, metadata; under systemd with the priority that the journal reads.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level = .info
  var metadata: Logger.Metadata = [:]
  private let forJournal = getenv("JOURNAL_STREAM") != nil

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
    let start = forJournal ? "<\(Self.priority(event.level))>" : "\(event.level) "
    Console.complain(start + Self.oneLine("\(event.message)") + details)
  }

  private static func quoted(_ text: String) -> String {
    let line = oneLine(text)
    return line.contains(" ") ? "\"\(line.replacing("\"", with: "'"))\"" : line
  }

  /// Without control characters: words of a server must not begin a record of their own, nor steer a terminal.
  static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  /// syslog(3)
  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
