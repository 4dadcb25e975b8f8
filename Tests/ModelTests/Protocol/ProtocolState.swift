import SEPA

/// Where a daemon stands in `Exchange.run` with the one file of this model.
enum Place: UInt8 {
  case resting
  /// Listed under the lock, with the state it had then.
  case toSend, toDoubt, toSettle
  /// `send`: limit of time taken, intent committed, upload begun, ended, measured, clock looked at, rename refused.
  case prepared, began, putting, uploaded, measured, inTime, refused, refusedLook
  /// `settle`: which name is looked at next.
  case lookTemporary, removeTemporary, lookInbox, lookArchive
  /// About to commit an outcome; what was delivered although it was overtaken is committed as reported.
  case record, recordReported
}

/// A file under one name at the bank.
enum Copy: UInt8 { case none, partial, complete }

/// Where the file lies that an upload under way is written to; names may be taken from it meanwhile.
enum Handle: UInt8 { case none, temporary, final, unlinked }

/// What a search has found under the temporary name.
enum Sight: UInt8 { case notLooked, nothing, incomplete, removed, unclear }

/// What is to be recorded. `found` is `delivered` as `settle` says it: where it is overtaken nothing more is said.
enum Outcome: UInt8 { case delivered, notSent, unknown, found }

/// One process: its place in the code, and what it believes.
struct Daemon {
  var place = Place.resting
  /// As listed; from the intent on, the attempt that it makes.
  var attempt: UInt8 = 0
  /// Whether its own limit of time has passed.
  var isLate = false
  /// Whether the connection lives that holds the lock.
  var isConnected = false
  var handle = Handle.none
  /// A `Sight` while searching, an `Outcome` at `record`, whether something was removed at `refusedLook`.
  var note: UInt8 = 0

  var isBeforeClockCheck: Bool {
    place.rawValue >= Place.prepared.rawValue && place.rawValue <= Place.measured.rawValue
  }

  var bits: UInt64 {
    UInt64(place.rawValue) | UInt64(attempt) << 5 | (isLate ? 1 << 7 : 0) | (isConnected ? 1 << 8 : 0)
      | UInt64(handle.rawValue) << 9 | UInt64(note) << 11
  }

  init() {}

  init(bits: UInt64) {
    place = Place(rawValue: UInt8(bits & 31)) ?? .resting
    attempt = UInt8(bits >> 5 & 3)
    isLate = bits >> 7 & 1 != 0
    isConnected = bits >> 8 & 1 != 0
    handle = Handle(rawValue: UInt8(bits >> 9 & 3)) ?? .none
    note = UInt8(bits >> 11 & 7)
  }
}

/// The database's row, two daemons and the bank's directories, in 56 bits.
struct ProtocolState {
  /// Index in `FileMoves.states`.
  var file = FileMoves.sealed
  var attempts: UInt8 = 0
  /// Whether the whole wait has passed since the last attempt began, by the database's clock.
  var isOld = false
  /// 0 nobody, 1 A, 2 B.
  var lock: UInt8 = 0
  var a = Daemon()
  var b = Daemon()
  /// A `Copy` for each temporary name, two bits each.
  private var temporaries: UInt8 = 0
  var final = Copy.none
  /// How often the bank took the message out of its inbox, at most 3.
  var taken: UInt8 = 0
  /// Requests that lie in the server's buffers, a bit for each temporary name: renames, and broken uploads.
  var lateRenames: UInt8 = 0
  var latePuts: UInt8 = 0

  init() {}

  subscript(who: Int) -> Daemon {
    get { who == 0 ? a : b }
    set { if who == 0 { a = newValue } else { b = newValue } }
  }

  func temporary(_ slot: UInt8) -> Copy { Copy(rawValue: temporaries >> (slot * 2) & 3) ?? .none }

  mutating func setTemporary(_ slot: UInt8, _ copy: Copy) {
    temporaries = temporaries & ~(3 << (slot * 2)) | copy.rawValue << (slot * 2)
  }

  /// Whether the bank has it whole, or had it.
  var isAtBank: Bool { final == .complete || taken > 0 }

  /// The process forgets everything; its connection and so its lock are gone, or given back.
  mutating func rest(_ who: Int) {
    self[who] = Daemon()
    if lock == UInt8(who + 1) { lock = 0 }
  }

  /// With the daemons in one order, for they are alike; and whether they had to be swapped for it.
  var packed: (bits: UInt64, isSwapped: Bool) {
    let (first, second) = (a.bits, b.bits)
    let isSwapped = first < second
    var bits = isSwapped ? second | first << 14 : first | second << 14
    bits |= UInt64(isSwapped && lock > 0 ? 3 - lock : lock) << 28 | UInt64(file) << 30 | UInt64(attempts) << 33
    bits |= (isOld ? 1 << 35 : 0) | UInt64(temporaries) << 36 | UInt64(final.rawValue) << 42 | UInt64(taken) << 44
    bits |= UInt64(lateRenames) << 46 | UInt64(latePuts) << 49
    return (bits, isSwapped)
  }

  init(packed bits: UInt64) {
    a = Daemon(bits: bits & 0x3FFF)
    b = Daemon(bits: bits >> 14 & 0x3FFF)
    lock = UInt8(bits >> 28 & 3)
    file = UInt8(bits >> 30 & 7)
    attempts = UInt8(bits >> 33 & 3)
    isOld = bits >> 35 & 1 != 0
    temporaries = UInt8(bits >> 36 & 63)
    final = Copy(rawValue: UInt8(bits >> 42 & 3)) ?? .none
    taken = UInt8(bits >> 44 & 3)
    lateRenames = UInt8(bits >> 46 & 7)
    latePuts = UInt8(bits >> 49 & 7)
  }
}
