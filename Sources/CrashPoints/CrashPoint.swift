/// A boundary between intent, effect and record at which a test can end the process, or the database.
///
/// Each is reached at one place, in the file named above it; a tidy test compares. docs/KILLS.md says what became of whom
/// was killed there.
package enum CrashPoint: String, CaseIterable, Sendable {
  // In Work/Intake.swift: a batch of requests.
  case intakeWritten, intakeCommitted

  // In Work/Scheduler.swift: what a batch of plans makes.
  case planWritten, planCommitted

  // In Work/Dating.swift: a group's collection date.
  case datingWritten, datingCommitted

  // In Work/PreNotifier.swift: a batch of notices that go out, or ended.
  case noticeWritten, noticeCommitted

  // In Work/FileMaker.swift: a file; all but the last within its transaction.
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

  // In Work/Exchange+Epoch.swift: what a bank shows of a database that may have gone back in time.
  /// A report that was fetched in a time that is forgotten: not here; here, not kept.
  case againDue, againDownloaded
  /// All has been seen: nothing is kept of it; the epoch has a number that nobody used; it is kept.
  case lookDue, lookNumbered, lookKept
  /// A file under a name of ours: not read; read.
  case nameDue, nameRead
  /// It is not what was sealed under that name here: ours goes back, before and after the commit.
  case yieldWritten, yielded
  /// What the bank shows proves that a database which looks the same went back: the new epoch is not begun; it is.
  case epochDue, epochBegun

  // In Work/Recovery.swift: the daemon's word about an epoch, then a person's.
  /// Nothing is missing: not agreed; agreed.
  case agreeDue, agreed
  /// Something may be: finance not told; told.
  case wentBackDue, wentBackTold
  /// A file that the database takes for unsent, and one that it does not know: at the bank; here, not read.
  case unsentDue, unsentDownloaded, forgottenDue, forgottenDownloaded
  /// An agreed epoch is over, since files prove it: the new one not begun; begun; with a number that nobody used.
  case personDue, personBegun, personNumbered
  /// Nothing was lost, a person says: agreed.
  case vouched
  /// What was found is done, before and after the commit.
  case recoverWritten, recovered

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

  // In Work/MandateCare.swift: what is done for mandates day by day.
  case careWritten, careCommitted

  // In Work/Watch.swift: what finance is told once.
  case alertDue, alertRaised
}
