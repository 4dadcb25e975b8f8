// What the bank remembers of a collection file: no names, no accounts of debtors, no texts.

import SEPA

/// A refusal, as `StsRsnInf` gives it: an ISO reason code and words for a person.
struct StatusReason: Equatable {
  var code: String
  var words: String
}

/// What was decided about a whole file.
struct Judgement: Equatable {
  var serial: Int
  /// Empty when the file could not be read so far: nobody can be answered then, and the file lies in `refused`.
  var messageID: String
  var messageType: String
  var transactions: Int
  /// In cents.
  var controlSum: Int64
  var sha256: String
  /// nil when the file was taken, wholly or in part.
  var refusal: StatusReason?
  /// As the bank was told when it judged, so that a restart with another wish changes nothing.
  var answers = Answers.all

  var fields: [String] {
    [
      "\(serial)", messageID, messageType, "\(transactions)", "\(controlSum)", sha256, refusal?.code ?? "",
      refusal?.words ?? "", answers.rawValue,
    ]
  }

  init(serial: Int) {
    self.serial = serial
    messageID = ""
    messageType = ""
    transactions = 0
    controlSum = 0
    sha256 = ""
  }

  init?(fields: [String]) {
    guard fields.count == 9, let serial = Int(fields[0]), let transactions = Int(fields[3]), let sum = Int64(fields[4]),
      let answers = Answers(rawValue: fields[8])
    else { return nil }
    self.init(serial: serial)
    messageID = fields[1]
    messageType = fields[2]
    self.transactions = transactions
    controlSum = sum
    sha256 = fields[5]
    refusal = fields[6].isEmpty ? nil : StatusReason(code: fields[6], words: fields[7])
    self.answers = answers
  }
}

/// What was decided about one payment information block, and what its payments add up to.
struct Block: Equatable {
  /// From 0, in file order.
  var index: Int
  var paymentInformationID: String
  var scheme: String
  var collectionDate: CalendarDay
  var creditorIBAN: String
  /// One entry for the whole block when it is credited.
  var isBatchBooked: Bool
  var refusal: StatusReason?
  var transactions = 0
  var controlSum: Int64 = 0
  /// Credited on the collection date.
  var credited = 0
  var creditedSum: Int64 = 0
  /// How many payments of each behaviour: from this follows which reports there will be.
  var tally: [Behaviour: Int] = [:]

  init(
    index: Int, paymentInformationID: String, scheme: String, collectionDate: CalendarDay, creditorIBAN: String,
    isBatchBooked: Bool, refusal: StatusReason?
  ) {
    self.index = index
    self.paymentInformationID = paymentInformationID
    self.scheme = scheme
    self.collectionDate = collectionDate
    self.creditorIBAN = creditorIBAN
    self.isBatchBooked = isBatchBooked
    self.refusal = refusal
  }

  /// nil when a sum leaves 64 bits.
  mutating func add(_ behaviour: Behaviour, cents: Int64) -> Bool {
    let (sum, overflow) = controlSum.addingReportingOverflow(cents)
    if overflow { return false }
    controlSum = sum
    transactions += 1
    if behaviour.isCreditedOnDate {
      credited += 1
      creditedSum += cents  // Never more than the control sum.
    }
    tally[behaviour, default: 0] += 1
    return true
  }

  /// How many payments are of behaviours that fit.
  func count(where fits: (Behaviour) -> Bool) -> Int {
    tally.reduce(0) { fits($1.key) ? $0 + $1.value : $0 }
  }

  var fields: [String] {
    let tally = tally.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ";")
    return [
      "\(index)", paymentInformationID, scheme, collectionDate.iso, creditorIBAN, isBatchBooked ? "batch" : "single",
      refusal?.code ?? "", refusal?.words ?? "", "\(transactions)", "\(controlSum)", "\(credited)", "\(creditedSum)",
      tally,
    ]
  }

  init?(fields: [String]) {
    guard fields.count == 13, let index = Int(fields[0]), let date = try? CalendarDay(iso: fields[3]),
      let transactions = Int(fields[8]), let controlSum = Int64(fields[9]), let credited = Int(fields[10]),
      let creditedSum = Int64(fields[11])
    else { return nil }
    self.init(
      index: index, paymentInformationID: fields[1], scheme: fields[2], collectionDate: date, creditorIBAN: fields[4],
      isBatchBooked: fields[5] == "batch",
      refusal: fields[6].isEmpty ? nil : StatusReason(code: fields[6], words: fields[7]))
    (self.transactions, self.controlSum) = (transactions, controlSum)
    (self.credited, self.creditedSum) = (credited, creditedSum)
    for part in fields[12].split(separator: ";") {
      let words = part.split(separator: " ", maxSplits: 1)
      guard words.count == 2, let count = Int(words[0]), let behaviour = Behaviour(words[1]) else { return nil }
      tally[behaviour] = count
    }
  }
}

/// One payment of a judged file: a row of its items file.
struct Item: Equatable {
  var block: Int
  var behaviour: Behaviour
  /// In cents.
  var amount: Int64
  var endToEndID: String
  var mandateReference: String
  var instructionID: String?

  var fields: [String] {
    ["\(block)", "\(behaviour)", "\(amount)", endToEndID, mandateReference, instructionID ?? ""]
  }

  init(
    block: Int, behaviour: Behaviour, amount: Int64, endToEndID: String, mandateReference: String, instructionID: String?
  ) {
    self.block = block
    self.behaviour = behaviour
    self.amount = amount
    self.endToEndID = endToEndID
    self.mandateReference = mandateReference
    self.instructionID = instructionID
  }

  init?(fields: [String]) {
    guard fields.count == 6, let block = Int(fields[0]), let behaviour = Behaviour(fields[1]), let amount = Int64(fields[2])
    else { return nil }
    self.init(
      block: block, behaviour: behaviour, amount: amount, endToEndID: fields[3], mandateReference: fields[4],
      instructionID: fields[5].isEmpty ? nil : fields[5])
  }

  /// FNV-1a over mandate and end-to-end id: to notice a debit that comes twice without keeping every text in memory.
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in mandateReference.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = hash &* 0x100_0000_01b3
    for byte in endToEndID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}

/// A file the bank has taken, with what was decided about it so far.
struct Message {
  var serial: Int
  var takenAt: Instant
  var name: String
  var archiveName: String
  var judgement: Judgement?
  var blocks: [Block] = []
}
