import ArgumentParser
import Glibc
import Store

struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Puts the rows of a CSV file into intake; the daemon answers each.",
    discussion: "UTF-8, a header row with the columns of the intake table, separated by ; or , . All rows or none.")
  @OptionGroup var config: ConfigurationOption

  enum What: String, ExpressibleByArgument, CaseIterable {
    case mandates, collections, cancellations, reversals, plans, notices
    case mandateChanges = "mandate-changes"
    case planChanges = "plan-changes"

    var kind: RequestKind {
      switch self {
      case .mandates: .mandate
      case .mandateChanges: .mandateChange
      case .collections: .collection
      case .cancellations: .cancellation
      case .reversals: .reversal
      case .plans: .plan
      case .planChanges: .planChange
      case .notices: .notice
      }
    }
  }

  @Argument(help: "mandates, mandate-changes, collections, cancellations, reversals, plans, plan-changes or notices")
  var what: What
  @Argument(help: "The CSV file.") var file: String

  func run() async throws {
    let session = try await config.openStore(try config.load())
    do {
      let rows = try await ImportedFile(path: file, kind: what.kind).copy(into: session)
      Console.say("\(rows) \(what.rawValue.replacing("-", with: " ")) requested")
    } catch {
      Console.complain("\(file):\(error)")
      throw error is StoreFault ? Exit.unavailable : Exit.badData
    }
  }
}

/// A CSV file on its way into an intake table, in bounded memory and in one statement.
private struct ImportedFile: Sendable {
  let path: String
  let kind: RequestKind
  private static let flushBytes = 256 * 1024

  func copy(into session: Session) async throws -> Int {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CSVReader.Fault(line: 0, rule: "file is readable", found: "errno \(errno)", expected: "a file")
    }
    defer { close(descriptor) }
    let rows = Rows(kind: kind)
    // The header decides the columns, so it is read before COPY starts.
    while rows.header == nil, try rows.readMore(descriptor) {}
    guard let header = rows.header else {
      throw CSVReader.Fault(line: 1, rule: "header", found: "an empty file", expected: kind.columns.joined(separator: ";"))
    }
    return try await session.copyIn("COPY \(kind.table) (\(header.joined(separator: ", "))) FROM STDIN") { session in
      repeat {
        if rows.text.size >= Self.flushBytes { try session.send(&rows.text) }
      } while try rows.readMore(descriptor)
      try session.send(&rows.text)
    }
  }

  /// The reader's state across pieces of the file.
  private final class Rows: @unchecked Sendable {  // Used by one task, a call at a time.
    private let kind: RequestKind
    private var reader = CSVReader()
    private(set) var header: [String]?
    var text = CopyText()
    private var ended = false

    init(kind: RequestKind) { self.kind = kind }

    func readMore(_ descriptor: Int32) throws -> Bool {
      guard !ended else { return false }
      var piece = [UInt8](repeating: 0, count: 65_536)
      let got = read(descriptor, &piece, piece.count)
      guard got >= 0 else { throw CSVReader.Fault(line: 0, rule: "file is readable", found: "errno \(errno)", expected: "bytes") }
      if got == 0 {
        ended = true
        try reader.finish(take)
        return false
      }
      try reader.feed(piece[..<got], take)
      return true
    }

    private func take(line: Int, _ row: [String]) throws {
      guard let header else {
        let names = row.map { $0.lowercased() }
        if let stranger = names.first(where: { !kind.columns.contains($0) }) {
          throw CSVReader.Fault(line: line, rule: "column", found: stranger, expected: "one of \(kind.columns.joined(separator: ", "))")
        }
        guard Set(names).count == names.count else {
          throw CSVReader.Fault(line: line, rule: "column", found: "one name twice", expected: "each once")
        }
        header = names
        return
      }
      guard row.count == header.count else {
        throw CSVReader.Fault(line: line, rule: "fields", found: "\(row.count)", expected: "\(header.count), as in the header")
      }
      for value in row { text.add(value.isEmpty ? nil : value) }
      text.endRow()
    }
  }
}
