/// Message ids of ours, and the names that files have at a bank because of them.
///
/// `SEPAD-20261124-17`: the day, and the file's number. From the second epoch on `SEPAD-20261124-E2-17`, since a
/// database that has gone back in time counts again from an earlier number.
struct MessageName: Sendable {
  private let prefix: String
  private let suffix: String

  /// A regular expression for PostgreSQL that every message id of ours matches.
  static let pattern = "^SEPAD-[0-9]{8}-(E[0-9]+-)?[0-9]+$"

  /// - Parameter template: a file name with `{message_id}` in it.
  init(template: String) {
    let place = template.firstRange(of: "{message_id}")
    prefix = place.map { String(template[..<$0.lowerBound]) } ?? template
    suffix = place.map { String(template[$0.upperBound...]) } ?? ""
  }

  static func messageID(day: String, epoch: Int, file: Int64) -> String {
    "SEPAD-\(day)-" + (epoch > 1 ? "E\(epoch)-" : "") + "\(file)"
  }

  /// The message id in a file's name; nil where the name is none of ours.
  func messageID(in name: String) -> String? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.count > prefix.count + suffix.count else { return nil }
    let id = String(name.dropFirst(prefix.count).dropLast(suffix.count))
    return Self.epoch(of: id) == nil ? nil : id
  }

  /// The epoch that a message id was made in; nil where it is none of ours.
  static func epoch(of messageID: String) -> Int? {
    guard let match = try? /SEPAD-[0-9]{8}-(?:E([0-9]{1,9})-)?[0-9]{1,19}/.wholeMatch(in: messageID) else { return nil }
    return match.1.flatMap { Int($0) } ?? 1
  }
}
