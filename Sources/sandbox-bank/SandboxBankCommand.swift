// sandbox-bank: a bank in a folder, for people, demonstrations and tests. What it does stands in SandboxBank/Bank.swift;
// this file reads arguments, the clock and nothing else.

import ArgumentParser
import Glibc
import SEPA
import SandboxBank

@main
struct SandboxBankCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox-bank",
    abstract: "A bank in a folder: accepts, refuses, books, returns, and tells of it late, twice, too early or never.",
    discussion: """
      Clients see DIR/inbox, DIR/archive and DIR/outbox, for instance over SFTP. `sandbox-bank rules` tells how the \
      bank decides.
      """,
    subcommands: [Serve.self, Once.self, Status.self, Rules.self])
}

/// Where the bank lives and what time it is there.
struct Place: ParsableArguments {
  @Option(help: "The bank's folder; made when missing.") var root: String
  @Option(help: "A file with the bank's time, such as 2026-12-01T07:00:00Z, read again at each step; else real time.")
  var clock: String?

  /// The time in the clock file, or the machine's.
  func now() throws -> Instant {
    guard let clock else {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Instant(seconds: Int64(time.tv_sec))
    }
    guard let file = fopen(clock, "re") else { throw ClockFault(path: clock, found: String(cString: strerror(errno))) }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = fread(&bytes, 1, bytes.count, file)
    let text = String(decoding: bytes[..<count].filter { $0 > 0x20 }, as: UTF8.self)
    do { return try Instant(iso: text) } catch { throw ClockFault(path: clock, found: "\(text.debugDescription)") }
  }
}

struct ClockFault: Error, CustomStringConvertible {
  var path: String
  var found: String
  var description: String { "\(path): the bank's time: found \(found), expected an instant such as 2026-12-01T07:00:00Z" }
}

/// How the bank behaves.
struct Manner: ParsableArguments {
  @Option(help: "The official pain.008.001.08.xsd; without it files are only read, not validated.") var schema: String?
  @Option(help: "Lines of <EndToEndId, mandate reference or glob> <behaviour>.") var scenario: String?
  @Option(help: "How credits are booked: batch, single, alternate, mixed.") var booking: Booking = .batch
  @Option(help: "Which pain.002 are sent: all, refusals, none.") var answers: Answers = .all
  @Option(help: "The client's certificate (PEM): files need a detached CMS signature, <name>.p7s, by it.")
  var requireSignature: String?

  func bank(in root: String) throws -> Bank {
    var options = Bank.Options(root: root)
    options.schemaPath = schema
    options.booking = booking
    options.answers = answers
    options.signatureCertificate = requireSignature
    if let scenario { options.scenario = try Scenario(path: scenario) }
    return try Bank(options)
  }
}

extension Booking: ExpressibleByArgument {}
extension Answers: ExpressibleByArgument {}

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Work until stopped.")
  @OptionGroup var place: Place
  @OptionGroup var manner: Manner
  @Option(help: "Milliseconds between two looks into the inbox and at the clock.") var pollMs: UInt32 = 100

  func run() throws {
    let bank = try manner.bank(in: place.root)
    var told = ""
    while true {
      do {
        while try bank.step(at: try place.now()) {}
        told = ""
      } catch let fault as ClockFault {
        // Somebody may be writing it just now.
        let line = Array("\(fault)\n".utf8)
        if told != fault.description { _ = write(STDERR_FILENO, line, line.count) }
        told = fault.description
      }
      usleep(min(pollMs, 60_000) * 1000)
    }
  }
}

struct Once: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Do everything that is due now, then end.")
  @OptionGroup var place: Place
  @OptionGroup var manner: Manner

  func run() throws {
    let bank = try manner.bank(in: place.root)
    let now = try place.now()
    while try bank.step(at: now) {}
  }
}

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print how far the bank has come, as one line of JSON.")
  @OptionGroup var place: Place

  func run() throws { print(try BankStatus(root: place.root, at: place.now()).json) }
}

struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print how the bank decides what happens to a payment.")

  func run() { print(rulesText, terminator: "") }
}
