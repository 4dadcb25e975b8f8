internal import Channels
internal import SEPA
package import Store

/// What lies at one bank, held against what the database knows of it. Changes nothing.
package struct BankLook: Sendable {
  /// A file of ours that lies there.
  package struct Found: Sendable, Equatable {
    package let messageID: String
    package let place: String
    package let sizeBytes: Int64
    let name: String
    let origin: BankPlace
    var remote: RemoteFile { RemoteFile(name: name, size: sizeBytes) }
  }

  package let bank: String
  /// Why what is not seen there proves nothing; nil when it does.
  package internal(set) var blind: String?
  /// Files that the database does not know, or knows as never sent and never to be sent.
  package internal(set) var forgotten: [Found] = []
  /// Files that the database takes for unsent.
  package internal(set) var unsent: [(file: NamedFile, found: Found)] = []
  /// Message ids that reports answer, of files that neither the database knows nor the directories show.
  package internal(set) var onlyReported: [(messageID: String, report: String)] = []
  /// How many files that the bank is known to have do not lie there any more. Banks clear their archives.
  package internal(set) var gone: Int64 = 0
  /// Reports that were fetched once and are not kept here.
  package var reportsToFetch: Int { reports.count }
  var reports: [RemoteFile] = []
  /// The highest epoch in the names there.
  var highestEpoch = 0

  /// How many files prove that the database has gone back in time. One that was on its way proves nothing: that it
  /// arrived, or not, is found out in the ordinary course.
  package var proofs: Int { forgotten.count + unsent.count + onlyReported.count }
}

/// Looks into a bank's directories for files of ours.
struct Lookout: Sendable {
  let session: Session
  let bank: BankProfile

  /// - Parameter andReports: also for reports that were taken there before and are not kept here.
  /// - Throws: `ChannelFault` when the bank is out of reach; `StoreFault`.
  func look(andReports: Bool) async throws -> BankLook {
    var look = BankLook(bank: bank.name)
    let found = try await submitted(&look)
    let known = try await session.files(bank: bank.name, named: found.map(\.name))
    let byName = Dictionary(known.map { ($0.remoteName, $0) }) { first, _ in first }
    let seen = try await session.lostMessages(among: found.map(\.messageID))
    for file in found where !seen.contains(file.messageID) {
      look.highestEpoch = max(look.highestEpoch, MessageName.epoch(of: file.messageID) ?? 0)
      switch byName[file.name]?.state {
      case nil, .withdrawn: look.forgotten.append(file)
      case .sealed: if let own = byName[file.name] { look.unsent.append((own, file)) }
      case .sending, .uncertain, .submitted, .accepted, .refused: break
      }
    }
    let forgotten = Set(look.forgotten.map(\.messageID))
    look.onlyReported = try await session.messagesOnlyReported(bank: bank.name, pattern: MessageName.pattern)
      .filter { !forgotten.contains($0.messageID) }
    if found.isEmpty {
      look.blind = look.blind ?? "neither inbox nor archive shows any file of ours"
    }
    if let last = try await session.lastSent(bank: bank.name) {
      look.gone = max(0, last.count - Int64(byName.values.count { [.submitted, .accepted, .refused].contains($0.state) }))
      // Where even the last one is not seen, files are cleared or renamed there, and others may be gone as well.
      if look.blind == nil, byName[last.remoteName] == nil {
        look.blind = "neither inbox nor archive shows \(last.messageID), the last file that the bank is known to have"
      }
    }
    if andReports { look.reports = try await forgottenReports() }
    return look
  }

  /// What lies in inbox and archive under names of ours, each once.
  private func submitted(_ look: inout BankLook) async throws -> [BankLook.Found] {
    let names = MessageName(template: bank.remoteName)
    var found: [String: BankLook.Found] = [:]
    // In this order, so that a file that moves meanwhile is met.
    for place in [BankPlace.inbox, .archive] {
      do throws(ChannelFault) {
        guard let files = try await bank.channel.files(in: place, { names.messageID(in: $0) != nil }) else {
          look.blind = look.blind ?? "there is no \(place.rawValue) to look into"
          continue
        }
        for file in files {
          guard let id = names.messageID(in: file.name) else { continue }
          found[file.name] = BankLook.Found(
            messageID: id, place: place.rawValue, sizeBytes: file.size, name: file.name, origin: place)
        }
      } catch {
        guard Self.isForGood(error) else { throw error }
        look.blind = look.blind ?? "\(place.rawValue): \(error)"
      }
    }
    return found.values.sorted { $0.name < $1.name }
  }

  private func forgottenReports() async throws -> [RemoteFile] {
    let files: [RemoteFile]
    do throws(ChannelFault) { files = try await bank.channel.files(in: .done) { _ in true } ?? [] } catch {
      guard Self.isForGood(error) else { throw error }
      return []
    }
    guard !files.isEmpty else { return [] }
    let unknown = try await session.unknownReports(
      bank: bank.name, names: files.map(\.name), sizes: files.map(\.size))
    return files.filter { unknown.contains($0.name) }
  }

  /// Whether a bank that answers so will answer so again: it does not let us look.
  private static func isForGood(_ fault: ChannelFault) -> Bool {
    switch fault.reason {
    case .permissionDenied, .notFound, .protocolError, .tooLarge: true
    case .configuration, .hostKeyMismatch, .serverUntrusted, .tls, .authenticationFailed, .alreadyExists, .diskFull,
      .connectFailed, .timedOut, .connectionLost, .incomplete, .sizeMismatch, .localFile, .cancelled:
      false
    }
  }
}
