/// A boundary between intent, effect and record at which a test can end the process, or the database.
///
/// Each is reached at one place, in the file named above it; a tidy test compares. docs/KILLS.md says what became of whom
/// was killed there.
package enum CrashPoint: String, CaseIterable, Sendable {
  // In Work/Intake.swift: a batch of requests.
  case intakeWritten, intakeCommitted

  // In Work/Dating.swift: a group's collection date.
  case datingWritten, datingCommitted

  // In Work/Builder.swift: a file; all but the last within its transaction.
  case buildClaimed, buildWritten, buildSealed, buildCommitted

  // In Work/Exchange.swift: what passes between us and a bank.
  /// A file's new state, before and after its commit: the intent to send, and each outcome.
  case moveWritten, moveCommitted
  /// The intent is committed; nothing has left. The channel has answered; nothing is recorded. It is recorded.
  case sendIntended, sendAnswered, sendRecorded
  /// A file of unknown fate: about to be looked for; what was found is not recorded.
  case locateDue, located
  /// A report: listed; here; kept, before and after the commit; the bank told.
  case fetchListed, downloaded, fetchWritten, fetchKept, acknowledged

  // In Channels/Delivery/TwoStepDelivery.swift: how a file becomes visible at once.
  /// The signature lies at the bank, the file not yet.
  case companionsSent
  /// For the signature and the file in turn: nothing there; whole under the temporary name, not measured; measured;
  /// under its final name, not looked at.
  case uploadDue, uploaded, renameDue, renamed
  /// The name was taken: before and after the temporary file goes.
  case refusalDoubted, refusalProven
  /// A temporary file whose sender is dead: seen; gone.
  case strayFound, strayRemoved
  /// What an earlier attempt left under its temporary name is gone.
  case litterRemoved

  // In Channels/HTTPS/DirectDelivery.swift: for the signature and the file in turn.
  case directDue, directAnswered
  /// The signature lies at the bank, the file not yet.
  case directCompanionsSent

  // In Work/Apply.swift: a report; its entries read; everything moved, not committed; committed.
  case applyRead, applyMatched, applyCommitted
  /// A report that nobody can read, before and after the commit.
  case asideWritten, asideCommitted

  // In Work/React.swift: what the outbox holds.
  case noticesDue, noticesClaimed
  case webhookDue, webhookAnswered
  /// What must not go out twice: claimed; its intent committed; the server has answered, not recorded; recorded.
  case reminderDue, reminderBegun, reminderAnswered, reminderRecorded
  /// A batch of all else, before and after the commit.
  case noticesWritten, noticesRecorded

  // In Work/Post.swift: any mail.
  case mailDue, mailAnswered

  // In Work/Watch.swift: what finance is told once.
  case alertDue, alertRaised
}
