import ArgumentParser
import Store
import Work

struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Brings the database to this version's schema.")
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let session = Session(conninfo: try config.load().settings.conninfo, name: "migrate")
    do {
      let applied = try await Migrator().migrate(session)
      for migration in applied { Console.say("applied \(migration.number) \(migration.name)") }
      Console.say("schema is at version \(Migration.all.count)\(applied.isEmpty ? ", nothing to do" : "")")
    } catch {
      Console.complain("\(error)")
      throw Exit.unavailable
    }
  }
}
