import Foundation
import ISO20022
import SEPA
import SandboxBank
import TestSupport
import Testing

/// A bank's folder with a clock in hand, gone with its test.
final class BankFolder {
  let url: URL
  var now: Instant
  var options: Bank.Options

  /// Tuesday 2026-12-01, 07:00 UTC: a collection date of Thursday 2026-12-03 is two TARGET days ahead.
  init(at now: String = "2026-12-01T07:00:00Z") throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("sandbox-bank-\(UUID().uuidString)")
    self.now = try Instant(iso: now)
    options = Bank.Options(root: url.path)
    for name in ["", "inbox"] {
      try FileManager.default.createDirectory(at: url.appendingPathComponent(name), withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
  func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appendingPathComponent(name))) }
  func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }
  func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []).sorted()
  }

  /// Puts a file into the inbox as a client does.
  func submit(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: url.appendingPathComponent("inbox/\(name).part"))
    try FileManager.default.moveItem(atPath: path("inbox/\(name).part"), toPath: path("inbox/\(name)"))
  }

  /// Has a fresh bank do everything that is due at `instant`.
  func work(until instant: String? = nil) throws {
    if let instant { now = try Instant(iso: instant) }
    let bank = try Bank(options)
    while try bank.step(at: now) {}
  }

  func outbox() throws -> [String: [UInt8]] {
    try Dictionary(uniqueKeysWithValues: names("outbox").map { ($0, try read("outbox/\($0)")) })
  }

  /// All records of all reports published so far, by file in name order.
  func records(in name: String) throws -> [ReportRecord] {
    final class Box { var records: [ReportRecord] = [] }
    let box = Box()
    let reader = ReportReader { box.records.append($0) }
    try reader.feed(try read("outbox/\(name)"))
    try reader.finish()
    return box.records.sorted { $0.ordinal < $1.ordinal }
  }

  func violations() throws -> [String] { try text("state/violations.log").split(separator: "\n").map(String.init) }
}

/// A collection file with one block for each list of amounts; ids end in block and position.
func collectionFile(
  id: String = "MSG-1", date: String = "2026-12-03", scheme: String = "B2B", batchBooking: Bool? = true,
  name: String = "Dupont", _ blocks: [[Int64]], change: ((String) -> String)? = nil
) throws -> [UInt8] {
  final class Box { var bytes: [UInt8] = [] }
  let box = Box()
  let writer = Pain008Writer { box.bytes.append(contentsOf: $0) }
  let all = blocks.flatMap { $0 }
  try writer.begin(
    CollectionFileHeader(
      messageID: id, createdAt: "2026-12-01T06:00:00Z", transactions: all.count, controlSum: all.reduce(0, +),
      initiatingPartyName: "Acme"))
  for (index, amounts) in blocks.enumerated() {
    try writer.beginBlock(
      PaymentBlock(
        paymentInformationID: "\(id)-\(index)", scheme: scheme, sequenceType: "RCUR", collectionDate: date,
        transactions: amounts.count, controlSum: amounts.reduce(0, +), batchBooking: batchBooking, creditorName: "Acme",
        creditorIBAN: "FR7630006000011234567890189", creditorIdentifier: "FR72ZZZ123456"))
    for (position, amount) in amounts.enumerated() {
      try writer.debit(
        Debit(
          endToEndID: "\(id)-E\(index).\(position)", amount: amount, mandateReference: "RUM-\(index).\(position)",
          signedOn: "2026-01-01", debtorName: name, debtorIBAN: "DE89370400440532013000"))
    }
    try writer.endBlock()
  }
  try writer.end()
  guard let change else { return box.bytes }
  return Array(change(String(decoding: box.bytes, as: UTF8.self)).utf8)
}

/// Runs a program to its end; nil output files are not kept.
@discardableResult
func run(_ arguments: [String], in folder: URL) throws -> Int32 {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus
}
