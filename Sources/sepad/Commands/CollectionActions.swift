import ArgumentParser
import SEPA
import Store
import Work

struct RepresentCollection: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "represent",
    abstract: "Presents a rejected or returned collection again: a new one with an end-to-end id of its own.")
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var signature: Signature
  @Option(help: "The day to collect on, YYYY-MM-DD; by default the earliest possible.") var on: String?
  @Argument(help: "The number of the one that came to nothing.") var id: Int64

  func run() async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    let day = try on.map { text in
      do { return try CalendarDay(iso: text) } catch { throw ValidationError("on: \(error)") }
    }
    try await config.withStore(configuration) { session in
      do {
        let new = try await session.represent(
          id, on: (day ?? stamp.at.day).iso, marks: configuration.settings.policies.marks, because: signature.because, stamp)
        Console.say(try await session.collectionFacts(new).facts)
      } catch let fault as AttemptFault {
        Console.complain("\(fault)")
        throw Exit.badData
      }
    }
  }
}

struct CancelCollection: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Withdraws a collection that stands in no file yet.")
  @OptionGroup var config: ConfigurationOption
  @OptionGroup var signature: Signature
  @Argument(help: "Its number.") var id: Int64

  func run() async throws {
    let configuration = try config.load()
    let stamp = try signature.stamp(configuration)
    try await config.withStore(configuration) { session in
      do { try await session.cancel(id, because: signature.because, stamp) } catch let fault as AttemptFault {
        Console.complain("\(fault)")
        throw Exit.badData
      }
      Console.say("collection \(id): cancelled")
    }
  }
}
