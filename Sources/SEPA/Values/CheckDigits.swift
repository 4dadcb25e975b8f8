/// The check digits of IBAN (ISO 13616) and creditor identifier (EPC262-08): ISO 7064 MOD 97-10.
enum CheckDigits {
  /// The remainder modulo 97 of `body` followed by `head`, letters counting A=10 to Z=35: 1 where the digits are right.
  ///
  /// Nil where a byte is neither a digit nor a capital letter.
  static func remainder(body: some Sequence<UInt8>, head: some Sequence<UInt8>) -> Int? {
    var remainder = 0
    func take(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        remainder = (remainder * 10 + Int(byte - UInt8(ascii: "0"))) % 97
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        remainder = (remainder * 100 + Int(byte - UInt8(ascii: "A")) + 10) % 97
      default:
        return false
      }
      return true
    }
    for byte in body where !take(byte) { return nil }
    for byte in head where !take(byte) { return nil }
    return remainder
  }
}

extension UInt8 {
  var isASCIIDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isASCIICapital: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }
  var isASCIISmall: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
}

extension String {
  /// Without spaces and in capitals, which is how electronic identifiers are compared. Letters beyond ASCII stay as
  /// they are, so that a look-alike is refused later and not folded into the real one.
  var electronicForm: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    for byte in utf8 where byte != UInt8(ascii: " ") {
      bytes.append(byte.isASCIISmall ? byte - 32 : byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
