// Upload to a bank whose server knows no temporary name: its answer is nearly all the evidence there is.
//
// - 2xx: delivered; after a PUT, unless the name then shows another size: what was cut short on its way into the store.
// - No byte of the body left, or a refusal (3xx, 4xx): not sent.
// - 409 and 412: the name may be taken, perhaps by an earlier attempt: unknown.
// - 408, 5xx, or no answer after the body began: unknown.
//
// Nothing here can be taken back as a temporary file can, so "absent" stands on time alone: no PUT begins past
// `LocalFile.notAfter`, none goes on past it, and what a server had received by then must have arrived or died by the
// time that somebody looks.

import CrashPoints
import Curl

/// One upload, taken at the server's word.
struct DirectDelivery: Sendable {
  let server: HTTPSServer

  func submit(_ file: LocalFile) async -> SubmitOutcome {
    for name in [file.remoteName] + file.companions.map(\.remoteName) where !isUsable(name: name) {
      return .notSent(configurationFault("a remote name that cannot be used", "no separator, control or leading dot"))
    }
    for companion in file.companions {
      switch await deliver(companion) {
      case .delivered: continue
      case .notSent(let fault), .unknown(let fault):
        let there = try? await server.attributes(of: companion.remoteName, in: server.options.inbox, .verify)
        if there?.size != companion.size { return .notSent(fault) }
      }
    }
    if !file.companions.isEmpty { CrashPoints.reach(.directCompanionsSent) }
    return await deliver(file)
  }

  func locate(_ name: String, size: Int64) async throws(ChannelFault) -> Sighting {
    guard isUsable(name: name) else { throw configurationFault("a remote name that cannot be used", "the name submitted") }
    let places = [("inbox", server.options.inbox), ("archive", server.options.archive)]
    for case (let place, let collection?) in places {
      guard let found = try await server.attributes(of: name, in: collection, .locate) else { continue }
      if found.size == size { return .complete(where: place) }
      return .unknown("\(place) holds the name with \(found.size) bytes instead of \(size)")
    }
    if server.options.archive != nil { return .absent(evidence: "neither inbox nor archive holds \(name)") }
    return .unknown("inbox does not hold \(name), and there is no archive to look into")
  }

  private func deliver(_ file: LocalFile) async -> SubmitOutcome {
    if file.isTooLate { return .notSent(file.lateness) }
    var request = server.request(server.options.upload.rawValue, server.options.inbox, file.remoteName)
    request.body = .file(path: file.path, size: file.size)
    request.headers = ["Content-Type: application/octet-stream"]
    // The server can refuse before the body leaves, and on a new connection libcurl never repeats a request.
    if file.size > 0 { request.headers.append("Expect: 100-continue") }
    request.freshConnection = true
    if let left = file.secondsLeft { request.timeouts.totalSeconds = min(request.timeouts.totalSeconds, max(1, left)) }
    do throws(CurlFault) {
      CrashPoints.reach(.directDue)
      let answer = try await server.perform(request)
      CrashPoints.reach(.directAnswered)
      guard let fault = server.fault(answer.code, .upload) else { return await confirm(file, status: answer.code) }
      if file.size > 0, !answer.bodyBegan { return .notSent(fault) }
      switch answer.code {
      case 408, 409, 412: return .unknown(fault)
      case 300...499: return .notSent(fault)
      default: return .unknown(fault)
      }
    } catch {
      let fault = ChannelFault(error, stage: .upload, ssh: false)
      let mayHaveLeft = file.size > 0 ? error.bodyBegan : error.requestBegan
      return mayHaveLeft ? .unknown(fault) : .notSent(fault)
    }
  }

  /// The server says that it has the file. A look at it may only weaken that: a bank that takes it away at once, or lets
  /// nobody look, is believed. What a POST goes to need not show what was posted.
  private func confirm(_ file: LocalFile, status: Int) async -> SubmitOutcome {
    let evidence = "HTTP status \(status)"
    guard server.options.upload == .put,
      let found = try? await server.attributes(of: file.remoteName, in: server.options.inbox, .confirm)
    else { return .delivered(evidence: evidence) }
    guard found.size != file.size else { return .delivered(evidence: "\(evidence), \(found.size) bytes under the name") }
    return .unknown(
      ChannelFault(.sizeMismatch, stage: .confirm, found: "\(found.size) bytes", expected: "\(file.size) bytes"))
  }
}
