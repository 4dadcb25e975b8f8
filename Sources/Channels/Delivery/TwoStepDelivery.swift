// How a file becomes visible at a bank whole or not at all, and how to find out afterwards whether it did.
//
// The final name appears only by a rename, and the rename is requested only after the size of the temporary file was
// read back from the server. Hence:
// - what fails before the rename request is not sent, whatever lies under the temporary name;
// - a confirmed rename is delivered, also if the bank takes the file away before we look again; unless the temporary
//   file is still there, which shows that nothing was renamed;
// - a rename without an answer is unknown: the request may still wait in the server's buffers;
// - a refused rename is proven by removing the temporary file: what has no source cannot be renamed any more. libcurl
//   reports a refusal and a connection that broke just then alike, so the refusal alone proves nothing;
// - past `LocalFile.notAfter` no rename is requested: a process that stood still must not act on what it knew before;
// - each attempt has a temporary name of its own: an upload that comes late, from a process that stood still or out of
//   the server's buffers, cannot slip under the rename of another attempt;
// - a search looks at the temporary name first: not there, and the rename cannot come after the look at the final name
//   (docs/PROTOCOL.md has the order that would miss it);
// - a final name that is taken before us is unknown, whatever its size: it may be an earlier attempt of ours, so
//   going back to "not sent" could put its collections into a second file. `locate` or a person decides.

import CrashPoints

/// Upload under a temporary name, check, rename, check.
struct TwoStepDelivery<Remote: RenamingRemote>: Sendable {
  var remote: Remote
  var temporarySuffix: String

  /// The outcome of `BankChannel.submit`.
  func submit(_ file: LocalFile) async -> SubmitOutcome {
    for name in [file.remoteName] + file.companions.map(\.remoteName) {
      if let fault = faultOf(name: name, file.attempt) { return .notSent(fault) }
    }
    for companion in file.companions {
      switch await deliver(companion, attempt: file.attempt) {
      case .delivered: continue
      // The companion's fate does not matter as long as the file itself did not leave: sending it again repeats it.
      case .notSent(let fault), .unknown(let fault):
        if await !isThere(companion) { return .notSent(fault) }
      }
    }
    if !file.companions.isEmpty { CrashPoints.reach(.companionsSent) }
    return await deliver(file, attempt: file.attempt)
  }

