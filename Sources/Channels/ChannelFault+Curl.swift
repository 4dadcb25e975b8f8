import Curl

extension ChannelFault {
  /// A fault of libcurl in the words of the seam. `ssh` tells a host key from a certificate.
  init(_ fault: CurlFault, stage: Stage, ssh: Bool) {
    let reason: Reason =
      switch fault.reason {
      case .badRequest, .refusedAddress: .configuration
      case .unresolved, .notConnected: .connectFailed
      case .untrusted: ssh ? .hostKeyMismatch : .serverUntrusted
      case .tls: .tls
      case .loginDenied: .authenticationFailed
      // A rename or removal that the server answers with anything but success.
      case .accessDenied, .commandRefused: .permissionDenied
      case .notFound: .notFound
      case .alreadyExists: .alreadyExists
      case .diskFull: .diskFull
      case .timedOut: .timedOut
      case .connectionLost: .connectionLost
      case .tooLarge: .tooLarge
      case .localFile: .localFile
      case .cancelled: .cancelled
      case .uploadRefused, .other: .protocolError
      }
    let words = fault.message.isEmpty ? "" : " (\(fault.message))"
    self.init(reason, stage: stage, found: "curl code \(fault.code)\(words)", expected: "a finished transfer")
  }
}
