import ArgumentParser
import Glibc
import ISO20022
import SEPA

/// Judges files of anybody; needs neither a configuration nor a database.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judges files of whatever program, pain.008, pain.007 and camt.055: XML, schema, SEPA's usage rules.",
    discussion: """
      Each finding is a line: FILE:LINE: LEVEL: ELEMENT: RULE: found X, expected Y (SOURCE). Ends with 65 when a file has \
      errors, with 66 when one cannot be read.
      """)

  @Flag(help: "One JSON object for each file, a line each.") var json = false
  @Flag(help: "Warnings count as errors.") var strict = false
  @Option(help: "The directory of the official schemas (default: $SEPAD_SCHEMAS, else /usr/share/sepad/schemas).")
  var schemas: String?
  @Option(help: "What the bank wants too: a profile that comes with sepad, or the path of a document (see `sepad profile`).")
  var profile: String?
  @Option(help: "Tells at most so many findings of a rule for each file; 0 tells all.") var most = 20
  @Argument(help: "Files.") var files: [String]

  func validate() throws {
    if most < 0 { throw ValidationError("--most: found \(most), expected 0 or more") }
  }

  func run() throws {
    let rules: FileRules?
    do { rules = try profile.map { try BankRules(try ProfileDocument($0).table).files } } catch let fault as ConfigurationFault {
      Console.complain("\(fault)")
      throw Exit.misconfigured
    }
    var isWrong = false
    var isUnread = false
    for file in files {
      do throws(ReportFault) {
        let verdict = try judge(file, rules)
        if verdict.errors > 0 || strict && verdict.warnings > 0 { isWrong = true }
      } catch {
        Console.complain("\(file): \(Self.words(for: error))")
        isUnread = true
      }
    }
    fflush(nil)
    if isUnread { throw Exit.noInput }
    if isWrong { throw Exit.badData }
  }

  private func judge(_ file: String, _ rules: FileRules?) throws(ReportFault) -> Verdict {
    let told = Told(FindingList(keeping: most == 0 ? .max : most))
    let isText = !json
    let verdict = try judgeFile(at: file, schemas: directory, profile: rules) { finding in
      if told.list.add(finding), isText { Console.say("\(file):\(finding.text)") }
    }
    if json {
      Console.say(told.list.json(file: file, verdict: verdict))
      return verdict
    }
    for (rule, count) in told.list.beyond { Console.say("\(file): \(rule): \(count) more (--most 0 tells all)") }
    if case .skipped(let why) = verdict.schema { Console.say("\(file): SKIPPED: schema: \(why)") }
    Console.say("\(file): \(verdict.summary)")
    return verdict
  }

  private static func words(for fault: ReportFault) -> String {
    guard case .unreadable(let code, let reason) = fault else { return "\(fault)" }
    return "file is readable: found errno \(code) (\(reason)), expected a file"
  }

  private var directory: String {
    schemas ?? getenv("SEPAD_SCHEMAS").map { String(cString: $0) } ?? "/usr/share/sepad/schemas"
  }
}

/// What a closure can add to.
private final class Told {
  var list: FindingList

  init(_ list: FindingList) { self.list = list }
}
