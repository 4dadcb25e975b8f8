import Foundation

/// A real SMTP server on a free loopback port that files what it takes: deploy/sinks/mail-sink.
package final class MailSink: Sendable {
  private let sink: Sink

  /// `options` are the program's own, such as `["--reject-recipient", "*@gone.example"]`; `directory` must exist.
  package init(in directory: String, _ options: [String] = []) async throws {
    sink = try await Sink("mail-sink", in: directory, options)
  }

  package var port: Int { sink.port }

  /// The paths of the mails taken so far, in order.
  package var mails: [String] { files(ending: ".eml") }

  /// Sender and recipients of each mail: lines `from …`, `to …`.
  package var envelopes: [String] {
    get throws { try files(ending: ".envelope").map { try String(contentsOfFile: $0, encoding: .utf8) } }
  }

  private func files(ending: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: sink.directory)) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { "\(sink.directory)/\($0)" }
  }
}
