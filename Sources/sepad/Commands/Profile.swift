import ArgumentParser
import SEPA
import Work

/// Banks' profiles; needs neither a configuration nor a database.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "What banks want of files: lists, shows, checks and explains profiles.",
    subcommands: [List.self, Show.self, Check.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the profiles that come with sepad.")

    func run() throws {
      for (name, _) in ProfileDocument.shipped {
        let document = try ProfileCommand.told { try ProfileDocument(name) }
        Console.say(name.padded(to: 22) + document.summary)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints a profile that comes with sepad, to copy and change.")
    @Argument(help: "Its name.") var name: String

    func run() throws {
      guard let text = ProfileDocument.text(of: name) else {
        Console.complain(
          """
          \(name): profile: found none of this name that comes with sepad, \
          expected one of \(ProfileDocument.shipped.map(\.name).joined(separator: ", "))
          """)
        throw Exit.noInput
      }
      print(text, terminator: "")
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks a profile and explains each rule: what it does, which document says so, and on whose word.",
      discussion: "Ends with 78 when the document is wrong.")
    @Argument(help: "Names of profiles that come with sepad, or paths of documents.") var profiles: [String]

    func run() throws {
      for name in profiles {
        let document = try ProfileCommand.told { try ProfileDocument(name) }
        let rules = try ProfileCommand.told { try BankRules(document.table) }
        Console.say("\(document.name): \(document.summary)")
        for (key, value, meaning) in rules.explained {
          let owner = document.table.owner(of: key)?.file ?? document.name
          Console.say(
            """

              \(key) = \(value)
                \(meaning)
                \(owner): \(document.sources[key] ?? "not told")
            """)
        }
        let asking = BankRules.keys.filter { document.sources[$0]?.contains("ask your bank") == true }
        if !asking.isEmpty { Console.say("\nYour bank's word, not a rule: \(asking.joined(separator: ", ")).") }
      }
    }
  }

  /// Tells a fault of a document on stderr and ends the command.
  private static func told<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let fault as ConfigurationFault {
      Console.complain("\(fault)")
      throw Exit.misconfigured
    }
  }
}

extension BankRules {
  /// Each key, its value as TOML has it, and what follows from it.
  var explained: [(key: String, value: String, meaning: String)] {
    let meanings = fileMeanings.merging(dayMeanings) { first, _ in first }.merging(windowMeanings) { first, _ in first }
    return Self.keys.map { key in
      let (value, meaning) = meanings[key] ?? ("?", "not explained")
      return (key, value, meaning)
    }
  }

  private var fileMeanings: [String: (String, String)] {
    let bytes = files.maxBytes.map(String.init) ?? "0"
    let party: (String, String) =
      switch files.initiatingPartyID {
      case .creditorIdentifier: ("\"creditor-identifier\"", "the initiating party is named with the creditor's identifier")
      case .none: ("\"none\"", "the initiating party has a name and no number")
      case .given(Self.given, _): ("\"given\"", "each [[bank]] with this profile says what the bank calls you")
      case .given(let id, _): ("\"\(id)\"", "the initiating party is named with this number")
      }
    var issuer = ("\"none\"", "nobody is named as giver of the initiating party's number")
    if case .given(_, let text?) = files.initiatingPartyID {
      issuer = ("\"\(text)\"", "named as giver of the initiating party's number")
    }
    return [
      "message": ("\"\(files.message)\"", "files are in this version, and valid by its schema"),
      "blocks": (
        "\"\(files.blocks.rawValue)\"",
        files.blocks == .many
          ? "a file holds a block for each account, sequence type and collection date"
          : "each account, sequence type and collection date has a file of its own"
      ),
      "max_transactions": ("\(files.maxTransactions)", "more collections become more files"),
      "max_bytes": (bytes, files.maxBytes == nil ? "a file may have any size" : "a file that would be larger becomes several"),
      "batch_booking": files.batchBooking.map { batch in
        ("\(batch)", batch ? "one sum a block is asked for on the account" : "one entry a payment is asked for on the account")
      } ?? ("\"agreed\"", "files do not say whether sums or single payments are booked"),
      "sequence_types": (
        "\"\(files.sequences.rawValue)\"",
        files.sequences == .recurrent
          ? "RCUR for recurrent mandates from the first collection on, OOFF for one-off ones"
          : "FRST until the bank has accepted one, then RCUR, FNAL for the last; OOFF for one-off mandates"),
      "addresses": ("\"\(files.addresses.rawValue)\"", addressMeaning),
      "bic": ("\"\(files.bics.rawValue)\"", bicMeaning),
      "characters": ("\"epc\"", "a-z A-Z 0-9 / - ? : ( ) . , ' + and space; other letters are spelled in them"),
      "initiating_party_id": party,
      "initiating_party_issuer": issuer,
      "compression": (
        "\"\(files.compression.rawValue)\"", files.compression == .none ? "files leave as they are" : "files leave packed by gzip"
      ),
      "cancellation": (
        "\"\(files.cancellation ?? "none")\"",
        files.cancellation == nil
          ? "what is at the bank cannot be called back by sepad" : "collections are called back before they are settled"
      ),
      "reversal": (
        "\"\(files.reversal ?? "none")\"",
        files.reversal == nil ? "settled collections are not given back by sepad" : "settled collections are given back"
      ),
      "signature": ("\"\(signature.rawValue)\"", signatureMeaning),
      "remote_name": ("\"\(remoteName)\"", "a file's name at the bank"),
      "pattern": ("\"\(pattern)\"", "names in the bank's outbox that are reports"),
    ]
  }

