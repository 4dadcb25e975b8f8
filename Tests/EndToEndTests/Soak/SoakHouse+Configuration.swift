import Foundation
import TestSupport

extension SoakHouse {
  /// A daemon's configuration: three banks whose files are signed, one creditor with an account at each.
  func configuration(path: String, database: String) -> String {
    let schemas = ProcessInfo.processInfo.environment["SEPAD_SCHEMAS"].map { "schema_directory = \"\($0)\"" } ?? ""
    let accounts = Self.bankNames.enumerated().map { index, name in
      """
        [[creditor.account]]
        key = "\(name)"
        iban = "\(ManyBanks.germanIBAN(account: index + 1))"
        bank = "\(name)"
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
      credentials_directory = "\(directory.path)/credentials"
      \(schemas)
      poll_interval_seconds = 1
      # Payments of every course share a mandate, and none of them may hold the others.
      [[policy]]
      action = "wait"
      mandate = "keep"
      \(Self.bankNames.indices.map(bank).joined(separator: "\n"))
      [[creditor]]
      key = "acme"
      name = "ACME SAS"
      creditor_identifier = "FR72ZZZ123456"
      registration = "ignore"
      language = "fr"
      town = "Paris"
      country = "FR"
      \(accounts.joined(separator: "\n"))
      [[webhook]]
      name = "erp"
      url = "http://127.0.0.1:\(webhookProxy.port)/"
      secret = "webhook-secret"
      allow_plain_http = true
      [mail]
      server = "smtp://127.0.0.1:\(mailProxy.port)"
      from = "Direct debits <debits@acme.example>"
      finance = ["finance@acme.example"]
      starttls = false
      """
  }

  private func bank(_ index: Int) -> String {
    let port = bankProxies[index].port
    let (name, folder) = (Self.bankNames[index], banks[index].folder)
    let way =
      index == 0
      ? """
      channel = "sftp"
      [bank.sftp]
      host = "127.0.0.1"
      port = \(port)
      user = "\(ssh.user)"
      private_key = "bank-ssh-key"
      known_hosts = "\(directory.path)/known_hosts"
      inbox = "\(folder)/inbox"
      archive = "\(folder)/archive"
      outbox = "\(folder)/outbox"
      done = "\(folder)/outbox/done"
      pattern = "*.xml"
      """
      : """
      channel = "https"
      [bank.https]
      inbox = "https://127.0.0.1:\(port)/\(name)/inbox/"
      archive = "https://127.0.0.1:\(port)/\(name)/archive/"
      outbox = "https://127.0.0.1:\(port)/\(name)/outbox/"
      done = "https://127.0.0.1:\(port)/\(name)/outbox/done/"
      acknowledge = "move"
      finalize = \(index == 1)
      pattern = "*.xml"
      ca_file = "\(nginx.caFile)"
      client_certificate = "client.pem"
      client_key = "client.key"
      """
    return """
      [[bank]]
      name = "\(name)"
      initiating_party = "ACME SAS"
      # Short, so that what is uncertain is looked for while the storm goes on; half of it is what an upload may take.
      uncertain_wait_seconds = 4
      credit_within_days = 1
      max_transactions = 500
      \(way)
      [bank.signing]
      form = "cms-detached"
      certificate = "signing.pem"
      key = "signing.key"
      suffix = ".p7s"
      """
  }
}
