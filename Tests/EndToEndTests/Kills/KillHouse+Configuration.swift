import TestSupport

/// Where a house finds its bank: how each kind of server is reached, and how long it is waited for.
struct Doors {
  /// Keys of `[bank.sftp]`: where, and the host's key.
  var sftp: String
  /// Of the HTTPS server's root, and who signs its certificate.
  var url: String
  var caFile: String
  /// More keys of `[[bank]]`.
  var bank = ""
}

extension KillHouse {
  /// The daemon's configuration: one bank, whose files are signed, one creditor, one webhook, mail.
  static func configuration(
    _ bench: KillBench, _ way: Way, _ database: String, name: String, path: String, bank: String, doors: Doors
  ) -> String {
    let connection =
      switch way {
      case .sftp:
        """
        channel = "sftp"
        [bank.sftp]
        \(doors.sftp)
        user = "\(bench.ssh.user)"
        private_key = "bank-ssh-key"
        inbox = "\(bank)/inbox"
        archive = "\(bank)/archive"
        outbox = "\(bank)/outbox"
        done = "\(bank)/outbox/done"
        pattern = "*.xml"
        """
      case .https, .direct:
        """
        channel = "https"
        [bank.https]
        inbox = "\(doors.url)/\(name)/inbox/"
        archive = "\(doors.url)/\(name)/archive/"
        outbox = "\(doors.url)/\(name)/outbox/"
        done = "\(doors.url)/\(name)/outbox/done/"
        acknowledge = "move"
        finalize = \(way == .https)
        pattern = "*.xml"
        ca_file = "\(doors.caFile)"
        client_certificate = "client.pem"
        client_key = "client.key"
        """
      }
    return """
      [database]
      url = "\(database)"
      [daemon]
      state_directory = "\(path)/state"
      spool_directory = "\(path)/spool"
      status_file = "\(path)/status.json"
      clock_file = "\(path)/clock"
      credentials_directory = "\(bench.directory.path)/credentials"
      poll_interval_seconds = 1
      [[bank]]
      name = "bank"
      initiating_party = "ACME SAS"
      uncertain_wait_seconds = 0
      credit_within_days = 1
      \(doors.bank)
      \(connection)
      [bank.signing]
      form = "cms-detached"
      certificate = "signing.pem"
      key = "signing.key"
      suffix = ".p7s"
      [[creditor]]
      key = "acme"
      name = "ACME SAS"
      creditor_identifier = "FR72ZZZ123456"
      registration = "ignore"
      language = "fr"
      town = "Paris"
      country = "FR"
        [[creditor.account]]
        key = "main"
        iban = "FR7630006000011234567890189"
        bank = "bank"
      [[webhook]]
      name = "erp"
      url = "http://127.0.0.1:\(bench.webhooks.port)/\(name)"
      secret = "webhook-secret"
      allow_plain_http = true
      [mail]
      server = "smtp://127.0.0.1:\(bench.mails.port)"
      from = "Direct debits <debits@\(name).example>"
      finance = ["finance@acme.example"]
      starttls = false
      """
  }
}
