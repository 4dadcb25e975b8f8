import TOMLKit

/// What is wrong with the configuration: `file: key: rule: found, expected`, then what to do.
struct ConfigurationFault: Error, CustomStringConvertible {
  let file: String
  let key: String
  let rule: String
  let found: String
  let expected: String
  var hint = "correct the file; Config/sepad.example.toml explains each key"

  var description: String { "\(file): \(key): \(rule): found \(found), expected \(expected)\nHINT: \(hint)" }
}

/// A table of the configuration that knows which of its keys were asked for: a key that nobody knows is an error, for it
/// is a setting that its author believes in.
final class ConfigurationTable {
  let file: String
  let path: String
  private let table: TOMLTable
  private var asked: Set<String> = []

  init(file: String, path: String, table: TOMLTable) {
    self.file = file
    self.path = path
    self.table = table
  }

  func fault(_ key: String, _ rule: String, found: String, expected: String) -> ConfigurationFault {
    ConfigurationFault(file: file, key: path.isEmpty ? key : "\(path).\(key)", rule: rule, found: found, expected: expected)
  }

  func text(_ key: String) throws -> String? {
    asked.insert(key)
    guard let value = table[key] else { return nil }
    guard let text = value.string, !text.isEmpty else { throw fault(key, "type", found: "\(value.type)", expected: "a text") }
    return text
  }

  func required(_ key: String) throws -> String {
    guard let text = try text(key) else { throw fault(key, "presence", found: "nothing", expected: "a text") }
    return text
  }

  func integer(_ key: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
    asked.insert(key)
    guard let value = table[key] else { return standard }
    guard let number = value.int, range.contains(number) else {
      throw fault(key, "range", found: "\(value)", expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func bool(_ key: String) throws -> Bool? {
    asked.insert(key)
    guard let value = table[key] else { return nil }
    guard let flag = value.bool else { throw fault(key, "type", found: "\(value.type)", expected: "true or false") }
    return flag
  }

  func texts(_ key: String) throws -> [String] {
    asked.insert(key)
    guard let value = table[key] else { return [] }
    guard let array = value.array else { throw fault(key, "type", found: "\(value.type)", expected: "a list of texts") }
    return try array.map { element in
      guard let text = element.string else { throw fault(key, "type", found: "\(element.type)", expected: "a list of texts") }
      return text
    }
  }

  /// The sub-table of a key.
  func section(_ key: String) throws -> ConfigurationTable? {
    asked.insert(key)
    guard let value = table[key] else { return nil }
    guard let inner = value.table else { throw fault(key, "type", found: "\(value.type)", expected: "a table") }
    return ConfigurationTable(file: file, path: path.isEmpty ? key : "\(path).\(key)", table: inner)
  }

  /// The tables of a list of tables, `[[key]]`.
  func sections(_ key: String) throws -> [ConfigurationTable] {
    asked.insert(key)
    guard let value = table[key] else { return [] }
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

  /// - Throws: `ConfigurationFault` for a key that was never asked for.
  func refuseUnknown() throws {
    if let stranger = table.keys.sorted().first(where: { !asked.contains($0) }) {
      throw fault(stranger, "known key", found: "an unknown key", expected: "one of \(asked.sorted().joined(separator: ", "))")
    }
  }
}
