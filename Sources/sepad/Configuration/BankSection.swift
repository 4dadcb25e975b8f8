import Channels
import SEPA
import Signing
import Work

/// `[[bank]]`: the rules of one bank connection and the way to it.
enum BankSection {
  static func read(_ own: ConfigurationTable, _ secrets: Secrets) throws -> BankProfile {
    let name = try own.required("name")
    let profile = try ProfileDocument(try own.text("profile") ?? ProfileDocument.root)
    // What the bank's own table says holds before its profile.
    let table = own.over(profile.table)
    let rules = try BankRules(table)
    if case .given(BankRules.given, _) = rules.files.initiatingPartyID {
      throw own.fault(
        "initiating_party_id", "presence", found: "nothing", expected: "what the bank calls you: \(profile.name) asks for it")
    }
    for key in ["name", "profile"] { table.pass(key) }
    let timeouts = ChannelTimeouts(
      connectSeconds: try table.integer("connect_timeout_seconds", default: 30, in: 1...600),
      stallSeconds: try table.integer("stall_timeout_seconds", default: 60, in: 1...3600))
    let channel: any BankChannel
    switch try table.required("channel") {
    case "sftp": channel = try sftp(table, secrets, timeouts, pattern: rules.pattern)
    case "https": channel = try https(table, secrets, timeouts, pattern: rules.pattern)
    case let other: throw table.fault("channel", "channel", found: other, expected: "sftp or https")
    }
    // The table of the other channel may stay in the file, unused.
    for unused in ["sftp", "https"] { _ = try table.section(unused) }
    let signing = try table.section("signing")
    switch (rules.signature, signing) {
    case (.cmsDetached, nil):
      throw table.fault("signing", "signature", found: "nothing", expected: "[bank.signing]: \(profile.name) asks for one")
    case (.none, .some):
      throw table.fault("signing", "signature", found: "[bank.signing]", expected: "none: \(profile.name) takes none")
    case (.agreed, _), (.cmsDetached, _), (.none, nil): break
    }
    let bank = BankProfile(
      name: name,
      initiatingParty: try table.value("initiating_party", try table.required("initiating_party")) { text throws(ValueFault) in
        try EPCText.transliterate(text, maximum: 70)
      },
      windows: rules.windows.byScheme, timeZone: rules.timeZone, files: rules.files, remoteName: rules.remoteName,
      uncertainWaitSeconds: Int64(try table.integer("uncertain_wait_seconds", default: 3600, in: 0...86_400)),
      answerWithinHours: rules.answerWithinHours, creditWithinDays: rules.creditWithinDays,
      channel: channel, signer: try signing.map { try signer($0, secrets) },
      signatureSuffix: try signing.map(signatureSuffix) ?? ".p7s", mark: rules.mark)
    try signing?.refuseUnknown()
    try table.refuseUnknown()
    return bank
  }

  private static func signatureSuffix(_ table: ConfigurationTable) throws -> String {
    let suffix = try table.text("suffix") ?? ".p7s"
    guard !suffix.contains("/") else {
      throw table.fault("suffix", "end of a file name", found: suffix, expected: "no directories")
    }
    return suffix
  }

  private static func sftp(
    _ bank: ConfigurationTable, _ secrets: Secrets, _ timeouts: ChannelTimeouts, pattern: String
  ) throws -> any BankChannel {
    guard let table = try bank.section("sftp") else {
      throw bank.fault("sftp", "presence", found: "nothing", expected: "[bank.sftp]")
    }
    let options: SFTPOptions
    do {
      options = try SFTPOptions(
        host: try table.required("host"), port: try table.integer("port", default: 22, in: 1...65535),
        user: try table.required("user"),
        privateKeyPath: try secrets.path(try table.required("private_key"), table, "private_key"),
        knownHostsPath: try table.text("known_hosts"), hostKeySHA256: try table.text("host_key_sha256"),
        inbox: try table.required("inbox"), outbox: try table.required("outbox"), archive: try table.text("archive"),
        done: try table.text("done"), temporarySuffix: try table.text("temporary_suffix") ?? ".part",
        outboxPattern: try table.text("pattern") ?? pattern, timeouts: timeouts)
    } catch let fault as ChannelFault {
      throw bank.fault("sftp", "channel", found: fault.found, expected: fault.expected)
    }
    try table.refuseUnknown()
    return SFTPChannel(options)
  }

  private static func https(
    _ bank: ConfigurationTable, _ secrets: Secrets, _ timeouts: ChannelTimeouts, pattern: String
  ) throws -> any BankChannel {
    guard let table = try bank.section("https") else {
      throw bank.fault("https", "presence", found: "nothing", expected: "[bank.https]")
    }
    let upload: HTTPSOptions.Upload =
      switch try table.text("upload") ?? "put" {
      case "put": .put
      case "post": .post
      case let other: throw table.fault("upload", "choice", found: other, expected: "put or post")
      }
    let done = try table.text("done")
    let acknowledgement: HTTPSOptions.Acknowledgement =
      switch try table.text("acknowledge") ?? "delete" {
      case "delete": .delete
      case "move": .move(to: try done ?? table.required("done"))
      case "none": .none
      case let other: throw table.fault("acknowledge", "choice", found: other, expected: "delete, move or none")
      }
    let listing: HTTPSOptions.Listing =
      switch try table.text("listing") ?? "json" {
      case "json": .autoindexJSON
      case "lines": .names
      case let other: throw table.fault("listing", "choice", found: other, expected: "json or lines")
      }
    let options: HTTPSOptions
    do {
      options = try HTTPSOptions(
        inbox: try table.required("inbox"), outbox: try table.required("outbox"), archive: try table.text("archive"),
        upload: upload, finalize: try table.bool("finalize") ?? true ? .move : .none, acknowledgement: acknowledgement,
        listing: listing, caFile: try table.text("ca_file"),
        clientCertificate: try table.text("client_certificate").map { try secrets.path($0, table, "client_certificate") },
        clientKey: try table.text("client_key").map { try secrets.path($0, table, "client_key") },
        temporarySuffix: try table.text("temporary_suffix") ?? ".part", outboxPattern: try table.text("pattern") ?? pattern,
        timeouts: timeouts)
    } catch let fault as ChannelFault {
      throw bank.fault("https", "channel", found: fault.found, expected: fault.expected)
    }
    try table.refuseUnknown()
    return HTTPSChannel(options)
  }

  private static func signer(_ table: ConfigurationTable, _ secrets: Secrets) throws -> any FileSigner {
    let form = try table.text("form") ?? "cms-detached"
    guard form == "cms-detached" else { throw table.fault("form", "form", found: form, expected: "cms-detached") }
    let certificate = try secrets.path(try table.required("certificate"), table, "certificate")
    let key = try secrets.path(try table.required("key"), table, "key")
    do { return try CMSDetachedSigner(certificatePEM: certificate, keyPEM: key) } catch {
      throw table.fault("key", "certificate and key", found: "\(error)", expected: "a certificate and its private key, PEM")
    }
  }
}
