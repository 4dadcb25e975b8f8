import Foundation
import TestSupport
import Testing

/// A house whose mail server and webhook receiver are its own, and as bad as a file says.
final class NoticeFaultHouse {
  let house: KillHouse
  private let mails: MailSink
  private let webhooks: WebhookSink
  /// In front of the receiver: nobody is there while it refuses.
  let webhookWay: FaultProxy
  private let directory: TemporaryDirectory
  /// The first job of this house: those before it are the template's.
  let firstJob: Int

  init(_ bench: KillBench, _ webhookKeys: String = "") async throws {
    directory = try TemporaryDirectory()
    let faults = directory.appending("mail-fault")
    mails = try await MailSink(in: directory.path, ["--fault-file", faults])
    webhooks = try await WebhookSink(
      in: directory.path, ["--secret", KillBench.webhookSecret, "--status-file", directory.appending("webhook-status")])
    let way = try FaultProxy(.port(webhooks.port))
    webhookWay = way
    let mailPort = mails.port
    house = try bench.house(.sftp) { configuration in
      configuration
        .replacingOccurrences(of: "smtp://127.0.0.1:\(bench.mails.port)", with: "smtp://127.0.0.1:\(mailPort)")
        .replacingOccurrences(of: "http://127.0.0.1:\(bench.webhooks.port)/", with: "http://127.0.0.1:\(way.port)/")
        .replacingOccurrences(of: "secret = \"webhook-secret\"", with: "secret = \"webhook-secret\"\n\(webhookKeys)")
    }
    firstJob = bench.lastJob + 1
  }

  /// What the mail server does from now on; nil: its work.
  func mail(_ fault: String?) throws { try say(fault, "mail-fault") }

  /// What the receiver answers from now on; nil: 200.
  func webhook(_ status: String?) throws { try say(status, "webhook-status") }

  private func say(_ words: String?, _ name: String) throws {
    guard let words else {
      try? FileManager.default.removeItem(atPath: directory.appending(name))
      return
    }
    rename(try directory.write(name + ".new", Array(words.utf8)), directory.appending(name))
  }

  /// Each time that the mail server did what it was told.
  var mailStrikes: [String] { lines("mail-sink/strikes") }

  /// Each post at the receiver: webhook-id and the status that it got.
  var posts: [String] { lines("webhook-sink/posts") }

  /// What the receiver took, in order: webhook-id.
  var taken: [String] { get throws { try webhooks.deliveries.map(\.id) } }

  /// The mails that were taken, by their last job number, to finance or to debtors.
  func letters(to domain: String) throws -> [String] {
    try zip(mails.envelopes, mails.mails).filter { $0.0.contains(domain) }.map { _, path in
      let header = String(decoding: bytes(ofFile: path) ?? [], as: UTF8.self).split(whereSeparator: \.isNewline)
        .first { $0.lowercased().hasPrefix("message-id:") }
      return String(header?.split(separator: "-").last?.prefix { $0 != "@" } ?? "?")
    }
  }

  private func lines(_ name: String) -> [String] {
    String(decoding: bytes(ofFile: directory.appending(name)) ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// State of each of this house's jobs of one kind, oldest first: `17 done`.
  func jobs(_ kinds: String...) throws -> [String] {
    let list = kinds.map { "'\($0)'" }.joined(separator: ", ")
    return try house.lines("SELECT id || ' ' || state FROM sepad.job WHERE kind IN (\(list)) AND id >= \(firstJob) ORDER BY id")
  }

  /// Moves the clock on until nothing waits to be told.
  /// - Parameter minutes: how far, at most; waits between attempts grow to a day.
  func untilTold(from start: String, minutes: [Int]) async throws {
    for minute in minutes {
      try house.set(clock: Self.instant(start, minutes: minute))
      try? await waitUntil("all is told", seconds: 3) { try isDone }
      if try isDone { return }
    }
    throw TestSupportFault("still waiting: \(try jobs("webhook", "finance_mail", "debtor_mail", "alert_mail").filter { $0.hasSuffix("waiting") })")
  }

  /// Also what the bank has put down is read: it makes events of its own.
  private var isDone: Bool { get throws { try house.waiting.allSatisfy { $0.hasPrefix("SEPAD-") } && house.unfinished == "0" } }

  static func instant(_ start: String, minutes: Int) throws -> String {
    let format = ISO8601DateFormatter()
    guard let date = format.date(from: start) else { throw TestSupportFault(start) }
    return format.string(from: date.addingTimeInterval(Double(minutes) * 60))
  }

  /// Of each subject, what was taken came in the order of its jobs, counting first arrivals; and nothing is missing.
  func expectOrder() throws {
    let told = try house.lines(
      "SELECT subject || '|' || id FROM sepad.job WHERE kind = 'webhook' AND id >= \(firstJob) AND state = 'done' ORDER BY id")
    var arrivals: [String: Int] = [:]
    for (index, id) in try taken.enumerated() where arrivals[id] == nil { arrivals[id] = index }
    var last: [String: Int] = [:]
    for line in told {
      let parts = line.split(separator: "|").map(String.init)
      guard let arrival = arrivals["job_\(parts[1])"] else { throw TestSupportFault("\(line) is done and never came") }
      if let before = last[parts[0]], before > arrival { throw TestSupportFault("\(line) came before its elder") }
      last[parts[0]] = arrival
    }
  }

  /// Collections and files as if nobody had been deaf: no later, and none twice.
  func expectTheMoney() throws {
    let wrong = try KillEnd(house).collections() + KillEnd(house).files([], [])
    let reconciled = try house.program.run("reconcile")
    if !wrong.isEmpty || reconciled.status != 0 { throw TestSupportFault("\(wrong) \(reconciled.output)") }
  }
}
