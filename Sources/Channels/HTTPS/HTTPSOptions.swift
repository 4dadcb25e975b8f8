// How to reach a bank over HTTPS. Only https URLs; the configured CA file, where given, is the only trust.

import Curl

/// A bank's HTTPS server, our certificate and its collections.
package struct HTTPSOptions: Sendable {
  /// The verb that carries a file.
  package enum Upload: String, Sendable {
    case put = "PUT"
    case post = "POST"
  }

  /// How a file becomes final.
  package enum Finalize: Sendable, Equatable {
    /// Upload under a temporary name, then WebDAV MOVE (RFC 4918 section 9.9).
    case move
    /// The answer to the upload is the bank's word.
    case none
  }

  /// What tells the bank that we hold a file.
  package enum Acknowledgement: Sendable, Equatable {
    case delete
    /// WebDAV MOVE into this collection.
    case move(to: String)
    /// Nothing: the bank clears its outbox itself.
    case none
  }

  /// What a GET of the outbox answers.
  package enum Listing: String, Sendable {
    /// nginx's `autoindex_format json`.
    case autoindexJSON
    /// One name a line; sizes are asked for one by one.
    case names
  }

  let inbox: String
  let outbox: String
  let archive: String?
  let upload: Upload
  let finalize: Finalize
  let acknowledgement: Acknowledgement
  let listing: Listing
  let temporarySuffix: String
  let filter: NameFilter
  let tls: CurlTLS
  let timeouts: ChannelTimeouts

  /// Inbox, outbox and archive are URLs of collections, percent-encoded.
  ///
  /// - Parameters:
  ///   - archive: where the bank moves what it has taken, in one step; nil if there is none to look into.
  ///   - caFile: PEM; given, the system's store is not consulted.
  ///   - pinnedPublicKey: `sha256//BASE64`, in addition to the certificate check.
  ///   - temporarySuffix: what the bank agreed to ignore; used with `finalize: .move` alone.
  ///   - outboxPattern: a shell pattern.
  /// - Throws: `configuration`.
  package init(
    inbox: String, outbox: String, archive: String? = nil, upload: Upload = .put, finalize: Finalize = .move,
    acknowledgement: Acknowledgement = .delete, listing: Listing = .autoindexJSON, caFile: String? = nil,
    clientCertificate: String? = nil, clientKey: String? = nil, clientKeyPassphrase: String? = nil,
    pinnedPublicKey: String? = nil, temporarySuffix: String = ".part", outboxPattern: String = "*",
    timeouts: ChannelTimeouts = ChannelTimeouts()
  ) throws(ChannelFault) {
    self.inbox = try Self.checked(inbox, "inbox")
    self.outbox = try Self.checked(outbox, "outbox")
    self.archive = try archive.map { url throws(ChannelFault) in try Self.checked(url, "archive") }
    if case .move(let done) = acknowledgement {
      self.acknowledgement = .move(to: try Self.checked(done, "done"))
    } else {
      self.acknowledgement = acknowledgement
    }
    self.upload = upload
    self.finalize = finalize
    self.listing = listing
    self.temporarySuffix = try usable(temporarySuffix: temporarySuffix)
    filter = NameFilter(pattern: outboxPattern, temporarySuffix: temporarySuffix)
    tls = CurlTLS(
      caFile: caFile, clientCertificate: clientCertificate, clientKey: clientKey,
      clientKeyPassphrase: clientKeyPassphrase, pinnedPublicKey: pinnedPublicKey)
    self.timeouts = timeouts
  }

  private static func checked(_ url: String, _ key: String) throws(ChannelFault) -> String {
    var url = url
    while url.hasSuffix("/") { url.removeLast() }
    let clean = url.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    if !url.hasPrefix("https://") || url.utf8.count < 9 || !clean {
      throw configurationFault("\(key) that is no plain https URL", "https://host/path, percent-encoded")
    }
    if url.dropFirst(8).prefix(while: { $0 != "/" }).contains("@") {
      throw configurationFault("\(key) with a user in it", "a URL without secrets")
    }
    return url
  }
}