  /// The outcome of `BankChannel.locate`.
  func locate(_ name: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting {
    if let fault = faultOf(name: name, attempt) { throw fault }
    // Temporary name, inbox, archive: a file that moves meanwhile is met in the next.
    let temporary = temporaryName(name, attempt)
    let trace = try await clear(temporary, size: size)
    if let found = try await remote.size(of: name, .locate) { return judge(found, size, "inbox") }
    if remote.hasArchive, let found = try await remote.archivedSize(of: name) { return judge(found, size, "archive") }
    switch trace {
    case .none:
      if remote.hasArchive { return .absent(evidence: "neither inbox nor archive holds \(name)") }
      return .unknown("inbox holds neither \(name) nor \(temporary), and there is no archive to look into")
    case .incomplete(let found): return .absent(evidence: "\(temporary) is incomplete: \(found) of \(size) bytes")
    case .removed: return .absent(evidence: "\(temporary) was still there and is removed")
    case .wentAway: return .unknown("\(temporary) went away during the search")
    case .stays(let reason): return .unknown("\(temporary) is complete and cannot be removed: \(reason.rawValue)")
    }
  }

  /// What an attempt left under its temporary name.
  private enum Trace {
    case none, incomplete(Int64), removed, wentAway, stays(ChannelFault.Reason)
  }

  /// Removes it if it is complete: what has no source cannot be renamed any more. An incomplete one was never measured
  /// whole, so nobody requests its rename in time.
  private func clear(_ temporary: String, size: Int64) async throws(ChannelFault) -> Trace {
    guard let found = try await remote.size(of: temporary, .locate) else { return .none }
    if found < size { return .incomplete(found) }
    do throws(ChannelFault) {
      CrashPoints.reach(.strayFound)
      let isRemoved = try await remote.remove(temporary, .locate)
      CrashPoints.reach(.strayRemoved)
      return isRemoved ? .removed : .wentAway
    } catch {
      return .stays(error.reason)
    }
  }

  private func temporaryName(_ name: String, _ attempt: Int) -> String {
    (attempt > 1 ? "\(name).\(attempt)" : name) + temporarySuffix
  }

  private func judge(_ found: Int64, _ size: Int64, _ place: String) -> Sighting {
    found == size ? .complete(where: place) : .unknown("\(place) holds the name with \(found) bytes instead of \(size)")
  }

  private func isThere(_ file: LocalFile) async -> Bool {
    (try? await remote.size(of: file.remoteName, .verify)) == file.size
  }

  private func deliver(_ file: LocalFile, attempt: Int) async -> SubmitOutcome {
    let temporary = temporaryName(file.remoteName, attempt)
    do throws(ChannelFault) {
      CrashPoints.reach(.uploadDue)
      do throws(ChannelFault) { try await remote.put(file, as: temporary) } catch {
        return .notSent(await brokenOff(error, temporary, file))
      }
      CrashPoints.reach(.uploaded)
      // Litter only, for that attempt is over: a server that does not let us remove it does no harm.
      if attempt > 1 {
        _ = try? await remote.remove(temporaryName(file.remoteName, attempt - 1), .upload)
        CrashPoints.reach(.litterRemoved)
      }
      let found = try await remote.size(of: temporary, .verify)
      if found != file.size { return .notSent(mismatch(.verify, found, file)) }
    } catch {
      return .notSent(error)
    }
    if file.isTooLate { return .notSent(file.lateness) }
    CrashPoints.reach(.renameDue)
    let answer = await remote.rename(temporary, to: file.remoteName)
    CrashPoints.reach(.renamed)
    switch answer {
    case .done: return await confirm(file, temporary)
    case .notRequested(let fault): return .notSent(fault)
    case .unanswered(let fault): return .unknown(fault)
    case .refused(let fault): return await afterRefusal(fault, temporary, file)
    }
  }

  /// A broken upload in better words, where the bank still answers: a server that refuses a write, for want of room, and a
  /// connection that breaks look alike to libcurl.
  private func brokenOff(_ fault: ChannelFault, _ temporary: String, _ file: LocalFile) async -> ChannelFault {
    guard fault.reason == .connectionLost, let found = try? await remote.size(of: temporary, .upload), found < file.size
    else { return fault }
    return ChannelFault(
      .incomplete, stage: .upload, found: "\(found) bytes, then \(fault.found)", expected: "\(file.size) bytes")
  }

  /// The rename is confirmed; a second look may only weaken that, not a failure to look.
  private func confirm(_ file: LocalFile, _ temporary: String) async -> SubmitOutcome {
    do throws(ChannelFault) {
      guard let found = try await remote.size(of: file.remoteName, .confirm) else {
        // Taken away at once, or never renamed: then its source is still there.
        if let left = try await remote.size(of: temporary, .confirm) {
          return .unknown(
            ChannelFault(
              .protocolError, stage: .confirm, found: "\(left) bytes under \(temporary) and nothing under the final name",
              expected: "the rename that was confirmed"))
        }
        return .delivered(evidence: "rename confirmed, already taken away")
      }
      if found != file.size { return .unknown(mismatch(.confirm, found, file)) }
      return .delivered(evidence: "\(found) bytes under the final name")
    } catch {
      return .delivered(evidence: "rename confirmed, not seen again: \(error.reason.rawValue)")
    }
  }

  private func afterRefusal(_ fault: ChannelFault, _ temporary: String, _ file: LocalFile) async -> SubmitOutcome {
    do throws(ChannelFault) {
      CrashPoints.reach(.refusalDoubted)
      let removed = try await remote.remove(temporary, .rename)
      CrashPoints.reach(.refusalProven)
      let found = try await remote.size(of: file.remoteName, .rename)
      switch (removed, found) {
      case (true, nil): return .notSent(fault)
      case (true, let taken?):
        return .unknown(
          ChannelFault(
            .alreadyExists, stage: .rename, found: "\(file.remoteName) with \(taken) bytes before ours",
            expected: "no such file (ours has \(file.size) bytes)"))
      case (false, file.size): return .delivered(evidence: "\(file.size) bytes under the final name, temporary name gone")
      case (false, _): return .unknown(fault)
      }
    } catch {
      return .unknown(fault)
    }
  }

  private func faultOf(name: String, _ attempt: Int) -> ChannelFault? {
    if isUsable(name: name), temporaryName(name, attempt).utf8.count <= 255 { return nil }
    return ChannelFault(
      .configuration, stage: .configure, found: "a remote name of \(name.utf8.count) bytes that cannot be used",
      expected: "at most 255 bytes with suffix, no separator or control character, no leading dot")
  }

  private func mismatch(_ stage: ChannelFault.Stage, _ found: Int64?, _ file: LocalFile) -> ChannelFault {
    ChannelFault(
      .sizeMismatch, stage: stage, found: found.map { "\($0) bytes" } ?? "no file", expected: "\(file.size) bytes")
  }
}
