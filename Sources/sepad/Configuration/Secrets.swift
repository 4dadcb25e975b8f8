import Glibc

/// Secrets are files: systemd credentials, or a directory that only the daemon reads. The configuration names them.
final class Secrets {
  let directory: String?
  /// Paths of those that were asked for and that others than their owner can read.
  private(set) var open: [String] = []

  init(directory: String?) { self.directory = directory }

  /// The path of a secret: systemd prefixes the files of a credential directory with its name.
  func path(_ name: String, _ table: ConfigurationTable, _ key: String) throws -> String {
    guard let directory else {
      throw table.fault(
        key, "credentials directory", found: "none", expected: "daemon.credentials_directory or $CREDENTIALS_DIRECTORY")
    }
    guard !name.contains("/"), !name.hasPrefix(".") else {
      throw table.fault(key, "credential name", found: name, expected: "a file name without directories")
    }
    for candidate in ["\(directory)/sepad_\(name)", "\(directory)/\(name)"] where access(candidate, R_OK) == 0 {
      var facts = stat()
      // A group may read: systemd gives its credentials that bit.
      if stat(candidate, &facts) == 0, facts.st_mode & 0o027 != 0, !open.contains(candidate) { open.append(candidate) }
      return candidate
    }
    throw table.fault(key, "credential", found: "no readable file \(name)", expected: "one in \(directory)")
  }

  /// The lines of a secret, without line ends and empty lines.
  func lines(_ name: String, _ table: ConfigurationTable, _ key: String) throws -> [String] {
    let path = try path(name, table, key)
    guard let text = try? TextFile.read(path, limit: 65536) else {
      throw table.fault(key, "credential", found: "an unreadable file", expected: "text")
    }
    let lines = text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.isEmpty }
    guard !lines.isEmpty else { throw table.fault(key, "credential", found: "an empty file", expected: "the secret") }
    return lines
  }
}

/// Small text files, read whole.
enum TextFile {
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  static func read(_ path: String, limit: Int) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault(description: "\(path): file is readable: found errno \(errno), expected a file") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65536)
    while true {
      let got = Glibc.read(descriptor, &piece, piece.count)
      guard got >= 0 else { throw Fault(description: "\(path): file is readable: found errno \(errno), expected bytes") }
      if got == 0 { break }
      bytes += piece[..<got]
      guard bytes.count <= limit else { throw Fault(description: "\(path): size: found more than \(limit) bytes, expected less") }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Fault(description: "\(path): encoding: found other bytes, expected UTF-8")
    }
    return text
  }
}

/// Directories that the daemon needs and makes for itself.
enum Directory {
  /// Makes `path` and what leads to it, for the owner alone; one that exists stays as it is.
  static func make(_ path: String) throws {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/\(part)"
      guard mkdir(made, 0o700) == 0 || errno == EEXIST else {
        throw TextFile.Fault(description: "\(made): directory: found errno \(errno), expected one that can be made")
      }
    }
    guard access(path, W_OK | X_OK) == 0 else {
      throw TextFile.Fault(description: "\(path): directory: found errno \(errno), expected one that can be written to")
    }
  }
}

extension TextFile {
  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }
}
