package import Containers

/// Reads a file as a bank delivers it: a message, several one after the other, or a zip or gzip file of such.
///
/// Every record of every member is handed over with an ordinal of its own, counted through all members.
package final class BankFileReader {
  private let limits: XMLLimits
  private let deliver: (ReportRecord) throws -> Void
  /// The last ordinal of the members before.
  private var before = 0
  /// Message types in their order, each once.
  private var types: [String] = []
  /// How many messages have begun.
  package private(set) var messages = 0
  /// What is unusual about the file, and was read all the same; each once.
  package private(set) var warnings: [String] = []

  /// - Parameter deliver: receives each record, as `ReportReader` says.
  package init(limits: XMLLimits = XMLLimits(), deliver: @escaping (ReportRecord) throws -> Void) {
    self.limits = limits
    self.deliver = deliver
  }

  /// `camt.053.001.08`, or several with commas; nil before any message was found.
  package var messageType: String? { types.isEmpty ? nil : types.joined(separator: ",") }

  /// Reads all of it. Returns only if all of it was whole; only then do its records count.
  /// - Parameter source: the file's bytes, a piece at a time; nil at the end.
  package func read(_ source: @escaping Container.Source) throws(ReportFault) {
    var first: [UInt8] = []
    do {
      // Four bytes tell; a source may give fewer at first.
      while first.count < 4, let piece = try source() { first += piece }
    } catch {
      if let fault = error as? ReportFault { throw fault }
      throw .recipient(error)
    }
    var head: [UInt8]? = first
    let all: Container.Source = {
      if let piece = head {
        head = nil
        return piece
      }
      return try source()
    }
    guard Container.isContainer(first) else { return try readMember(nil, all) }
    var members = 0
    do {
      try Container.eachMember(of: all) { name, bytes in
        guard let bytes = try Self.markup(bytes) else {
          warnings.append("member \(name): no XML, passed over")
          return
        }
        members += 1
        try readMember(name, bytes)
      }
    } catch {
      if case .recipient(let inner) = error {
        if let fault = inner as? ReportFault { throw fault }
        throw .recipient(inner)
      }
      throw .container(error)
    }
    guard members > 0 else { throw .unsupported(line: 1, found: "a container without XML", expected: ["a member that is a message"]) }
  }

  /// The bytes, when they begin as XML does; nil for pictures, PDF and the like. A byte order mark and blanks may come first.
  private static func markup(_ bytes: @escaping Container.Source) throws -> Container.Source? {
    var head: [UInt8] = []
    while head.count < 64, let piece = try bytes() { head += piece }
    let blanks: Set<UInt8> = [0x00, 0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF, 0xFE, 0xFF]
    guard head.first(where: { !blanks.contains($0) }) == UInt8(ascii: "<") else { return nil }
    var rest: [UInt8]? = head
    return {
      if let piece = rest {
        rest = nil
        return piece
      }
      return try bytes()
    }
  }

  /// - Parameter member: its name in a container; nil for a file that is none.
  private func readMember(_ member: String?, _ bytes: Container.Source) throws(ReportFault) {
    let reader = ReportReader(limits: limits, after: before, deliver: deliver)
    do {
      while let piece = try bytes() { try reader.feed(piece) }
      try reader.finish()
    } catch {
      guard let fault = error as? ReportFault else { throw .recipient(error) }
      throw member.map { .member($0, fault) } ?? fault
    }
    before = reader.lastOrdinal
    messages += reader.messages
    if let type = reader.version?.messageType, !types.contains(type) { types.append(type) }
    for warning in reader.warnings where !warnings.contains(warning) { warnings.append(warning) }
  }
}
