import SEPA

/// The keys of a bank's rules that say when its files must leave, and what they come to for each scheme.
struct Windows {
  /// What a key of one scheme says where the one of both holds.
  static let same = "same"

  let leadDays: Int
  /// nil where `leadDays` holds.
  let ownLeadDays: PerScheme<Int?>
  /// Seconds since midnight.
  let cutOff: Int
  /// nil where `cutOff` holds.
  let ownCutOff: PerScheme<Int?>
  let earlyCutOffs: [SubmissionWindow.EarlyCutOff]
  let days: ServiceDays
  let submitAheadDays: Int
  let byScheme: PerScheme<SubmissionWindow>

  /// Reads them from a table that stands on a whole profile.
  /// - Throws: `ConfigurationFault`; also for closing days that leave no valid collection date on some day.
  init(_ table: ConfigurationTable) throws {
    let days = ServiceDays(
      closings: try Self.list(table, "closing_days").map { try table.dayRule("closing_days", $0, whole: $0) })
    let early = try Self.list(table, "early_cut_offs").map { try Self.earlyCutOff(table, $0) }
    let leadDays = try table.integer("lead_days", default: 1, in: Self.leadRange)
    let cutOff = try Self.second(table, "cut_off", try table.required("cut_off"))
    let ahead = try table.integer("submit_ahead_days", default: 2, in: 1...10)
    let ownLeadDays = PerScheme<Int?>(
      core: try Self.leadDays(table, "lead_days_core"), b2b: try Self.leadDays(table, "lead_days_b2b"))
    let ownCutOff = PerScheme<Int?>(
      core: try Self.ownSecond(table, "cut_off_core"), b2b: try Self.ownSecond(table, "cut_off_b2b"))
    func window(_ scheme: Scheme) throws -> SubmissionWindow {
      do {
        return try SubmissionWindow(
          leadDays: ownLeadDays[scheme] ?? leadDays, cutOff: ownCutOff[scheme] ?? cutOff, submitAheadDays: ahead, days: days,
          earlyCutOffs: early)
      } catch {
        // All else is bounded above: what is left is that the days leave no date.
        throw table.fault("closing_days", error.rule, found: "\(scheme.rawValue): \(error.found)", expected: error.expected)
      }
    }
    byScheme = PerScheme(core: try window(.core), b2b: try window(.b2b))
    self.leadDays = leadDays
    self.ownLeadDays = ownLeadDays
    self.cutOff = cutOff
    self.ownCutOff = ownCutOff
    earlyCutOffs = early
    self.days = days
    submitAheadDays = ahead
  }

  /// As many closing days, or early cut-offs, as anybody can keep up.
  private static let most = 100
  private static let leadRange = 1...5

  /// A number, or nil for "same": what is no text is asked for as a number, and refused as such.
  private static func leadDays(_ table: ConfigurationTable, _ key: String) throws -> Int? {
    if let text = try? table.text(key) {
      guard text == same else {
        throw table.fault(key, "choice", found: text, expected: "1 to 5 TARGET days, or \"\(same)\" as lead_days")
      }
      return nil
    }
    return try table.integer(key, default: 1, in: leadRange)
  }

  /// `12-24 11:00`: a day as closing days name it, and its cut-off.
  private static func earlyCutOff(_ table: ConfigurationTable, _ text: String) throws -> SubmissionWindow.EarlyCutOff {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, let second = secondOfDay(String(parts[1])) else {
      throw table.fault("early_cut_offs", "day and time", found: text, expected: "such as \"12-24 11:00\" or \"friday 15:00\"")
    }
    return SubmissionWindow.EarlyCutOff(
      days: try table.dayRule("early_cut_offs", String(parts[0]), whole: text), cutOff: second)
  }

  private static func list(_ table: ConfigurationTable, _ key: String) throws -> [String] {
    let texts = try table.texts(key)
    guard texts.count <= most else { throw table.fault(key, "length", found: "\(texts.count)", expected: "at most \(most)") }
    guard Set(texts).count == texts.count else {
      let twice = texts.first { text in texts.count { $0 == text } > 1 } ?? ""
      throw table.fault(key, "unique", found: "\(twice) twice", expected: "each once")
    }
    return texts
  }

  private static func second(_ table: ConfigurationTable, _ key: String, _ text: String) throws -> Int {
    guard let second = secondOfDay(text) else { throw table.fault(key, "time of day", found: text, expected: "HH:MM") }
    return second
  }

  private static func ownSecond(_ table: ConfigurationTable, _ key: String) throws -> Int? {
    let text = try table.required(key)
    guard text != same else { return nil }
    guard let second = secondOfDay(text) else {
      throw table.fault(key, "time of day", found: text, expected: "HH:MM, or \"\(same)\" as cut_off")
    }
    return second
  }

  /// The second since midnight of `HH:MM`; nil for anything else.
  private static func secondOfDay(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isWholeNumber) }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
    else { return nil }
    return hour * 3600 + minute * 60
  }
}

extension Int {
  /// Seconds since midnight as `HH:MM`.
  var timeOfDay: String {
    let (hour, minute) = (self / 3600, self / 60 % 60)
    return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
  }
}

extension ConfigurationTable {
  /// A day as `DayRule` reads it; a fault quotes the whole entry.
  fileprivate func dayRule(_ key: String, _ text: String, whole: String) throws -> DayRule {
    do { return try DayRule(text) } catch { throw fault(key, error.rule, found: whole, expected: error.expected) }
  }
}
