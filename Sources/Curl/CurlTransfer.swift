// What libcurl's callbacks work on during one transfer: the source of the bytes that leave, the sink of those that
// arrive. Everything runs on the thread inside curl_easy_perform; nothing here may trap, whatever the peer sends.

import CLibCurl
import Glibc

/// Source and sink of one transfer. Lives until curl_easy_perform has returned.
final class CurlTransfer {
  private let body: CurlBody
  private let reach: CurlReach
  private let limit: Int64
  private let keeps: Bool
  private var sourceFile: Int32 = -1
  private var sinkFile: Int32 = -1
  private var sent: Int64 = 0
  private var received: Int64 = 0
  private(set) var bytes: [UInt8] = []
  /// Whether any byte of the body was handed over.
  private(set) var bodyBegan = false
  /// Why a callback stopped the transfer; wins over libcurl's own code, which only says that a callback did.
  private(set) var stopped: (reason: CurlFault.Reason, message: String)?
  private let timeouts: CurlTimeouts
  /// Whether it had to connect first, which has a time of its own.
  private var connects = false
  /// What had moved when it was last looked at, and since when nothing has.
  private var progress: (moved: Int64, since: ContinuousClock.Instant)

  /// Opens what the request names. Throws `localFile` with errno in words.
  init(_ request: CurlRequest) throws(CurlFault) {
    body = request.body
    reach = request.reach
    timeouts = request.timeouts
    progress = (0, .now)
    switch request.response {
    case .discard: (limit, keeps) = (.max, false)
    case .memory(let most): (limit, keeps) = (Int64(most), true)
    case .file(_, let most): (limit, keeps) = (most, false)
    }
    if case .file(let path, _) = request.body {
      sourceFile = open(path, O_RDONLY | O_CLOEXEC)
      if sourceFile < 0 { throw CurlFault(.localFile, "cannot read the file to send: \(errnoText())") }
    }
    if case .file(let path, _) = request.response {
      sinkFile = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      if sinkFile < 0 { throw CurlFault(.localFile, "cannot create the file to fill: \(errnoText())") }
    }
  }

  deinit {
    if sourceFile >= 0 { close(sourceFile) }
    if sinkFile >= 0 { close(sinkFile) }
  }

  /// Bytes to send, nil without a body.
  var bodySize: Int64? {
    switch body {
    case .none: nil
    case .bytes(let bytes): Int64(bytes.count)
    case .file(_, let size): size
    }
  }

  /// Gives libcurl the next bytes of the body; 0 at its end, CURL_READFUNC_ABORT to stop.
  func read(into room: UnsafeMutableRawBufferPointer) -> Int {
    let left = (bodySize ?? 0) - sent
    let want = Int(min(Int64(room.count), max(left, 0)))
    if want == 0 { return 0 }
    bodyBegan = true
    switch body {
    case .none: return 0
    case .bytes(let bytes):
      let from = Int(sent)
      bytes.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[from..<from + want])) }
      sent += Int64(want)
      return want
    case .file:
      let got = pread(sourceFile, room.baseAddress, want, Int(sent))
      if got > 0 {
        sent += Int64(got)
        return got
      }
      let why = got < 0 ? errnoText() : "it is shorter than its size"
      return stop(.localFile, "the file to send ended early: \(why)", Int(CURL_READFUNC_ABORT))
    }
  }

  /// libcurl wants to send the body again from `offset`.
  func seek(to offset: Int64, origin: Int32) -> Int32 {
    guard origin == SEEK_SET, offset >= 0, offset <= bodySize ?? 0 else { return CURL_SEEKFUNC_FAIL }
    sent = offset
    return CURL_SEEKFUNC_OK
  }

  /// Takes bytes that arrived; any other count than theirs stops the transfer.
  func write(_ arrived: UnsafeRawBufferPointer) -> Int {
    let (total, overflow) = received.addingReportingOverflow(Int64(arrived.count))
    if overflow || total > limit { return stop(.tooLarge, "more than \(limit) bytes", -1) }
    received = total
    if keeps { bytes.append(contentsOf: arrived) }
    if sinkFile >= 0, !writeWhole(arrived) { return stop(.localFile, "cannot write: \(errnoText())", -1) }
    return arrived.count
  }

  /// libcurl's own look at the speed is only at bytes of the body: a command that nobody answers (an SFTP rename, a
  /// listing) would wait for the end of the whole transfer's time.
  /// - Parameter moved: bytes that libcurl has counted, in both directions.
  /// - Returns: whether the transfer goes on.
  func goesOn(moved: Int64) -> Bool {
    if Task.isCancelled { return false }
    let now = ContinuousClock.now
    let all = moved &+ sent &+ received
    if all != progress.moved { progress = (all, now) }
    let patience = timeouts.lowSpeedSeconds + (connects && all == 0 ? timeouts.connectSeconds : 0)
    guard timeouts.lowSpeedSeconds > 0, progress.since.duration(to: now) > .seconds(patience) else { return true }
    return stop(.timedOut, "nothing moved for \(patience) seconds", false)
  }

  /// A socket for one of the host's addresses, or CURL_SOCKET_BAD where `reach` forbids it.
  func socket(for address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
    let family = address.pointee.family
    let allowed = withUnsafePointer(to: &address.pointee.addr) { reach.allows(family: family, address: $0) }
    if !allowed { return stop(.refusedAddress, "", CURL_SOCKET_BAD) }
    connects = true
    return Glibc.socket(family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
  }

  private func writeWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let done = Glibc.write(sinkFile, rest.baseAddress, rest.count)
      if done < 0, errno == EINTR { continue }
      if done <= 0 { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest[done...])
    }
    return true
  }

  private func stop<Answer>(_ reason: CurlFault.Reason, _ message: String, _ answer: Answer) -> Answer {
    stopped = (reason, message)
    return answer
  }
}

/// errno in words.
func errnoText() -> String { String(cString: strerror(errno)) }
