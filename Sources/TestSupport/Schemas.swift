import Foundation

/// An official schema: of the shared folder, or where `deploy/fetch-schemas` puts them; nil, said loudly, without.
package func schemaPath(_ messageType: String) -> String? {
  let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let environment = ProcessInfo.processInfo.environment
  let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
  let shared = environment["SEPAD_SHARED"] ?? package.deletingLastPathComponent().appendingPathComponent("shared").path
  for folder in [shared + "/xsd/iso20022", environment["SEPAD_SCHEMAS"] ?? cache + "/sepad/schemas"] {
    let path = "\(folder)/\(messageType).xsd"
    if FileManager.default.fileExists(atPath: path) { return path }
  }
  print("SKIPPED: no \(messageType).xsd at SEPAD_SHARED, ../shared or in the cache (deploy/fetch-schemas says which it brings)")
  return nil
}
