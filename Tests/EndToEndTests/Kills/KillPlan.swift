import CrashPoints

/// How a process or its database is ended at a crash point.
enum Blow: String, CaseIterable, Sendable {
  case kill, term, powerOff
}

/// The way to the bank; `direct` is HTTPS to a server that knows no MOVE.
enum Way: String, CaseIterable, Sendable {
  case sftp, https, direct
}

/// What has happened before the blow.
enum Scene: Sendable {
  /// Collections are dated, one more mandate and collection are requested: files will be built and sent.
  case requested
  /// As `requested`, and a plan that has something to be collected.
  case planned
  /// As `requested`, and while the first file is brought, a foreign one comes to lie under its name.
  case occupied
  /// A daemon died with the first file at the bank under its final name, unrecorded.
  case unrecorded
  /// A daemon died with the first file at the bank under its temporary name.
  case halfway
  /// The bank has refused a payment; nobody has fetched its answer.
  case answered
  /// The bank has credited, and put down a file that nobody can read; nothing has been fetched. Nobody is reminded.
  case credited
  /// A payment is overdue; nobody has been told.
  case overdue
  /// A backup was restored: one file that was sealed then is at the bank, another that was built and sent since is not
  /// known any more, and the bank has answered both.
  case forgotten
  /// As `forgotten`, and the bank has answered nothing yet.
  case unanswered
  /// As `forgotten`, in a database that looks like the one before, as a disk does that was set back.
  case setBack
  /// As `forgotten`, in a copy that has lost nothing.
  case intact

  /// Whether the database is another one than before: such cases are `RecoverCase`s.
  var isAfterRestore: Bool { [.forgotten, .unanswered, .setBack, .intact].contains(self) }
}

/// One crash point at one of the times that it is reached.
struct Strike: Sendable, CustomStringConvertible {
  let point: CrashPoint
  let occurrence: Int
  let scene: Scene

  var description: String { "\(point.rawValue) \(occurrence)" }

  /// What arms it.
  func armed(_ action: String) -> String { "\(point.rawValue):\(occurrence):\(action)" }

  /// The ways on which it is reached.
  var ways: [Way] {
    switch point {
    case .companionsSent, .uploadDue, .uploaded, .renameDue, .renamed, .refusalDoubted, .refusalProven, .strayFound,
      .strayRemoved, .litterRemoved:
      [.sftp, .https]
    case .directDue, .directAnswered, .directCompanionsSent: [.direct]
    // How a file becomes visible matters nothing to who looks for it.
    case _ where scene.isAfterRestore: [.sftp, .https]
    default: Way.allCases
    }
  }

  /// The command of a person who comes to the point; nil where the daemon does.
  var command: [String]? {
    let agree = ["recover", "--agree", "--because", "seen at the bank", "--operator", "jo"]
    return switch point {
    case .vouched: agree + ["--nothing-lost"]
    case .unsentDue, .unsentDownloaded, .forgottenDue, .forgottenDownloaded, .personDue, .personBegun, .personNumbered,
      .recoverWritten, .recovered:
      agree
    default: nil
    }
  }

  /// Whether a reminder is in doubt there: begun, and not recorded.
  var doubtsReminder: Bool { [.reminderBegun, .reminderAnswered].contains(point) }

  /// Whether the stage that stands at the point is the one that decides a file's fate, or a reminder's: then no other
  /// stage can bring that about meanwhile.
  var decidesFate: Bool {
    switch scene {
    case .occupied, .unrecorded, .halfway, .answered, .credited: true
    case .overdue, .forgotten, .unanswered, .setBack, .intact, .planned: false
    case .requested: !["intake", "dating", "build", "notices", "webhook"].contains { point.rawValue.hasPrefix($0) }
    }
  }

  /// Every point, each with the times at which it is struck.
  static let all: [Strike] = CrashPoint.allCases.flatMap { point -> [Strike] in
    let (scene, occurrences) = plan(point)
    return occurrences.map { Strike(point: point, occurrence: $0, scene: scene) }
  }

  /// No default: a new point must say when it is reached.
  private static func plan(_ point: CrashPoint) -> (Scene, ClosedRange<Int>) {
    switch point {
    // Mandates, then collections.
    case .intakeWritten, .intakeCommitted: (.requested, 1...2)
    case .planWritten, .planCommitted: (.planned, 1...1)
    case .datingWritten, .datingCommitted: (.requested, 1...1)
    // Two files.
    case .buildClaimed, .buildWritten, .buildSealed, .buildCommitted: (.requested, 1...2)
    // The intent, then the outcome.
    case .moveWritten, .moveCommitted: (.requested, 1...2)
    case .sendIntended, .sendAnswered, .sendRecorded: (.requested, 1...1)
    // The signature, then the file.
    case .uploadDue, .uploaded, .renameDue, .renamed, .directDue, .directAnswered: (.requested, 1...2)
    case .companionsSent, .directCompanionsSent: (.requested, 1...1)
    case .refusalDoubted, .refusalProven: (.occupied, 1...1)
    case .locateDue, .located: (.unrecorded, 1...1)
    case .strayFound, .strayRemoved, .litterRemoved: (.halfway, 1...1)
    case .fetchListed, .downloaded, .fetchWritten, .fetchKept, .acknowledged: (.credited, 1...1)
    case .applyRead, .applyMatched, .applyCommitted, .asideWritten, .asideCommitted: (.credited, 1...1)
    case .noticesDue, .noticesClaimed, .noticesWritten, .noticesRecorded: (.requested, 1...1)
    case .webhookDue, .webhookAnswered: (.requested, 1...1)
    case .mailDue, .mailAnswered: (.credited, 1...1)
    case .reminderDue, .reminderBegun, .reminderAnswered, .reminderRecorded: (.answered, 1...1)
    case .alertDue, .alertRaised, .careWritten, .careCommitted, .noticeWritten, .noticeCommitted: (.overdue, 1...1)
    // Of two reports.
    case .againDue, .againDownloaded: (.forgotten, 1...2)
    case .lookDue, .lookNumbered, .lookKept, .wentBackDue, .wentBackTold: (.forgotten, 1...1)
    // A report on a file says that it was sent.
    case .unsentDue, .unsentDownloaded: (.unanswered, 1...1)
    case .forgottenDue, .forgottenDownloaded, .personNumbered, .recoverWritten, .recovered: (.forgotten, 1...1)
    // Two files: is each what was sealed, then is it ours.
    case .nameDue, .nameRead: (.setBack, 1...4)
    case .yieldWritten, .yielded: (.setBack, 1...1)
    case .epochDue, .epochBegun, .personDue, .personBegun: (.setBack, 1...1)
    case .agreeDue, .agreed, .vouched: (.intact, 1...1)
    }
  }
}
