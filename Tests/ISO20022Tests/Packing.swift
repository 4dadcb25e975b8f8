/// Containers as plain as can be, so that a test needs no other program and no compressor: everything is stored.
enum Packing {
  /// A gzip file of one member (RFC 1952), its deflate blocks stored (RFC 1951 §3.2.4).
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      let length = UInt16(block.count)
      file.append(rest.isEmpty ? 1 : 0)
      file += little(length) + little(~length) + block
    } while !rest.isEmpty
    return file + little(checksum(bytes)) + little(UInt32(bytes.count))
  }

  /// A zip file (APPNOTE 4.3).
  static func zip(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in members {
      let size = little(UInt32(bytes.count))
      // Version 1.0, no flags, stored, no time.
      let common = little(UInt16(10)) + [0, 0, 0, 0, 0, 0, 0, 0] + little(checksum(bytes)) + size + size
        + little(UInt16(name.utf8.count)) + [0, 0]
      directory += [0x50, 0x4B, 1, 2, 10, 0] + common + [UInt8](repeating: 0, count: 10) + little(UInt32(file.count))
        + Array(name.utf8)
      file += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + bytes
    }
    let count = little(UInt16(members.count))
    let end = little(UInt32(directory.count)) + little(UInt32(file.count)) + [0, 0]
    return file + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + end
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// CRC-32 as both use it.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { ($0 >> 8) ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { rest, _ in rest & 1 == 1 ? 0xEDB8_8320 ^ (rest >> 1) : rest >> 1 }
  }
}
