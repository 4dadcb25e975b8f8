import TOMLKit

/// One bank's rules as a document of its own: shipped with the program, or a file of whoever has the agreement with the
/// bank. It states what differs from the document that it stands on, and who says so.
struct ProfileDocument {
  /// `generic-france`, or the path of a file.
  let name: String
  let summary: String
  /// Its values over those of what it stands on: each key of `BankRules.keys` has one.
  let table: ConfigurationTable
  /// Who says so, by key; the nearest document that sets the key tells it.
  let sources: [String: String]

  /// What every profile stands on.
  static let root = "generic-epc"

  /// Those that are shipped, by name.
  static let shipped: [(name: String, bytes: [UInt8])] = [
    (root, PackageResources.generic_epc_toml),
    ("generic-france", PackageResources.generic_france_toml),
    ("generic-germany", PackageResources.generic_germany_toml),
    ("generic-belgium", PackageResources.generic_belgium_toml),
    ("generic-netherlands", PackageResources.generic_netherlands_toml),
    ("generic-austria", PackageResources.generic_austria_toml),
    ("generic-spain", PackageResources.generic_spain_toml),
  ]

  /// The text of a shipped document; nil for a name that is none.
  static func text(of name: String) -> String? {
    shipped.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// - Parameter name: of a shipped profile, or the path of a document: whatever has a `/` or ends in `.toml`.
  /// - Throws: `ConfigurationFault` with the first thing that is wrong, in whichever document.
  init(_ name: String) throws { try self.init(name, depth: 0) }

  private init(_ name: String, depth: Int) throws {
    let text = try Self.read(name)
    let parsed: TOMLTable
    do { parsed = try TOMLTable(string: text) } catch {
      throw Self.fault(name, "-", "TOML", found: "\(error)", expected: "a well-formed file")
    }
    let own = ConfigurationTable(file: name, path: "", table: parsed, hint: Self.hint)
    let basis = try own.text("based_on")
    guard depth < 4 else {
      throw Self.fault(name, "based_on", "documents one on another", found: "more than four", expected: "at most four")
    }
    let base = name == Self.root ? nil : try ProfileDocument(basis ?? Self.root, depth: depth + 1)
    self.name = name
    summary = try own.required("description")
    let told = try own.section("sources")
    var sources = base?.sources ?? [:]
    for key in own.keys where BankRules.keys.contains(key) {
      sources[key] = try told?.text(key) ?? "not told by \(name)"
    }
    if let stranger = told?.keys.first(where: { !own.keys.contains($0) || !BankRules.keys.contains($0) }) {
      throw own.fault("sources.\(stranger)", "source of a rule", found: "no such rule in this document", expected: "one of it")
    }
    self.sources = sources
    table = base.map { own.over($0.table) } ?? own
    for key in BankRules.keys where table.owner(of: key) == nil {
      throw own.fault(key, "presence", found: "nothing", expected: "a value: nothing stands below \(name)")
    }
    _ = try BankRules(table)
    for key in ["description", "based_on", "sources"] { table.pass(key) }
    try table.refuseUnknown()
  }

  private static let hint = "correct the document; `sepad profile show \(root)` explains each key"

  private static func fault(
    _ file: String, _ key: String, _ rule: String, found: String, expected: String
  ) -> ConfigurationFault {
    ConfigurationFault(file: file, key: key, rule: rule, found: found, expected: expected, hint: hint)
  }

  private static func read(_ name: String) throws -> String {
    if let text = text(of: name) { return text }
    guard name.contains("/") || name.hasSuffix(".toml") else {
      throw fault(
        name, "-", "profile", found: "none of this name",
        expected: "\(shipped.map(\.name).joined(separator: ", ")), or the path of a document")
    }
    do { return try TextFile.read(name, limit: 1 << 20) } catch {
      throw fault(name, "-", "file is readable", found: "\(error)", expected: "a profile")
    }
  }
}
