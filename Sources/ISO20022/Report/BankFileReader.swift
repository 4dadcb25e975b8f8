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
      throw Self.fault(error)
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
        // What is called XML and is none is garbled, not a letter that came along.
        let isCalledXML = name.lowercased().hasSuffix(".xml")
        guard let bytes = try Self.markup(bytes, orAnything: isCalledXML) else {
          warn("member \(name): no XML, passed over")
          return
        }
        members += 1
        try readMember(name, bytes)
      }
    } catch {
      throw Self.fault(error)
    }
    guard members > 0 else { throw .unsupported(line: 1, found: "a container without XML", expected: ["a member that is a message"]) }
  }

  /// The bytes, when they begin as XML does; nil for pictures, PDF and the like. A byte order mark and blanks may come first.
  private static func markup(_ bytes: @escaping Container.Source, orAnything: Bool) throws -> Container.Source? {
    let blanks: Set<UInt8> = [0x00, 0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF, 0xFE, 0xFF]
    var head: [UInt8] = []
    var first: UInt8?
    // Nothing but blanks for so long is no picture either: the reader says what it is.
    while first == nil, head.count < 64 << 10, let piece = try bytes() {
      head += piece
      first = piece.first { !blanks.contains($0) }
    }
    guard orAnything || first == UInt8(ascii: "<") || first == nil && !head.isEmpty else { return nil }
    var rest: [UInt8]? = head
    return {
      if let piece = rest {
        rest = nil
        return piece
      }
      return try bytes()
    }
  }

  /// What reading a container threw, out of the wrapping that each reader puts around what it did not throw itself.
  private static func fault(_ error: any Error) -> ReportFault {
    switch error {
    case let fault as ReportFault: fault
    case ContainerFault.recipient(let inner): fault(inner)
    case let fault as ContainerFault: .container(fault)
    default: .recipient(error)
    }
  }

  private func warn(_ warning: String) {
    if warnings.count < Self.mostWarnings, !warnings.contains(warning) { warnings.append(warning) }
  }

  private static let mostWarnings = 100

  /// - Parameter member: its name in a container; nil for a file that is none.
  private func readMember(_ member: String?, _ bytes: @escaping Container.Source) throws(ReportFault) {
    let reader = ReportReader(limits: limits, after: before, deliver: deliver)
    do {
      try reader.read(bytes)
    } catch {
      if let fault = error as? ReportFault { throw member.map { .member($0, fault) } ?? fault }
      throw Self.fault(error)
    }
    before = reader.lastOrdinal
    messages += reader.messages
    if let type = reader.version?.messageType, !types.contains(type) { types.append(type) }
    reader.warnings.forEach(warn)
  }
}
