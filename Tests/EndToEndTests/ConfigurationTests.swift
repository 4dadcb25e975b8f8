import Foundation
import TestSupport
import Testing

/// What the program says of a configuration. A sound one comes as far as the database, which is not there: exit 69.
@Suite("Configuration")
struct ConfigurationTests {
  private static let sound = """
    [database]
    url = "postgresql:///sepad?host=/nowhere"
    [daemon]
    [[bank]]
    name = "house"
    channel = "sftp"
    initiating_party = "ACME SAS"
    [bank.sftp]
    host = "127.0.0.1"
    user = "acme"
    private_key = "ssh-key"
    host_key_sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
    inbox = "/inbox"
    outbox = "/outbox"
    [[creditor]]
    key = "acme"
    name = "ACME SAS"
    creditor_identifier = "FR72ZZZ123456"
    town = "Paris"
    country = "FR"
    contact_email = "compta@acme.example"
    [[creditor.account]]
    key = "main"
    iban = "FR7630006000011234567890189"
    bank = "house"
    [[webhook]]
    name = "erp"
    url = "https://erp.acme.example/hooks"
    secret = "webhook-secret"
    [mail]
    server = "smtp://127.0.0.1:2525"
    from = "ACME <out@acme.example>"
    finance = ["compta@acme.example"]
    starttls = false
    """

  private func program(_ text: String) throws -> Program {
    let directory = try TemporaryDirectory()
    try directory.makeDirectory("credentials")
    try directory.write("credentials/ssh-key", Array("a key".utf8))
    // Under systemd, the names of credentials have a prefix.
    let secret = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString() + "\n"
    try directory.write("credentials/sepad_webhook-secret", Array(secret.utf8))
    return try Program(
      directory, configuration: text, environment: ["CREDENTIALS_DIRECTORY": directory.appending("credentials")])
  }

  @Test("that is sound comes as far as the database, and its absence is exit 69")
  func sound() throws {
    let (status, output) = try program(Self.sound).run("migrate")
    #expect(status == 69, "\(output)")
    #expect(output.hasPrefix("database: connection: "), "\(output)")
  }

