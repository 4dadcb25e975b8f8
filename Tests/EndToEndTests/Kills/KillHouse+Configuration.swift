import TestSupport

extension KillHouse {
  /// The daemon's configuration: one bank, whose files are signed, one creditor, one webhook, mail.
  static func configuration(
    _ bench: KillBench, _ way: Way, _ database: String, name: String, path: String, bank: String
  ) -> String {
    let connection =
      switch way {
      case .sftp:
        """
        channel = "sftp"
        [bank.sftp]
        host = "127.0.0.1"
        port = \(bench.ssh.port)
        user = "\(bench.ssh.user)"
        private_key = "bank-ssh-key"
        known_hosts = "\(bench.ssh.knownHosts)"
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
        inbox = "\(bench.nginx.url)/\(name)/inbox/"
        archive = "\(bench.nginx.url)/\(name)/archive/"
        outbox = "\(bench.nginx.url)/\(name)/outbox/"
        done = "\(bench.nginx.url)/\(name)/outbox/done/"
        acknowledge = "move"
        finalize = \(way == .https)
        pattern = "*.xml"
        ca_file = "\(bench.nginx.caFile)"
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
