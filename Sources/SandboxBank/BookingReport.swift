// Writes the camt.054 of what is booked, or told for information, beside the credits of a collection date: what takes
// money back, what gives it again, and fees. One notification for each block; sums of several payments stand in
// notifications of their own.

import ISO20022
import SEPA

/// The bookings of one judged file, one collection date and one telling, streamed from its items.
struct BookingReport {
  let message: Message
  let report: PlannedReport
  let date: CalendarDay
  let telling: Telling

  /// - Parameter eachItem: hands over the file's payments in file order.
  func write(to sink: @escaping ByteSink, eachItem: ((Item) throws -> Void) throws -> Void) throws {
    var xml = XMLWriter(sink: sink)
    var sums: [Sum: (count: Int, cents: Int64)] = [:]
    try report.openAccountReport(&xml)
    var open: Int?
    try eachItem { item in
      guard let block = block(of: item) else { return }
      for line in lines(on: item) {
        if let sum = Sum(item, line) {
          let so = sums[sum, default: (0, 0)]
          sums[sum] = (so.count + 1, so.cents &+ item.behaviour.cents(of: line.effect, principal: item.amount))
          continue
        }
        if open != block.index {
          if open != nil { try xml.markup("</Ntfctn>") }
          try report.openNotification(block, &xml)
          open = block.index
        }
        try write(item, line, block, &xml)
      }
    }
    if open != nil { try xml.markup("</Ntfctn>") }
    for (number, (sum, total)) in sums.sorted(by: { $0.key < $1.key }).enumerated() {
      guard let block = message.blocks.first(where: { $0.index == sum.block }) else { continue }
      try report.openNotification(block, part: "S\(number)", &xml)
      try write(sum, total, block, &xml, eachItem)
      try xml.markup("</Ntfctn>")
    }
    try report.closeAccountReport(&xml)
  }

  private func block(of item: Item) -> Block? {
    message.blocks.first { $0.index == item.block && $0.refusal == nil && $0.collectionDate == date }
  }

  private func lines(on item: Item) -> [Line] { item.behaviour.lines.filter { $0.telling == telling } }

  // MARK: One payment

  private func write(_ item: Item, _ line: Line, _ block: Block, _ xml: inout XMLWriter) throws {
    let cents = item.behaviour.cents(of: line.effect, principal: item.amount)
    try head(item.behaviour, line.effect, on: line.day, block, cents: cents).write(&xml)
    if line.effect != .fee {
      try xml.markup("<NtryDtls>")
      try writeDetails(item, line.effect, block, &xml)
      try xml.markup("</NtryDtls>")
    }
    try xml.markup("</Ntry>")
  }

  private func head(
    _ behaviour: Behaviour, _ effect: Line.Effect, on day: Int, _ block: Block, cents: Int64
  ) -> EntryHead {
    var head = EntryHead(
      cents: cents, isCredit: effect == .credit, day: TARGETCalendar.adding(day, to: date), code: "UPDD")
    switch effect {
    case .fee: head.code = nil
    case .namedFee: head.code = "CHRG"
    case .information: head.status = "INFO"
    case .debit, .credit, .word:
      let isCoded = behaviour.words.contains(.coded)
      if effect == .credit, behaviour.words.contains(.unmarked) {
        head.code = block.creditCode
        return head
      }
      switch behaviour.kind {
      case .reversal where isCoded: head.code = "PRDD"
      // Our own reversal, and the undoing of one, are the credit's booking the other way round.
      case .reversal: (head.code, head.isReversal) = (block.creditCode, true)
      case .refund: head.isReversal = effect == .credit && !isCoded
      default: break
      }
    }
    return head
  }

  private func writeDetails(_ item: Item, _ effect: Line.Effect, _ block: Block, _ xml: inout XMLWriter) throws {
    let behaviour = item.behaviour
    try xml.markup("<TxDtls>")
    try item.writeReferences(message.judgement?.messageID, block, &xml)
    try xml.euro("Amt", cents: behaviour.cents(of: effect, principal: item.amount))
    try xml.element("CdtDbtInd", effect == .credit ? "CRDT" : "DBIT")
    let isDearer = effect == .debit && !behaviour.words.isDisjoint(with: [.charged, .compensated])
    if isDearer {
      try xml.markup("<AmtDtls><InstdAmt>")
      try xml.euro("Amt", cents: item.amount)
      try xml.markup("</InstdAmt></AmtDtls>")
    }
    if isDearer, behaviour.words.contains(.charged) {
      try xml.markup("<Chrgs><Rcrd>")
      try xml.euro("Amt", cents: Behaviour.charges)
      try xml.markup("<CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>")
    }
    let isSilent = behaviour.words.contains(.coded)
      || effect == .credit && (behaviour.kind == .refund || behaviour.words.contains(.unmarked))
    if effect != .namedFee, !isSilent, let code = behaviour.code {
      try xml.markup("<RtrInf><OrgnlBkTxCd>")
      try EntryHead.write(effect == .credit ? "UPDD" : block.creditCode, &xml)
      try xml.markup("</OrgnlBkTxCd><Rsn>")
      try xml.element("Cd", code)
      try xml.markup("</Rsn></RtrInf>")
    }
    try xml.markup("</TxDtls>")
  }

  // MARK: Several in one sum

  private func write(
    _ sum: Sum, _ total: (count: Int, cents: Int64), _ block: Block, _ xml: inout XMLWriter,
    _ eachItem: ((Item) throws -> Void) throws -> Void
  ) throws {
    guard let sample = Behaviour(sum.behaviour) else { return }
    try head(sample, .debit, on: sum.day, block, cents: total.cents).write(&xml)
    try xml.markup("<NtryDtls>")
    if sum.grouping != .together {
      try xml.markup("<Btch>")
      try xml.element("MsgId", message.judgement?.messageID)
      try xml.element("PmtInfId", block.paymentInformationID)
      try xml.element("NbOfTxs", number: total.count)
      try xml.euro("TtlAmt", cents: total.cents)
      try xml.markup("<CdtDbtInd>DBIT</CdtDbtInd></Btch>")
    }
    if sum.grouping != .unnamed {
      try eachItem { item in
        for line in lines(on: item) where Sum(item, line) == sum { try writeDetails(item, line.effect, block, &xml) }
      }
    }
    try xml.markup("</NtryDtls></Ntry>")
  }
}

/// What is debited in one sum: payments of one block whose entries would have the same head.
private struct Sum: Hashable, Comparable {
  var block: Int
  var day: Int
  var grouping: Behaviour.Word
  /// One that stands for all of them.
  var behaviour: String

  /// nil for a line that has an entry of its own.
  init?(_ item: Item, _ line: Line) {
    let groupings: [Behaviour.Word] = [.together, .batched, .unnamed]
    guard line.effect == .debit, let grouping = groupings.first(where: item.behaviour.words.contains) else {
      return nil
    }
    (self.block, self.day, self.grouping) = (item.block, line.day, grouping)
    let isReversal = item.behaviour.kind == .reversal
    behaviour = isReversal ? "reversal" + (item.behaviour.words.contains(.coded) ? " coded" : "") : "return NARR"
  }

  static func < (a: Sum, b: Sum) -> Bool {
    (a.block, a.day, a.grouping, a.behaviour) < (b.block, b.day, b.grouping, b.behaviour)
  }
}
