import FoundationEssentials
import SEPA

/// What the daemon last wrote into its status file, and whether it is still to be believed.
struct LastWords {
  enum State: String {
    case alive, stopped, dead, absent
  }

  private struct Written: Decodable {
    let written_at: String
    let written_every_seconds: Double
    let stopped_at: String?
    let pid: Int32
    let troubles: [StatusFile.Document.Problem]
  }

  let state: State
  /// Seconds since it was written; negative where that is in the future.
  let age: Int64?
  let troubles: [StatusFile.Document.Problem]
  /// For people.
  let text: String

  /// Without another word for this many times its interval, the writer is dead or stands still.
  private static let missedBeats = 4.0

  init(path: String, at now: Instant) {
    guard let text = try? TextFile.read(path, limit: 1 << 22) else {
      (state, age, troubles, self.text) = (.absent, nil, [], "status file \(path): none, the daemon does not run or cannot write it")
      return
    }
    guard let written = try? JSONDecoder().decode(Written.self, from: Data(text.utf8)),
      let writtenAt = try? Instant(iso: written.written_at)
    else {
      (state, age, troubles) = (.dead, nil, [])
      self.text = "status file \(path): found something else, expected what this version of sepad writes"
      return
    }
    let age = now.seconds - writtenAt.seconds
    self.age = age
    if let stoppedAt = written.stopped_at {
      (state, troubles) = (.stopped, [])
      self.text = "status file \(path): the daemon was told to stop at \(stoppedAt)"
    } else if Double(age) > max(3, written.written_every_seconds * Self.missedBeats) {
      (state, troubles) = (.dead, [])
      self.text = "status file \(path): written \(age) s ago by process \(written.pid): THE DAEMON IS DEAD OR STANDS STILL"
    } else if age < -5 {
      (state, troubles) = (.dead, [])
      self.text = "status file \(path): written \(-age) s in the future: THE CLOCK WENT BACK, nothing tells whether the daemon lives"
    } else {
      (state, troubles) = (.alive, written.troubles)
      self.text = "status file \(path): written \(max(0, age)) s ago"
    }
  }
}