  @Test(
    "with a fault is refused with 78, its key and a hint",
    arguments: [
      // what stands there, what replaces it, what is said
      ("[daemon]", "[daemon]\nstate_dir = \"/x\"", "daemon.state_dir: known key: found an unknown key"),
      ("[daemon]", "[daemon]\nlog_level = \"loud\"", "daemon.log_level: choice: found loud"),
      ("[daemon]", "[daemon]\npoll_interval_seconds = 0", "daemon.poll_interval_seconds: range: found 0"),
      ("[daemon]", "[daemon", "-: TOML: "),
      ("[daemon]", "", "daemon: presence: found nothing, expected [daemon]"),
      ("postgresql:///sepad", "postgresql://sepad:hunter2@db/sepad", "database.url: no secret in this file: found a password"),
      ("?host=/nowhere", "?host=/nowhere&PassWord=hunter2", "database.url: no secret in this file: found a password"),
      ("channel = \"sftp\"", "channel = \"ftp\"", "bank[0].channel: channel: found ftp, expected sftp or https"),
      ("channel = \"sftp\"", "channel = \"https\"", "bank[0].https: presence: found nothing, expected [bank.https]"),
      ("channel = \"sftp\"", "channel = \"sftp\"\ncut_off = \"24:00\"", "bank[0].cut_off: time of day: found 24:00, expected HH:MM"),
      ("channel = \"sftp\"", "channel = \"sftp\"\nremote_name = \"file.xml\"", "bank[0].remote_name: pattern: found file.xml"),
      ("channel = \"sftp\"", "channel = \"sftp\"\nlead_days = \"1\"", "bank[0].lead_days: range: found"),
      (
        "channel = \"sftp\"", "channel = \"sftp\"\nclosing_days = [\"02-30\"]",
        "bank[0].closing_days: day: found 02-30, expected 07-14, 2027-06-14, easter+39"
      ),
      (
        "key = \"acme\"", "key = \"acme\"\nclosed_day = \"next\"",
        "creditor[0].closed_day: choice: found next, expected one of following, preceding, modified-following"
      ),
      ("[[creditor.account]]", "[creditor.notice]\n[[creditor.account]]", "creditor[0].notice.by: presence: found nothing"),
      ("[[creditor.account]]", "[creditor.notice]\nby = \"post\"\n[[creditor.account]]", "creditor[0].notice.by: choice: found post"),
      (
        "[[creditor.account]]", "[creditor.notice]\nby = \"mail\"\ndays = 0\n[[creditor.account]]",
        "creditor[0].notice.days: range: found 0"
      ),
      (
        "[[creditor.account]]", "[creditor.notice]\nby = \"mail\"\nmissing = \"wait\"\n[[creditor.account]]",
        "creditor[0].notice.missing: choice: found wait, expected hold or send"
      ),
      (
        "[[creditor.account]]", "[creditor.notice]\nby = \"mail\"\nlogo_url = \"http://acme.example/a.png\"\n[[creditor.account]]",
        "creditor[0].notice.logo_url: https: found http://acme.example/a.png"
      ),
      (
        "[[creditor.account]]", "[creditor.notice]\nby = \"mail\"\ncolour = \"red\"\n[[creditor.account]]",
        "creditor[0].notice.colour: colour: found red, expected #rrggbb"
      ),
      (
        "[[creditor.account]]", "[creditor.notice]\nby = \"mail\"\nreply_to = \"nobody\"\n[[creditor.account]]",
        "creditor[0].notice.reply_to: value: found"
      ),
      (
        "[[creditor.account]]", "[creditor.notice]\nby = \"mail\"\nfooter_it = \"Ciao\"\n[[creditor.account]]",
        "creditor[0].notice.footer_it: known key: found an unknown key"
      ),
      (
        "name = \"erp\"\nurl = \"https://erp.acme.example/hooks\"\nsecret = \"webhook-secret\"\n[mail]\nserver = \"smtp://127.0.0.1:2525\"\nfrom = \"ACME <out@acme.example>\"\nfinance = [\"compta@acme.example\"]\nstarttls = false",
        "name = \"erp\"\nurl = \"https://erp.acme.example/hooks\"\nsecret = \"webhook-secret\"\n[[creditor]]\nkey = \"b\"\nname = \"B\"\ncreditor_identifier = \"FR72ZZZ123456\"\ntown = \"Paris\"\ncountry = \"FR\"\n[creditor.notice]\nby = \"mail\"\n[[creditor.account]]\nkey = \"main\"\niban = \"FR7630006000011234567890189\"\nbank = \"house\"",
        "mail: presence: found nothing, expected [mail], by which creditor b tells its debtors"
      ),
      ("initiating_party = \"ACME SAS\"", "initiating_party = \"\u{1F600}\"", "bank[0].initiating_party: value: found"),
      ("channel = \"sftp\"", "channel = \"sftp\"\nagain_suffix = \"-R\"", "bank[0].again_suffix: pattern: found -R"),
      ("channel = \"sftp\"", "channel = \"sftp\"\nagain_suffix = \"-{n}/\"", "bank[0].again_suffix: value: found"),
      ("[daemon]", "[returns]\nb2b_return_days = 0\n[daemon]", "returns.b2b_return_days: range: found 0"),
      ("[daemon]", "[[policy]]\ncodes = [\"am04\"]\naction = \"wait\"\n[daemon]", "policy[0].codes: reason code: found am04"),
      ("[daemon]", "[[policy]]\n[daemon]", "policy[0].action: presence: found nothing"),
      ("[daemon]", "[[policy]]\naction = \"represent\"\nmandate = \"suspend\"\n[daemon]", "policy[0].mandate: usable mandate"),
      ("[daemon]", "[[policy]]\naction = \"wait\"\ntimes = 2\n[daemon]", "policy[0].times: known key"),
      ("[daemon]", "[[policy]]\naction = \"wait\"\ntell = [\"all\"]\n[daemon]", "policy[0].tell: choice: found all"),
      ("private_key = \"ssh-key\"", "private_key = \"../ssh-key\"", "bank[0].sftp.private_key: credential name: found ../ssh-key"),
      ("private_key = \"ssh-key\"", "private_key = \"other\"", "bank[0].sftp.private_key: credential: found no readable file other"),
      ("host_key_sha256 = \"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\"", "", "bank[0].sftp: channel: found"),
      ("inbox = \"/inbox\"", "inbox = \"inbox\"", "bank[0].sftp: channel: found"),
      ("FR72ZZZ123456", "FR73ZZZ123456", "creditor[0].creditor_identifier: value: found"),
      ("town = \"Paris\"", "", "creditor[0].town: presence: found nothing"),
      ("country = \"FR\"", "country = \"France\"", "creditor[0].town: value: found"),
      ("compta@acme.example\"\n[[", "compta\"\n[[", "creditor[0].contact_email: value: found"),
      ("FR7630006000011234567890189", "FR7630006000011234567890188", "creditor[0].account[0].iban: value: found"),
      ("bank = \"house\"", "bank = \"other\"", "creditor[0].account[0].bank: bank is configured: found other, expected one of house"),
      ("https://erp", "http://erp", "webhook[0].url: webhook: found"),
      ("secret = \"webhook-secret\"", "secret = \"ssh-key\"", "webhook[0].secret: value: found"),
      ("smtp://127.0.0.1:2525", "smtp://127.0.0.1", "mail.server: URL: found smtp://127.0.0.1, expected smtp://host:port"),
      ("starttls = false", "starttls = false\nusername = \"me\"", "mail.server: mail: found"),
      ("starttls = false", "starttls = \"no\"", "mail.starttls: type: found"),
      ("from = \"ACME <out@acme.example>\"", "from = \"ACME\"", "mail.server: mail: found"),
    ])
  func faults(old: String, new: String, said: String) throws {
    let text = Self.sound.replacingOccurrences(of: old, with: new)
    try #require(text != Self.sound)
    let program = try program(text)
    let (status, output) = try program.run("migrate")
    #expect(status == 78, "\(output)")
    #expect(output.contains("sepad.toml: \(said)"), "\(output)")
    #expect(output.contains("\nHINT: "))
    for secret in ["hunter2", "7630006000011234567890188"] { #expect(!output.contains(secret), "\(output)") }
  }

  @Test("as the example has it is sound")
  func example() throws {
    let directory = try TemporaryDirectory()
    try directory.makeDirectory("credentials")
    let (certificate, key) = try TestAuthority("Bank", in: directory).issue("signer")
    for (name, path) in [("banque-exemple-signing.pem", certificate), ("banque-exemple-signing.key", key)] {
      try FileManager.default.copyItem(atPath: path, toPath: directory.appending("credentials/\(name)"))
    }
    for (name, text) in [
      ("banque-exemple-ssh-key", "key"), ("mail-password", "password"),
      ("erp-webhook-secret", "whsec_" + Data(repeating: 7, count: 24).base64EncodedString()),
    ] { try directory.write("credentials/\(name)", Array(text.utf8)) }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Config/sepad.example.toml").standardizedFileURL
    let text = try String(contentsOf: file, encoding: .utf8)
      .replacingOccurrences(of: "host=/run/postgresql", with: "host=/nowhere")
    let program = try Program(
      directory, configuration: text, environment: ["CREDENTIALS_DIRECTORY": directory.appending("credentials")])
    let (status, output) = try program.run("migrate")
    #expect(status == 69, "\(output)")
  }
}
