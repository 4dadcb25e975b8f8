private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
private let padding = UInt8(ascii: "=")

/// Base64 of RFC 4648 section 4, with padding, on one line.
package func base64Encode(_ bytes: [UInt8]) -> String {
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let present = min(3, bytes.count - start)
    var group = UInt32(bytes[start]) << 16
    if present > 1 { group |= UInt32(bytes[start + 1]) << 8 }
    if present > 2 { group |= UInt32(bytes[start + 2]) }
    text.append(alphabet[Int(group >> 18)])
    text.append(alphabet[Int(group >> 12 & 63)])
    text.append(present > 1 ? alphabet[Int(group >> 6 & 63)] : padding)
    text.append(present > 2 ? alphabet[Int(group & 63)] : padding)
  }
  return String(decoding: text, as: UTF8.self)
}

/// The bytes behind padded base64 (RFC 4648 section 4); nil for anything else: spaces, missing padding, spare bits.
package func base64Decode(_ text: String) -> [UInt8]? {
  let symbols = Array(text.utf8)
  guard symbols.count % 4 == 0 else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(symbols.count / 4 * 3)
  for start in stride(from: 0, to: symbols.count, by: 4) {
    let isLast = start + 4 == symbols.count
    var group: UInt32 = 0
    var missing = 0
    for symbol in symbols[start..<start + 4] {
      guard symbol != padding else {
        missing += 1
        group <<= 6
        continue
      }
      guard missing == 0, let value = base64Value(symbol) else { return nil }
      group = group << 6 | value
    }
    // Two symbols carry one byte and four spare bits, three carry two bytes and two: spare bits must be zero.
    guard missing == 0 || isLast, missing < 3, group & (1 << UInt32(8 * missing) - 1) == 0 else { return nil }
    bytes.append(UInt8(truncatingIfNeeded: group >> 16))
    if missing < 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
    if missing < 1 { bytes.append(UInt8(truncatingIfNeeded: group)) }
  }
  return bytes
}

private func base64Value(_ symbol: UInt8) -> UInt32? {
  switch symbol {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(symbol - UInt8(ascii: "A"))
  case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(symbol - UInt8(ascii: "a")) + 26
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(symbol - UInt8(ascii: "0")) + 52
  case UInt8(ascii: "+"): 62
  case UInt8(ascii: "/"): 63
  default: nil
  }
}

/// Lower-case hexadecimal, two digits a byte: how digests stand in tables, logs and file lists.
package func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
