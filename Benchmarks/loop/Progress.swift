import Glibc

/// How far the run is, on one line of standard error.
struct Progress {
  private let stages: Int
  private var done = 0
  private let began = Meter.wall()
  private let isShown = isatty(STDERR_FILENO) == 1

  init(stages: Int) { self.stages = stages }

  /// A stage begins.
  mutating func show(_ stage: String) {
    let width = 40
    let filled = min(width, width * done / max(1, stages))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let line = "[\(bar)] \(Int(Meter.wall() - began)) s  \(stage)"
    say(isShown ? "\r\u{1B}[K\(line)" : "\(line)\n")
    done += 1
  }

  /// Takes the bar away.
  func end() { if isShown { say("\r\u{1B}[K") } }

  private func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
