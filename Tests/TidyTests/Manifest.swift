import Foundation

/// A target of Package.swift that holds code: its name and what it may import, in the order of the manifest.
struct Room: Equatable, Sendable {
  var name: String
  var dependencies: [String]
  /// A systemLibrary target: one C library.
  var isLibrary = false
}

/// The rooms that Package.swift declares, read as text: asking SwiftPM would wait for the build that runs this test.
enum Manifest {
  static let rooms = rooms(in: Repository.text("Package.swift"))

  static func rooms(in manifest: String) -> [Room] {
    let code = SwiftCode.withoutComments(manifest)
    let opening = /(\broom|\.executableTarget|\.systemLibrary)\(\s*(?:name:\s*)?"([^"]+)"/
    return code.matches(of: opening).map { match in
      let rest = balanced(code[match.range.upperBound...], close: ")", open: "(")
      return Room(
        name: String(match.2), dependencies: dependencies(in: rest), isLibrary: match.1 == ".systemLibrary")
    }
  }

  /// The names in a target's list of dependencies; a product stands for its module.
  private static func dependencies(in rest: Substring) -> [String] {
    guard let bracket = rest.firstIndex(of: "[") else { return [] }
    let before = rest[..<bracket]
    guard !before.contains("resources:"), !before.contains("providers:"), !before.contains("swiftSettings:") else {
      return []
    }
    let list = balanced(rest[rest.index(after: bracket)...], close: "]", open: "[")
    return list.matches(of: /(package:\s*)?"([^"]+)"/).compactMap { $0.1 == nil ? String($0.2) : nil }
  }

  private static func balanced(_ text: Substring, close: Character, open: Character) -> Substring {
    var depth = 0
    for index in text.indices {
      if text[index] == open { depth += 1 }
      if text[index] == close {
        if depth == 0 { return text[..<index] }
        depth -= 1
      }
    }
    return text
  }
}
