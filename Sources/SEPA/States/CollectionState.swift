/// Where one collection (one attempt to debit one obligation) stands, from the request to the money.
///
/// What banks report arrives late, twice and out of order, so the states a bank can cause form a ladder:
/// submitted < accepted < settled < rejected < returned. A report never moves a collection down the ladder, and the
/// end is therefore the same for every order and repetition of the reports (promise 6). One step leads down: a return
/// that is itself undone. Whether the return or its undoing is the later word is decided by their booking days, before
/// the event is applied.
///
/// The SQL side holds the same table in `sepad.collection_transition`; a test compares the two.
package enum CollectionState: String, CaseIterable, Sendable, Codable {
  /// Accepted from intake. Leaves when its collection date is fixed.
  case requested
  /// Has a valid collection date and waits for its bank's submission window.
  case scheduled
  /// Stands in exactly one sealed file. Nothing may change it until that file's fate is known.
  case sealed
  /// The bank holds the file that carries it.
  case submitted
  /// The creditor's bank said that it will collect.
  case accepted
  /// The money was booked on the creditor's account.
  case settled
  /// Refused before settlement: an end, unless a return shows that it was collected after all.
  case rejected
  /// Collected, then taken back from the creditor's account: an end.
  case returned
  /// Withdrawn before it was sealed: an end.
  case cancelled
}

/// What can happen to a collection.
package enum CollectionEvent: String, CaseIterable, Sendable, Codable {
  /// A valid collection date was fixed, or moved because the old one could no longer be met.
  case dated
  /// Its file was sealed.
  case sealed
  /// Its file was withdrawn before any byte of it left; the collection waits for another file.
  case unsealed
  /// Its file was seen complete at the bank.
  case submitted
  /// pain.002: accepted by the creditor's bank (EPC130-08, `ACCP` `ACSP` `ACTC` `ACWC`).
  case accepted
  /// camt: credited to the creditor, alone or in a batch.
  case settled
  /// pain.002 `RJCT` for the file, its block or itself: a reject or a refusal (SDD rulebooks, section 4.4).
  case rejected
  /// camt: debited from the creditor with return information: a return or a refund (SDD rulebooks, section 4.4).
  case returned
  /// camt: a return of it was undone (the return returned, or reversed), and the money is the creditor's again.
  case reinstated
  /// The creditor withdrew the request.
  case cancelled
}

/// An event that its state does not allow: a person looks at it, nothing moves.
package struct IllegalTransition: Error, Equatable, CustomStringConvertible {
  package var machine: String
  package var from: String
  package var on: String

  package init(machine: String, from: String, on: String) {
    self.machine = machine
    self.from = from
    self.on = on
  }

  package var description: String { "\(machine): event not allowed in this state: found \(on), in state \(from)" }
}

extension CollectionState {
  /// The state after `event`: the same state where the report repeats or is overtaken by a later one.
  package func applying(_ event: CollectionEvent) throws(IllegalTransition) -> CollectionState {
    switch (self, event) {
    case (.requested, .dated), (.scheduled, .dated): .scheduled
    case (.scheduled, .sealed): .sealed
    case (.sealed, .unsealed): .scheduled
    case (.requested, .cancelled), (.scheduled, .cancelled), (.cancelled, .cancelled): .cancelled

    case (.sealed, .submitted), (.submitted, .submitted): .submitted
    case (.accepted, .submitted), (.settled, .submitted), (.rejected, .submitted), (.returned, .submitted): self

    case (.submitted, .accepted), (.accepted, .accepted): .accepted
    case (.settled, .accepted), (.rejected, .accepted), (.returned, .accepted): self

    case (.submitted, .settled), (.accepted, .settled), (.settled, .settled): .settled
    case (.rejected, .settled), (.returned, .settled): self

    case (.submitted, .rejected), (.accepted, .rejected), (.settled, .rejected), (.rejected, .rejected): .rejected
    case (.returned, .rejected): self

    case (.submitted, .returned), (.accepted, .returned), (.settled, .returned), (.rejected, .returned),
      (.returned, .returned):
      .returned

    case (.returned, .reinstated), (.settled, .reinstated): .settled

    case (.requested, _), (.scheduled, _), (.sealed, _), (.submitted, _), (.accepted, _), (.settled, _), (.rejected, _),
      (.returned, _), (.cancelled, _):
      throw IllegalTransition(machine: "collection", from: rawValue, on: event.rawValue)
    }
  }

  /// Whether money or an answer is still awaited from the bank: the `open` of submitted = settled + rejected + returned + open.
  package var isOpenAtBank: Bool {
    switch self {
    case .submitted, .accepted: true
    case .requested, .scheduled, .sealed, .settled, .rejected, .returned, .cancelled: false
    }
  }
}
