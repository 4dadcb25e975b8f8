import Foundation
import TestSupport

/// Others who take every connection that PostgreSQL has to give to ordinary roles, and do nothing with them.
final class ServerSlots {
  private var ends: [Int32] = []
  var count: Int { ends.count }

  /// Connects until the server has no more to give.
  init(_ postgres: PrivatePostgres, user: String) throws {
    for _ in 0..<200 {
      let (end, isIn) = try Self.connect("\(postgres.directory)/.s.PGSQL.5432", user)
      ends.append(end)
      if !isIn { return }
    }
    throw TestSupportFault("200 connections and still not out of them")
  }

  deinit { for end in ends { close(end) } }

  private static func connect(_ path: String, _ user: String) throws -> (end: Int32, isIn: Bool) {
    let end = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { room in
      for (index, byte) in path.utf8.prefix(room.count - 1).enumerated() { room[index] = byte }
    }
    let isConnected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(end, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    // A startup message (PostgreSQL manual, Message Formats): length, version 3.0, names and values.
    let words = ["user", user, "database", "postgres"].reduce(into: [UInt8]()) { $0 += Array($1.utf8) + [0] } + [0]
    let message = [0, 0, 0, UInt8(8 + words.count), 0, 3, 0, 0] + words
    guard isConnected, write(end, message, message.count) == message.count else {
      close(end)
      throw TestSupportFault("no PostgreSQL: errno \(errno)")
    }
    // Messages: a letter, a length that counts itself, so many bytes. Z: ready. E: an error, also after the door was opened.
    while let head = bytes(5, from: end) {
      if head[0] == UInt8(ascii: "Z") { return (end, true) }
      if head[0] == UInt8(ascii: "E") { return (end, false) }
      let length = head[1...].reduce(0) { $0 << 8 | Int($1) }
      guard bytes(length - 4, from: end) != nil else { break }
    }
    return (end, false)
  }

  private static func bytes(_ count: Int, from end: Int32) -> [UInt8]? {
    var found: [UInt8] = []
    while found.count < count {
      var piece = [UInt8](repeating: 0, count: count - found.count)
      let got = read(end, &piece, piece.count)
      guard got > 0 else { return nil }
      found += piece[..<got]
    }
    return found
  }
}
