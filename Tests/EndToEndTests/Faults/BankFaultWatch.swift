import Foundation
import TestSupport

/// What a house shows of itself while its bank misbehaves, and afterwards.
extension KillHouse {
  /// `banks.bank` of the status file.
  var bankStatus: [String: Any]? { Self.bank(in: bytes(ofFile: directory.appending("status.json")) ?? []) }

  /// `banks.bank` of `sepad status --json`.
  func statusCommand() throws -> [String: Any] { Self.bank(in: Array(try sepad("status", "--json").utf8)) ?? [:] }

  private static func bank(in json: [UInt8]) -> [String: Any]? {
    let status = try? JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
    return (status?["banks"] as? [String: Any])?["bank"] as? [String: Any]
  }

  /// Reports that wait at the bank.
  var reports: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(bank)/outbox")) ?? []).filter { $0.hasSuffix(".xml") }
  }

  /// Files that are called sent and do not lie whole at the bank.
  func falselySubmitted() throws -> [String] {
    try lines(
      """
      SELECT remote_name, encode(sha256, 'hex') FROM sepad.outbound_file WHERE state IN ('submitted', 'accepted', 'refused')
      """
    ).compactMap { line in
      let fields = line.split(separator: "|").map(String.init)
      let copies = ["inbox", "archive"].map { "\(bank)/\($0)/\(fields[0])" }
      return copies.contains { Self.sha256(of: $0) == fields[1] } ? nil : "\(fields[0]) is called sent, and is not there whole"
    }
  }

  /// Reports that were put away at the bank and not kept here first.
  func leftBehindUnkept() throws -> [String] {
    let kept = Set(try lines("SELECT encode(sha256, 'hex') FROM sepad.inbound_file"))
    return done.filter { !kept.contains(Self.sha256(of: "\(bank)/outbox/done/\($0)") ?? "-") }
      .map { "\($0) was put away and is not kept" }
  }

  /// Reports whose bytes were kept more or less than once.
  func importedOtherwiseThanOnce(besides: Set<String>) throws -> [String] {
    let kept = try lines("SELECT encode(sha256, 'hex') FROM sepad.inbound_file").sorted()
    let there = Set(done.compactMap { Self.sha256(of: "\(bank)/outbox/done/\($0)") }).sorted()
    return kept == there ? [] : ["reports: found \(kept.count) kept, expected those \(there.count) of the bank: \(done)"]
  }

  private var done: [String] { (try? FileManager.default.contentsOfDirectory(atPath: "\(bank)/outbox/done")) ?? [] }

  private static func sha256(of path: String) -> String? {
    guard access(path, F_OK) == 0, let (status, output) = try? ChildProcess.run("/usr/bin/sha256sum", [path]), status == 0
    else { return nil }
    return output.split(separator: " ").first.map(String.init)
  }

  /// What became of the two files, which must be the same of both.
  func fateOfFiles() throws -> String {
    let fates = try lines(
      """
      SELECT CASE
        WHEN bool_or(event = 'delivered' AND from_state = 'uncertain') THEN 'found'
        WHEN bool_or(event = 'reported' AND from_state = 'uncertain') THEN 'told'
        WHEN bool_or(event = 'notSent') THEN 'again' ELSE 'through' END
      FROM sepad.file_history GROUP BY file_id
      """)
    return Set(fates).sorted().joined(separator: " and ")
  }

  /// Everything that was written where it may be read: logs, answers, the status file, and what explains a fault.
  func utterances(_ log: String) throws -> [String: String] {
    var said = ["log": log]
    for file in try FileManager.default.contentsOfDirectory(atPath: directory.path) where file.hasPrefix("output-") {
      said[file] = String(decoding: bytes(ofFile: directory.appending(file)) ?? [], as: UTF8.self)
    }
    said["status file"] = String(decoding: bytes(ofFile: directory.appending("status.json")) ?? [], as: UTF8.self)
    said["evidence"] = try sql("SELECT string_agg(evidence, ' ') FROM sepad.file_history")
    said["faults of reports"] = try sql("SELECT string_agg(fault, ' ') FROM sepad.inbound_file")
    return said
  }

  /// What must stand in none of it.
  var discretion: Discretion {
    Discretion(
      words: ["Une Boulangerie", "Une Brasserie", "Une Librairie", "Une Papeterie", "Une Cliente", "Une Menuiserie", "@debtor.example"],
      credentials: bench.directory.appending("credentials"))
  }
}
