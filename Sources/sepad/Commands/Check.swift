import ArgumentParser
import Channels
import Notices
import SEPA
import Store
import Work

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks configuration, credentials, database, schema, XSDs and the way to each bank, webhook and mail server.")
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    // Reading the configuration has checked its keys and found every credential it names.
    let configuration = try config.load()
    Console.say("ok    configuration and credentials")
    var failed = false
    func tell(_ what: String, _ check: () async throws -> String) async {
      do { Console.say("ok    \(what): \(try await check())") } catch {
        failed = true
        Console.say("FAIL  \(what): \(error)")
      }
    }
    let session = Session(conninfo: configuration.settings.conninfo, name: "check", timeLimit: 30)
    await tell("database") {
      try await session.one("SELECT 'PostgreSQL ' || current_setting('server_version')").text(0)
    }
    await tell("schema version") {
      try await Migrator().requireCurrent(session)
      return "\(Migration.all.count)"
    }
    if let tolerance = configuration.settings.clockToleranceSeconds {
      await tell("clock") {
        let clock = try Clocks.make(configuration)
        let (before, theirs) = (clock.now(), try await session.instant())
        let ahead = ClockGuard.secondsAhead(before: before, theirs: theirs, after: clock.now())
        let text = "\(abs(ahead)) s \(ahead < 0 ? "behind" : "ahead of") the database's"
        guard abs(ahead) <= tolerance else {
          throw TextFile.Fault(description: "found \(text), expected at most \(tolerance) s apart\nHINT: no stage works until one of the two is set right")
        }
        return text
      }
    }
    for message in Set(configuration.settings.banks.map(\.files.message)).sorted() {
      if let path = configuration.settings.schemas[message] {
        Console.say("ok    XSD: \(path)")
      } else {
        Console.say("warn  XSD: \(message).xsd is not installed; files are sealed without validation against it")
      }
    }
    for path in configuration.openSecrets {
      Console.say("warn  credential: \(path): readable by others, expected mode 0400")
    }
    for bank in configuration.settings.banks {
      if bank.uncertainWaitSeconds == 0, configuration.clockFile == nil {
        Console.say("warn  bank \(bank.name): uncertain_wait_seconds = 0 lets a daemon that stood still act late; for sandboxes only")
      }
      if let limit = bank.secondsOfAttempt, bank.secondsForFullFile > limit {
        Console.say(
          """
          warn  bank \(bank.name): a file of max_transactions = \(bank.files.maxTransactions) takes some \(bank.secondsForFullFile) s \
          at 1 Mbit/s, and an attempt to send \(limit) s at most: raise uncertain_wait_seconds above twice what your longest \
          upload takes
          """)
      }
      await tell("time zone of \(bank.name)") {
        _ = try await session.localTime(at: SystemClock().now(), zone: bank.timeZone)
        return bank.timeZone
      }
      await tell("bank \(bank.name)") {
        do throws(ChannelFault) { return try await bank.channel.probe() } catch {
          throw TextFile.Fault(description: "\(error)\nHINT: \(error.hint)")
        }
      }
    }
    for webhook in configuration.settings.webhooks {
      await tell("webhook \(webhook.name)") { try await WebhookSender().probe(webhook) }
    }
    if let mail = configuration.settings.mail {
      await tell("mail") { try await MailSender(server: mail.server).probe() }
    } else {
      Console.say("warn  mail: not configured: nobody is told of rejects, nor of what needs a person")
    }
    if failed { throw ExitCode(1) }
  }
}
