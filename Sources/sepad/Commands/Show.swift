import ArgumentParser
import Glibc
import ISO20022
import SEPA
import Store

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Reads bank files and says what is in them, without a database.")
  @Flag(help: "One JSON object a line.") var json = false
  @Argument(help: "Bank files.") var files: [String]

  func run() throws {
    var failed = false
    for file in files {
      do {
        let inspection = try inspectFile(at: file)
        Console.say(json ? inspection.json : inspection.summary)
      } catch {
        Console.complain("\(file):\(error)")
        failed = true
      }
    }
    fflush(nil)
    if failed { throw Exit.badData }
  }
}

struct FileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "file", abstract: "Shows an outbound file, or settles one whose fate is unknown.",
    subcommands: [ShowFile.self, ResolveFile.self])
}

struct ResolveFile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Says whether the bank has a file that is uncertain, because you know it from the bank.",
    discussion: """
      --sent: the bank has it; it counts as submitted. --not-sent: the bank has it not and will not get it; the same bytes \
      go out again under the same message id. A wrong --not-sent can collect twice: ask the bank for the message id first.
      """)
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var signature: Signature
  @Flag(help: "The bank has it.") var sent = false
  @Flag(help: "The bank has it not, and will not get it.") var notSent = false
  @Argument(help: "Its number or message id.") var id: String

  func validate() throws {
    guard sent != notSent else { throw ValidationError("file \(id): fate: found none or both, expected --sent or --not-sent") }
  }

  func run() async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    try await config.withStore(configuration) { session in
      do {
        let state = try await session.resolve(id, sent: sent, because: signature.because, stamp)
        Console.say("file \(id): \(state.rawValue)")
      } catch let fault as ResolveFault {
        Console.complain("\(fault)")
        throw Exit.badData
      }
    }
  }
}

struct ShowFile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Facts, blocks and history of a file.")
  @OptionGroup var config: ConfigurationOption
  @Option(help: "Write the exact bytes, and the signature, into this directory.") var out: String?
  @Flag(help: "Print the document, a line for each element, instead of the facts. For people: the file itself is one line.")
  var pretty = false
  @Argument(help: "Its number or message id.") var id: String

  func run() async throws {
    try await config.withStore(try config.load(), show)
  }

  /// Names, accounts and amounts, as they go to the bank: whoever asks for them sees them.
  private func print(_ file: Int64, of session: Session) async throws {
    let shown = Shown()
    try await session.eachChunk(ofOutbound: file) { _, chunk in try shown.file.feed(chunk) }
    try shown.file.finish()
    Console.say("")
    fflush(nil)
  }

  private final class Shown: @unchecked Sendable {  // Used by one task, a call at a time.
    let file = ShownFile { Swift.print(String(decoding: $0, as: UTF8.self), terminator: "") }
  }

  private func show(_ session: Session) async throws {
    let facts = try await session.fileFacts(id)
    guard let row = facts.rows.first, let number = Int64(row[0]) else {
      Console.complain("file \(id): file exists: found none, expected a number or message id of one")
      throw Exit.badData
    }
    if pretty { return try await print(number, of: session) }
    Console.say(facts.facts)
    let undoings = try await session.fileUndoings(number)
    Console.say("\n" + (undoings.rows.isEmpty ? try await session.fileBlocks(number) : undoings).text)
    Console.say("\n" + (try await session.fileHistory(number)).text)
    guard let out else { return }
    let output = OutputFile()
    try output.open("\(out)/\(row[5])")
    try await session.eachChunk(ofOutbound: number) { _, chunk in try output.write(chunk) }
    try output.close()
    if !row[10].isEmpty, let signature = try await session.signature(of: number) {
      try output.open("\(out)/\(row[10])")
      try output.write(signature)
      try output.close()
    }
  }
}

struct CollectionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collection", abstract: "Shows a collection, presents it again, or withdraws it.",
    subcommands: [ShowCollection.self, RepresentCollection.self, CancelCollection.self, ReleaseCollection.self])
}

struct ShowCollection: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "A collection's facts and its whole history.")
  @OptionGroup var config: ConfigurationOption
  @Argument(help: "Its number.") var id: Int64

  func run() async throws {
    try await config.withStore(try config.load(), show)
  }

  private func show(_ session: Session) async throws {
    let facts = try await session.collectionFacts(id)
    guard !facts.rows.isEmpty else {
      Console.complain("collection \(id): collection exists: found none, expected the number of one")
      throw Exit.badData
    }
    Console.say(facts.facts)
    Console.say("\n" + (try await session.collectionHistory(id)).text)
    let returns = try await session.collectionReturns(id)
    if !returns.rows.isEmpty { Console.say("\n" + returns.text) }
    let undoings = try await session.collectionUndoings(id)
    if !undoings.rows.isEmpty { Console.say("\n" + undoings.text) }
    let notices = try await session.collectionNotices(id)
    if !notices.rows.isEmpty { Console.say("\n" + notices.text) }
    Console.say("\n" + (try await session.collectionDeliveries(id)).text)
  }
}

/// A file written by a command; one at a time.
private final class OutputFile: @unchecked Sendable {  // Used by one task, a call at a time.
  private var descriptor: Int32 = -1

  func open(_ path: String) throws {
    descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw TextFile.Fault(description: "\(path): create: found errno \(errno), expected a new file") }
  }

  func write(_ bytes: [UInt8]) throws {
    var start = 0
    while start < bytes.count {
      let wrote = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start) }
      guard wrote > 0 else { throw TextFile.Fault(description: "write: found errno \(errno), expected \(bytes.count) bytes written") }
      start += wrote
    }
  }

  func close() throws {
    guard Glibc.close(descriptor) == 0 else { throw TextFile.Fault(description: "close: found errno \(errno), expected success") }
  }
}
