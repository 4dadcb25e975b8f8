// How the sandbox bank decides what happens to a payment: the first of three that says something. A scenario file, for
// tests that name their payments; words inside the debtor's name, for people who type data into a form; and the last
// two digits of the amount, for data made by a script.

import Glibc

/// The amount rules, in the order they are printed.
package let amountRules: [(lastDigits: Int64, behaviour: Behaviour)] = [
  (51, .reject("AC01")), (52, .reject("AC04")), (53, .reject("AG01")), (54, .reject("MD01")), (55, .reject("RC01")),
  (61, .return("AM04")), (62, .return("MS03")), (63, .return("MD01")),
  (71, .late), (72, .twice), (73, .never), (99, .refuseFile),
]

/// Words that count inside a debtor's name; a reason code follows some of them.
private let nameRules: [(words: String, behaviour: @Sendable (String?) -> Behaviour?)] = [
  ("REFUSE FILE", { _ in .refuseFile }),
  ("REJECT", { $0.map { .reject($0) } }),
  ("REFUSE", { $0.map { .refuse($0) } }),
  ("CANCEL", { _ in .cancel }),
  ("RETURN", { $0.map { .return($0) } }),
  ("REFUND", { $0.map { .refund($0) } }),
  ("REVERSAL", { _ in .reversal }),
  ("ANSWER LATE", { _ in .late }),
  ("ANSWER TWICE", { _ in .twice }),
  ("ANSWER NEVER", { _ in .never }),
]

/// A scenario file's lines: `<EndToEndId, mandate reference or glob> <behaviour>`; `#` begins a comment.
package struct Scenario: Sendable {
  private var lines: [(pattern: String, behaviour: Behaviour)] = []

  /// No lines: name and amount decide.
  package init() {}

  /// Throws `SandboxFault.scenario` with the number of the first line that is no rule.
  package init(text: String) throws(SandboxFault) {
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let plain = line.prefix { $0 != "#" }
      let words = plain.split { $0 == " " || $0 == "\t" }
      guard let pattern = words.first else { continue }
      guard let behaviour = Behaviour(words.dropFirst().joined(separator: " ")) else {
        throw .scenario(line: index + 1, found: String(plain.prefix(80)))
      }
      lines.append((String(pattern), behaviour))
    }
  }

  /// Reads a scenario file whole; it is written by people and short.
  package init(path: String) throws {
    guard let bytes = try readSmall(path) else { throw SandboxFault.disk(operation: "open", path: path, errno: ENOENT) }
    try self.init(text: String(decoding: bytes, as: UTF8.self))
  }

  /// What happens to a payment; `cents` is its amount.
  package func behaviour(endToEndID: String, mandateReference: String, debtorName: String, cents: Int64) -> Behaviour {
    for (pattern, behaviour) in lines
    where fnmatch(pattern, endToEndID, 0) == 0 || fnmatch(pattern, mandateReference, 0) == 0 {
      return behaviour
    }
    return Self.behaviour(named: debtorName) ?? amountRules.first { $0.lastDigits == cents % 100 }?.behaviour ?? .settle
  }

  private static func behaviour(named name: String) -> Behaviour? {
    let words = name.split(separator: " ")
    for (wanted, behaviour) in nameRules {
      let wantedWords = wanted.split(separator: " ")
      for start in words.indices where words[start...].starts(with: wantedWords) {
        let reason = words[start...].dropFirst(wantedWords.count).first.map(String.init).flatMap { Behaviour.isReason($0) ? $0 : nil }
        if let found = behaviour(reason) { return found }
      }
    }
    return nil
  }
}

/// The rules as a person reads them.
package var rulesText: String {
  var text = """
    What happens to a payment: the first of these that says something.

    1. --scenario FILE, first matching line: <EndToEndId, mandate reference or glob> <behaviour>
       settle, reject CODE, refuse CODE, cancel ACCR|CNCL|RJCR, return CODE, refund CODE, reversal, late, twice, never,
       refuse-file, and words of the list below after them
    2. Words in the debtor's name: REJECT code, REFUSE code, CANCEL, RETURN code, REFUND code, REVERSAL, ANSWER LATE,
       ANSWER TWICE, ANSWER NEVER, REFUSE FILE
    3. The last two digits of the amount, in cents:

    """
  for (digits, behaviour) in amountRules { text += "         \(digits)  \(behaviour)\n" }
  return text + """
          other  settle

    Days are TARGET days from the collection date.

    settle       credited on the collection date (camt.054)
    reject CODE  refused in the file's pain.002, not credited
    refuse CODE  refused by the debtor: a pain.002 of its own the day before, not credited
    cancel CODE  our request to cancel it is answered the day before (camt.029): ACCR by the payment's status, CNCL by
                 that of the whole message, not credited; RJCR: refused, credited
    return CODE  credited, debited two days later by the debtor's bank (camt.054 with return information)
    refund CODE  the same three days later, by the debtor
    reversal     the same one day later, by the creditor: reversal indicator, no reason
    late         a pain.002 line of its own one day after the file's; credited one day after the date, alone
    twice        settles; each pain.002 and credit camt.054 that covers it comes a second time under another name
    never        no line anywhere and no credit, though its file is accepted
    refuse-file  the whole file is refused (GrpSts RJCT, FF01)

    Words after reject:
      booked     not in the pain.002: credited with its batch, and debited again on the same day with return information
      informed   not in the pain.002: not credited; a camt.054 entry with status INFO says why
      gross      in the pain.002, and credited and debited all the same
    After return, refund, reversal:
      after N    so many days after the collection date, instead of 1, 2 or 3
      partial    only half of the amount is debited
      coded      only the bank transaction code says what it is: no reason and no indicator
      undone     credited again one day later
      again      undone, and debited once more one day after that
      unmarked   with undone or again: the second credit looks like a first one
    After those, and after reject booked and reject gross:
      together   all such of a block and day are debited in one sum, each named in it
      batched    the same, with a Btch over them
      unnamed    the same, with a Btch alone
      charged    3.50 of charges are in the debit: InstdAmt is the principal, Chrgs the rest
      compensated  0.37 of interest are in the debit: InstdAmt is the principal
    After any of reject, refuse, cancel, return, refund, reversal:
      fee        3.50 are debited as a fee of its own, with no ids
      named-fee  the same with the payment's ids and PMNT/IDDT/CHRG
      late       told three days after it happened, with the day on which it did
      twice      told again one day later, in the message of that day
      early      told before its cause: the credits of its collection date, or the file's pain.002 where nothing is
                 booked, are told one day after it

    --answers all        a pain.002 for each file
    --answers refusals   a pain.002 only where something is refused, naming only that
    --answers none       no pain.002 at all

    """
}
