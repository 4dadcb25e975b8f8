import ArgumentParser
import FoundationEssentials
import ISO20022

/// `benchmark write`: a pain.008 of one block, beside libxml2's xmlTextWriter and programs of others.
struct Write: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a made-up pain.008, in turns with others who write the same.")

  @Option(help: "Payments in the file.")
  var transactions = 20_000
  @Option(help: "How often each writes it.")
  var rounds = 9
  @Option(help: "The folder of the official schemas; without it validation is not measured.")
  var schemas: String?
  @Option(help: "A program write-NAME that writes as many payments as it is told, and prints the seconds it took; more than one may be given.")
  var peer: [String] = []
  @Option(help: "Payments for those programs: they are slow.")
  var peerTransactions = 2000
  @Flag(help: "Everything as JSON.")
  var json = false

  func run() throws {
    let order = DebitOrder(payments: transactions)
    var ways: [(name: String, payments: Int, write: () throws -> Double)] = [
      ("writer", transactions, { try processorSeconds { _ = try order.write() } }),
      ("xmlTextWriter", transactions, {
        let writing = TextWriting(order)
        return try processorSeconds { _ = try writing.run() }
      }),
    ]
    guard try order.write() + 1 == TextWriting(order).run() else {
      throw Failure("xmlTextWriter writes another document: expected ours and a line end after the declaration")
    }
    let file = try order.bytes()
    ways.append(("walk", transactions, {
      try processorSeconds {
        var pieces = stride(from: 0, to: file.count, by: 64 << 10).makeIterator()
        try EmptyWalk.push { pieces.next().map { Array(file[$0..<min(file.count, $0 + (64 << 10))]) } }
      }
    }))
    if let schemas {
      let schema = "\(schemas)/\(Pain008Version.v08.messageType).xsd"
      ways.append(("validated", transactions, { try processorSeconds { try order.writeValidated(by: schema) } }))
    }
    for peer in peer {
      let name = peer.split(separator: "/").last.map { $0.hasPrefix("write-") ? String($0.dropFirst(6)) : String($0) } ?? peer
      ways.append((name, peerTransactions, { [peerTransactions] in try secondsFromProgram([peer, "\(peerTransactions)"]) }))
    }
    var seconds: [String: [Double]] = [:]
    for round in 0...max(1, rounds) {
      for way in ways {
        let taken = try way.write() / Double(way.payments)
        if round > 0 { seconds[way.name, default: []].append(taken) }
      }
    }
    let own = seconds["writer"] ?? []
    let rates = ways.map { way in
      let taken = seconds[way.name] ?? []
      return WriteRate(
        way: way.name, paymentsPerSecond: 1 / median(taken), writerIsFaster: median(zip(taken, own).map { $0 / $1 }))
    }
    print(json ? try WriteRate.json(rates) : rates.map(\.text).joined(separator: "\n"))
  }
}

/// Somebody's writing.
struct WriteRate: Codable {
  var way: String
  var paymentsPerSecond: Double
  /// How many times as fast our writer is, the median of what each round found.
  var writerIsFaster: Double

  var text: String {
    let name = way + String(repeating: " ", count: max(0, 14 - way.utf8.count))
    return "\(name)  \(Int(paymentsPerSecond)) payments/s  the writer is \(Double(Int(writerIsFaster * 100)) / 100) times as fast"
  }

  static func json(_ rates: [WriteRate]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(rates), as: UTF8.self)
  }
}
