// What a bank's HTTPS outbox says about itself.

import Curl
import FoundationEssentials

/// Reads listings of an outbox.
enum HTTPSListing {
  /// nginx's `autoindex_format json`: `[{"name": …, "type": "file", "mtime": …, "size": …}]`; nil where it is not that.
  static func autoindex(_ bytes: [UInt8]) -> [RemoteFile]? {
    guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(bytes)) else { return nil }
    return entries.compactMap { entry in
      guard entry.type == "file", let size = entry.size, size >= 0 else { return nil }
      let modified = entry.mtime.flatMap { secondsSince1970(httpDate: $0) }
      return RemoteFile(name: entry.name, size: size, modified: modified)
    }
  }

  /// One name a line; nil where it is not UTF-8.
  static func names(_ bytes: [UInt8]) -> [String]? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    return text.split(whereSeparator: \.isNewline).map(String.init)
  }

  private struct Entry: Decodable {
    var name: String
    var type: String
    var mtime: String?
    var size: Int64?
  }
}
