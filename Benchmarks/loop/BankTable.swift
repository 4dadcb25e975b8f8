import TestSupport

/// How a daemon reaches the sandbox bank.
enum BankTable {
  /// `[bank.sftp]` for the bank that works in `folder`, behind `sshd`; the key is the credential `bank-ssh-key`.
  static func sftp(_ sshd: SSHServer, folder: String) -> String {
    """
    [bank.sftp]
    host = "127.0.0.1"
    port = \(sshd.port)
    user = "\(sshd.user)"
    private_key = "bank-ssh-key"
    known_hosts = "\(sshd.knownHosts)"
    inbox = "\(folder)/inbox"
    archive = "\(folder)/archive"
    outbox = "\(folder)/outbox"
    done = "\(folder)/done"
    """
  }
}