  private var addressMeaning: String {
    let otherwise = "others are left out, and refused where the account is outside the EEA"
    switch files.addresses {
    case .hybrid: return "addresses have town and country in their elements, and up to two lines"
    case .structured: return "addresses have each part in its element; \(otherwise)"
    case .none: return "no addresses are written; who needs one, outside the EEA, is refused"
    }
  }

  private var signatureMeaning: String {
    switch signature {
    case .none: "no signature goes with a file"
    case .cmsDetached: "a detached CMS signature goes with each file"
    case .agreed: "a signature goes with each file where [bank.signing] is there"
    }
  }

  private var bicMeaning: String {
    switch files.bics {
    case .optional: "the BIC is written where it is known"
    case .outsideEEA: "debtors outside the EEA are refused without a BIC"
    case .required: "debtors are refused without a BIC, and your accounts need theirs"
    }
  }

  private var windowMeanings: [String: (String, String)] {
    var meanings = [
      "lead_days": ("\(windows.leadDays)", "a file is there this many TARGET days before its collection date"),
      "cut_off": (
        "\"\(windows.cutOff.timeOfDay)\"", "what leaves later counts as of the next day on which the bank takes in files"
      ),
      "early_cut_offs": (
        Self.list(windows.earlyCutOffs.map { "\($0.days) \($0.cutOff.timeOfDay)" }),
        windows.earlyCutOffs.isEmpty ? "the cut-off is the same on all days" : "on these days the cut-off is earlier"
      ),
      "closing_days": (
        Self.list(windows.days.closings.map { "\($0)" }),
        windows.days.closings.isEmpty
          ? "the bank takes in files on each TARGET day"
          : "on these days the bank takes in no file, but collects where TARGET is open"
      ),
    ]
    for scheme in Scheme.allCases {
      let (name, suffix) = (scheme.rawValue, scheme.rawValue.lowercased())
      meanings["lead_days_\(suffix)"] = windows.ownLeadDays[scheme].map {
        ("\($0)", "for \(name), instead of lead_days")
      } ?? ("\"\(Windows.same)\"", "lead_days holds for \(name)")
      meanings["cut_off_\(suffix)"] = windows.ownCutOff[scheme].map {
        ("\"\($0.timeOfDay)\"", "for \(name), instead of cut_off")
      } ?? ("\"\(Windows.same)\"", "cut_off holds for \(name)")
    }
    return meanings
  }

  /// As TOML has it.
  private static func list(_ texts: [String]) -> String { "[\(texts.map { "\"\($0)\"" }.joined(separator: ", "))]" }

  private var dayMeanings: [String: (String, String)] {
    let prefix = mark.remittancePrefix
    return [
      "time_zone": ("\"\(timeZone)\"", "the bank's clock"),
      "submit_ahead_days": (
        "\(windows.submitAheadDays)",
        "a file leaves at most this many TARGET days before its collection date; earlier where the bank takes in none later"
      ),
      "answer_within_hours": (
        "\(answerWithinHours ?? 0)",
        answerWithinHours == nil ? "the bank speaks of refusals only" : "finance is told when a file has no answer by then"
      ),
      "credit_within_days": (
        "\(creditWithinDays)", "finance is told of payments that are neither credited nor refused by then, in TARGET days"
      ),
      "again_suffix": (
        "\"\(mark.endToEndSuffix.isEmpty ? "none" : mark.endToEndSuffix)\"", "ends the id of a collection that is presented again"
      ),
      "again_remittance_prefix": (
        "\"\(prefix.isEmpty ? "none" : prefix)\"", "begins the remittance text of a collection that is presented again"
      ),
    ]
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    count < width ? self + String(repeating: " ", count: width - count) : self + " "
  }
}
