import Foundation

/// The files of this repository, as a clone would hold them.
enum Repository {
  /// The folder that holds Package.swift.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Paths below the root, sorted: what git tracks or would track; without git, all but build products.
  static let paths: [String] = (tracked() ?? walked()).sorted()

  /// Swift files of Sources, Package.swift not among them.
  static let sources = paths.filter { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") }
  static let benchmarkSources = paths.filter { $0.hasPrefix("Benchmarks/") && $0.hasSuffix(".swift") }
  static let testSources = paths.filter { $0.hasPrefix("Tests/") && $0.hasSuffix(".swift") }

  /// Programs in a scripting language, by their first line.
  static let scripts = paths.filter { path in text(path).hasPrefix("#!") }

  /// The text of one file; empty for one that is not UTF-8.
  static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
  }

  /// The room that a file of Sources, Benchmarks or Tests belongs to: "Store" for Sources/Store/Migrations/First.swift.
  static func room(of path: String) -> String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : ""
  }

  private static func tracked() -> [String]? {
    // Build servers often run as another user than the clone's owner, which git refuses unless told.
    let command = ["git", "-c", "safe.directory=*", "-C", root.path, "ls-files", "-z", "-co", "--exclude-standard"]
    guard let listing = try? run(command), listing.status == 0 else { return nil }
    let found = listing.output.split(separator: "\0").map(String.init)
    return found.isEmpty ? nil : found.filter { FileManager.default.fileExists(atPath: root.appendingPathComponent($0).path) }
  }

  private static func walked() -> [String] {
    let all = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    return all.filter { path in
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
      let parts = path.split(separator: "/")
      let isProduct = parts.contains { $0 == "__pycache__" || $0 == ".git" || $0 == ".swiftpm" || $0.hasPrefix(".build") }
      return exists && !isFolder.boolValue && !isProduct && path != "Package.resolved"
    }
  }
}
