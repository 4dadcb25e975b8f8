internal import ISO20022
internal import SEPA
internal import Store

/// Why a file at a bank tells nothing.
struct Unreadable: Error {
  let why: String
}

/// Reads a collection file that lies at a bank, a piece at a time, for the database to keep what it says.
final class FoundReader {
  private(set) var header: Pain008Reader.Header?
  private(set) var blocks: [FoundBlock] = []
  private var debits: [FoundDebit] = []
  private var taken = 0
  /// Of one creditor and scheme, one for each day, account and sequence: no file of ours comes near.
  private static let blockLimit = 100_000
  private lazy var reader = Pain008Reader { [unowned self] event in try take(event) }

  /// - Throws: `Unreadable`.
  func feed(_ piece: [UInt8]) throws {
    do { try piece.withUnsafeBytes { try reader.feed($0) } } catch { throw Unreadable(why: "\(error)") }
  }

  /// Says that it has ended; what it said counts only then.
  func finish() throws {
    do throws(Pain008ReadFault) { try reader.finish() } catch { throw Unreadable(why: "\(error)") }
  }

  /// The debits that came since the last call, and the number of the first of them.
  func takeDebits() -> (first: Int, batch: [FoundDebit]) {
    defer {
      taken += debits.count
      debits.removeAll()
    }
    return (taken + 1, debits)
  }

  private func take(_ event: Pain008Event) throws {
    switch event {
    case .header(let header): self.header = header
    case .endOfBlock: break
    case .block(let block):
      guard blocks.count < Self.blockLimit else {
        throw Unreadable(why: "PmtInf: found more than \(Self.blockLimit), expected fewer")
      }
      blocks.append(
        FoundBlock(
          paymentInformationID: block.paymentInformationID, scheme: block.scheme, sequenceType: block.sequenceType,
          // The database takes days only.
          collectionDate: block.collectionDate.flatMap { try? CalendarDay(iso: $0).iso },
          creditorIdentifier: block.creditorIdentifier ?? "", creditorIBAN: block.creditorIBAN,
          transactions: block.transactions.map(Int64.init), sumCents: block.controlSum))
    case .debit(let debit):
      debits.append(
        FoundDebit(
          block: blocks.count, endToEndID: debit.endToEndID, mandateReference: debit.mandateReference,
          amountCents: debit.amount, currency: debit.currency, debtorIBAN: debit.debtorIBAN,
          remittance: debit.remittance, creditorReference: debit.creditorReference, purpose: debit.purpose))
    }
  }
}
