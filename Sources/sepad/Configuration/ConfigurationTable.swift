import TOMLKit

/// What is wrong with the configuration: `file: key: rule: found, expected`, then what to do.
struct ConfigurationFault: Error, CustomStringConvertible {
  let file: String
  let key: String
  let rule: String
  let found: String
  let expected: String
  var hint = standardHint

  static let standardHint = "correct the file; Config/sepad.example.toml explains each key"

  var description: String { "\(file): \(key): \(rule): found \(found), expected \(expected)\nHINT: \(hint)" }
}

/// A table of the configuration that knows which of its keys were asked for: a key that nobody knows is an error, for it
/// is a setting that its author believes in.
///
/// A table may stand on another one, whose values hold where it says nothing.
final class ConfigurationTable {
  let file: String
  let path: String
  private let table: TOMLTable
  /// What holds where this table says nothing.
  private let base: ConfigurationTable?
  /// What to do about a fault in it.
  private let hint: String
  private var asked: Set<String> = []

  init(
    file: String, path: String, table: TOMLTable, over base: ConfigurationTable? = nil,
    hint: String = ConfigurationFault.standardHint
  ) {
    self.file = file
    self.path = path
    self.table = table
    self.base = base
    self.hint = hint
  }

  /// The same table, standing on another one.
  func over(_ base: ConfigurationTable) -> ConfigurationTable {
    ConfigurationTable(file: file, path: path, table: table, over: base, hint: hint)
  }

  /// The table that says what holds for the key: this one, or one that it stands on; nil where none does.
  func owner(of key: String) -> ConfigurationTable? { table[key] != nil ? self : base?.owner(of: key) }

  /// Its own keys, without those of what it stands on.
  var keys: [String] { table.keys.sorted() }

  private func value(of key: String) -> (any TOMLValueConvertible)? {
    asked.insert(key)
    return table[key] ?? base?.value(of: key)
  }

  func fault(_ key: String, _ rule: String, found: String, expected: String) -> ConfigurationFault {
    let owner = owner(of: key) ?? self
    return ConfigurationFault(
      file: owner.file, key: owner.path.isEmpty ? key : "\(owner.path).\(key)", rule: rule, found: found, expected: expected,
      hint: owner.hint)
  }

  func text(_ key: String) throws -> String? {
    guard let value = value(of: key) else { return nil }
    guard let text = value.string, !text.isEmpty else { throw fault(key, "type", found: "\(value.type)", expected: "a text") }
    return text
  }

  func required(_ key: String) throws -> String {
    guard let text = try text(key) else { throw fault(key, "presence", found: "nothing", expected: "a text") }
    return text
  }

  func integer(_ key: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let value = value(of: key) else { return standard }
    guard let number = value.int, range.contains(number) else {
      throw fault(key, "range", found: "\(value)", expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func bool(_ key: String) throws -> Bool? {
    guard let value = value(of: key) else { return nil }
    guard let flag = value.bool else { throw fault(key, "type", found: "\(value.type)", expected: "true or false") }
    return flag
  }

  func texts(_ key: String) throws -> [String] {
    guard let value = value(of: key) else { return [] }
    guard let array = value.array else { throw fault(key, "type", found: "\(value.type)", expected: "a list of texts") }
    return try array.map { element in
      guard let text = element.string else { throw fault(key, "type", found: "\(element.type)", expected: "a list of texts") }
      return text
    }
  }

  /// The sub-table of a key.
  func section(_ key: String) throws -> ConfigurationTable? {
    guard let value = value(of: key) else { return nil }
    guard let inner = value.table else { throw fault(key, "type", found: "\(value.type)", expected: "a table") }
    return ConfigurationTable(file: file, path: path.isEmpty ? key : "\(path).\(key)", table: inner, hint: hint)
  }

  /// The tables of a list of tables, `[[key]]`.
  func sections(_ key: String) throws -> [ConfigurationTable] {
    guard let value = value(of: key) else { return [] }
    guard let array = value.array else { throw fault(key, "type", found: "\(value.type)", expected: "[[\(key)]] tables") }
    return try array.enumerated().map { index, element in
      guard let inner = element.table else { throw fault(key, "type", found: "\(element.type)", expected: "[[\(key)]] tables") }
      return ConfigurationTable(file: file, path: (path.isEmpty ? key : "\(path).\(key)") + "[\(index)]", table: inner)
    }
  }

  /// A value that its own type checks.
  func value<Value, Fault: Error & CustomStringConvertible>(
    _ key: String, _ text: String, _ make: (String) throws(Fault) -> Value
  ) throws -> Value {
    do { return try make(text) } catch {
      throw fault(key, "value", found: "\(error)", expected: "a valid value")
    }
  }

  /// Knows a key without asking for it.
  func pass(_ key: String) { asked.insert(key) }

  /// - Throws: `ConfigurationFault` for a key that was never asked for.
  func refuseUnknown() throws {
    if let stranger = table.keys.sorted().first(where: { !asked.contains($0) }) {
      throw fault(stranger, "known key", found: "an unknown key", expected: "one of \(asked.sorted().joined(separator: ", "))")
    }
  }
}
