/// What the submission protocol stands on. Each can be taken away, to see what it was good for.
struct Rules {
  /// A temporary name, a size check and a rename; or one PUT to the final name.
  var isTwoStep = true
  /// Whether we may look where the bank puts what it took.
  var hasArchive = true
  /// Attempts to send that are walked through; at the last one a sealed file can only be withdrawn.
  var maxAttempts: UInt8 = 2

  /// A daemon talks to the bank only under the advisory lock.
  var needsLock = true
  /// Who loses the connection that holds the lock gets an error, not a new connection.
  var isPinned = true
  /// An outcome counts only for the attempt that it belongs to.
  var guardsAttempt = true
  /// No rename and no PUT is requested once half of the wait is over.
  var checksClock = true
  /// What is uncertain is looked at only after the whole wait; without a wait there is no clock check either.
  var waits = true
  /// A file found `sending` under the lock becomes uncertain; otherwise it counts as not sent.
  var doubtsWhatIsFoundSending = true
  /// A complete temporary file proves nothing until it is removed.
  var removesTemporary = true
  /// The search begins at the name that a late rename would start from.
  var looksAtTemporaryFirst = true
  /// Each attempt uploads under a temporary name of its own.
  var hasNamePerAttempt = true
  /// One PUT: between the clock check and the last byte at the server less than half of the wait goes by.
  var isPutBounded = true

  /// What may go wrong besides: crashes, lost connections and answers, requests that the server executes late.
  var hasFaults = true
  /// The server may store late what it got of a broken upload; part of the faults.
  var hasLateUploads = true
  /// The bank's verdict on the file besides its having it; the state that follows differs, and nothing else.
  var hasVerdicts = true
  var person = Person.truthful

  /// What a person says of an uncertain file: nothing; what is so; or one thing or the other without knowing.
  enum Person { case silent, truthful, guessesSent, guessesNotSent }
}
