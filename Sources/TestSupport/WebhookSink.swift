import Foundation

/// A real webhook receiver on a free loopback port that notes what it takes: deploy/sinks/webhook-sink.
package final class WebhookSink: Sendable {
  /// One accepted delivery.
  package struct Delivery: Decodable, Sendable {
    package var id: String
    package var path: String
    package var contentType: String?
    package var duplicate: Bool

    enum CodingKeys: String, CodingKey {
      case id = "webhook-id"
      case path
      case contentType = "content-type"
      case duplicate
    }
  }

  private let sink: Sink

  /// `options` are the program's own, such as `["--fail-first", "1"]`; `directory` must exist.
  package init(in directory: String, _ options: [String] = []) async throws {
    sink = try await Sink("webhook-sink", in: directory, options)
  }

  package var port: Int { sink.port }

  /// What was accepted so far, in order.
  package var deliveries: [Delivery] {
    get throws {
      guard let lines = try? String(contentsOfFile: "\(sink.directory)/deliveries.jsonl", encoding: .utf8) else { return [] }
      return try lines.split(separator: "\n").map { try JSONDecoder().decode(Delivery.self, from: Data($0.utf8)) }
    }
  }
}
