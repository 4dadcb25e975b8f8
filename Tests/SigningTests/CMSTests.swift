import Foundation
import Signing
import Testing

/// Signatures made here are judged by the openssl command, and its signatures by us.
@Suite(.serialized) struct CMSTests {
  private let folder: Folder
  private let now: Int64

  init() throws {
    folder = try Folder()
    now = Int64(Date().timeIntervalSince1970) + 60  // Certificates made during the test begin after it does.
  }

  @Test(arguments: ["rsa:2048", "ec"], CMSDetachedSigner.Format.allCases)
  func opensslAcceptsTheSignatureAndRefusesAFlippedByte(key: String, format: CMSDetachedSigner.Format) throws {
    try folder.identity("us", key: key)
    var content = Array((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    content += Array("lone\nand\r\nline ends".utf8)
    let signature = try sign(content, key: "us", format: format, pieces: 7_919)
    try folder.write("sig", signature)
    try folder.write("content", content)
    let check = [
      "cms", "-verify", "-binary", "-inform", format == .der ? "DER" : "PEM", "-in", "sig", "-content", "content", "-CAfile",
      "us.crt", "-out", "verified",
    ]
    #expect(try folder.openssl(check).status == 0)
    #expect(try folder.read("verified") == content)
    content[100_000] ^= 1
    try folder.write("content", content)
    #expect(try folder.openssl(check).status != 0)
  }

  @Test func theSignedAttributesHoldSHA256AndTheGivenTime() throws {
    try folder.identity("us", key: "rsa:2048")
    let signature = try sign(Array("x".utf8), key: "us", at: now + 60)
    try folder.write("sig", signature)
    let printed = try folder.openssl(["cms", "-cmsout", "-print", "-inform", "DER", "-in", "sig"])
    #expect(printed.output.contains("sha256"))
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "HH:mm:ss yyyy"
    #expect(printed.output.contains(formatter.string(from: Date(timeIntervalSince1970: TimeInterval(now + 60)))))
    #expect(try sign(Array("x".utf8), key: "us", at: now + 60) == signature, "RSA: same input, same signature")
  }

  @Test func ourVerifierAcceptsOpensslsSignatureAndNamesWhatIsWrong() throws {
    try folder.identity("us", key: "rsa:2048")
    try folder.identity("other", key: "rsa:2048")
    try folder.write("content", Array("to the cent".utf8))
    for (form, name) in [("DER", "der"), ("PEM", "pem")] {
      let made = try folder.openssl([
        "cms", "-sign", "-binary", "-in", "content", "-signer", "us.crt", "-inkey", "us.key", "-outform", form, "-out", name,
      ])
      #expect(made.status == 0)
    }
    let verifier = try CMSDetachedVerifier(certificatePEM: folder.path("us.crt"))
    let stranger = try CMSDetachedVerifier(certificatePEM: folder.path("other.crt"))
    for name in ["der", "pem"] {
      let signature = try folder.read(name)
      try verifier.verify(signature: signature, contentPath: folder.path("content"), at: now)
      #expect(throws: SigningFault.self) {
        try stranger.verify(signature: signature, contentPath: folder.path("content"), at: now)
      }
      #expect(throws: SigningFault.self) {
        try verifier.verify(signature: signature, contentPath: folder.path("us.crt"), at: now)
      }
      for cut in [0, 1, 20, signature.count - 1] where cut < signature.count - 1 || name == "der" {
        #expect(throws: SigningFault.self) {
          try verifier.verify(signature: Array(signature[..<cut]), contentPath: folder.path("content"), at: now)
        }
      }
      #expect(throws: SigningFault.notValid(certificate: folder.path("us.crt"), at: now - 864_000, reason: "not valid yet")) {
        try verifier.verify(signature: signature, contentPath: folder.path("content"), at: now - 864_000)
      }
    }
  }

  @Test func aWrongKeyOrCertificateIsATypedFault() throws {
    try folder.identity("us", key: "rsa:2048")
    try folder.identity("other", key: "ec")
    let crt = folder.path("us.crt")
    let key = folder.path("us.key")
    #expect(throws: SigningFault.keyMismatch(certificate: crt)) {
      try CMSDetachedSigner(certificatePEM: crt, keyPEM: folder.path("other.key"))
    }
    let signer = try CMSDetachedSigner(certificatePEM: crt, keyPEM: key)
    #expect(throws: SigningFault.notValid(certificate: crt, at: now + 864_000, reason: "expired")) {
      _ = try signer.begin(at: now + 864_000)
    }
    #expect(throws: SigningFault.notValid(certificate: crt, at: now - 864_000, reason: "not valid yet")) {
      _ = try signer.begin(at: now - 864_000)
    }
    for (certificatePath, keyPath) in [("absent", key), (crt, "absent"), (key, key), (crt, crt)] {
      let fault = #expect(throws: SigningFault.self) {
        _ = try CMSDetachedSigner(certificatePEM: certificatePath, keyPEM: keyPath)
      }
      #expect(fault?.description.contains("readable") == true)
    }
  }

  @Test func anEncryptedKeyOpensWithItsPassphraseAndNeverPrompts() throws {
    try folder.identity("us", key: "rsa:2048")
    let made = try folder.openssl(["pkcs8", "-topk8", "-in", "us.key", "-passout", "pass:sesame", "-out", "locked.key"])
    #expect(made.status == 0)
    let crt = folder.path("us.crt")
    _ = try CMSDetachedSigner(certificatePEM: crt, keyPEM: folder.path("locked.key"), keyPassphrase: "sesame")
    for passphrase in [nil, "", "wrong"] {
      let fault = #expect(throws: SigningFault.self) {
        _ = try CMSDetachedSigner(certificatePEM: crt, keyPEM: folder.path("locked.key"), keyPassphrase: passphrase)
      }
      #expect(fault?.description.contains("readable private key") == true)
      #expect(fault?.description.contains("wrong") == false)
    }
  }

  @Test func aSessionEndsOnce() throws {
    try folder.identity("us", key: "ec")
    let signer = try CMSDetachedSigner(certificatePEM: folder.path("us.crt"), keyPEM: folder.path("us.key"))
    let session = try signer.begin(at: now)
    _ = try session.finish()
    #expect(throws: SigningFault.finished) { _ = try session.finish() }
    #expect(throws: SigningFault.finished) { try Array("x".utf8).withUnsafeBytes { try session.feed($0) } }
    _ = try signer.begin(at: now)  // An abandoned session frees what it holds.
  }

  private func sign(
    _ content: [UInt8], key: String, format: CMSDetachedSigner.Format = .der, at instant: Int64? = nil, pieces: Int = 64
  ) throws -> [UInt8] {
    let signer = try CMSDetachedSigner(
      certificatePEM: folder.path("\(key).crt"), keyPEM: folder.path("\(key).key"), format: format)
    let session = try signer.begin(at: instant ?? now)
    for start in stride(from: 0, to: content.count, by: pieces) {
      try content[start..<min(start + pieces, content.count)].withUnsafeBytes { try session.feed($0) }
    }
    return try session.finish()
  }
}

/// A temporary folder, gone with its suite, in which the openssl command runs.
private final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("sepad-signing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
  func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: url.appendingPathComponent(name)) }
  func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appendingPathComponent(name))) }

  /// A key and a self-signed certificate valid for one day.
  func identity(_ name: String, key: String) throws {
    let curve = key == "ec" ? ["-pkeyopt", "ec_paramgen_curve:P-256"] : []
    let made = try openssl(
      ["req", "-x509", "-newkey", key] + curve + [
        "-nodes", "-keyout", "\(name).key", "-out", "\(name).crt", "-days", "1", "-subj", "/CN=\(name)",
      ])
    try #require(made.status == 0, Comment(rawValue: made.output))
  }

  func openssl(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = url
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
