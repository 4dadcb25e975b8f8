/// Makes the signature that travels beside a file.
///
/// One signer serves many files, from any thread; each file is one session.
package protocol FileSigner: Sendable {
  /// What is appended to the file's name for its signature, such as ".p7s".
  var suffix: String { get }

  /// Begins the signature of one file. `instant` (seconds since 1970) becomes the signing time, and the certificate must
  /// be valid at it.
  func begin(at instant: Int64) throws(SigningFault) -> any SigningSession
}

/// The signature of one file in the making: feed the file's bytes in order, then finish once. One thread at a time.
package protocol SigningSession: AnyObject {
  /// Adds the next bytes of the file.
  func feed(_ bytes: UnsafeRawBufferPointer) throws(SigningFault)

  /// The finished signature as the bytes of its file.
  func finish() throws(SigningFault) -> [UInt8]
}
