import Signing
import Testing

@Suite struct DigestTests {
  // FIPS 180-2, appendix B, and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func sha256AgreesWithTheStandard(message: String, expected: String) throws {
    let digest = try SHA256Digest()
    for byte in message.utf8 { withUnsafeBytes(of: byte) { digest.update($0) } }
    #expect(hexadecimal(try digest.finish()) == expected, "in pieces of one byte")
    #expect(hexadecimal(try SHA256Digest.of(Array(message.utf8))) == expected)
    #expect(hexadecimal(try digest.finish()).hasPrefix("e3b0c442"), "a finished digest starts over")
  }

  // RFC 4231, cases 1, 2 and 6 (a key longer than the block), and an empty key (Python's hmac).
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
  ])
  func hmacAgreesWithTheStandard(key: [UInt8], message: String, expected: String) throws {
    #expect(hexadecimal(try hmacSHA256(key: key, message: Array(message.utf8))) == expected)
  }

  @Test func randomBytesComeInTheNumberAskedForAndDiffer() throws {
    #expect(try randomBytes(0).isEmpty)
    let first = try randomBytes(32)
    #expect(first.count == 32)
    #expect(try randomBytes(32) != first)
    #expect(throws: SigningFault.self) { try randomBytes(-1) }
  }
}

@Suite struct Base64Tests {
  // RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func agreesWithTheStandardBothWays(plain: String, coded: String) {
    #expect(base64Encode(Array(plain.utf8)) == coded)
    #expect(base64Decode(coded) == Array(plain.utf8))
  }

  @Test(arguments: ["Z", "Zg", "Zg=", "Zg==Zg==", "=g==", "Zm=v", "Zm9v\n", "Zh==", "Zm9=", "Zm9-", "====", "Z===", "é9vY"])
  func refusesWhatIsNotPaddedBase64(text: String) { #expect(base64Decode(text) == nil) }

  @Test func everyByteSurvivesAtEveryAlignment() {
    let bytes = (0...255).map { UInt8($0) }
    for start in 0..<3 {
      let slice = Array(bytes[start...])
      #expect(base64Decode(base64Encode(slice)) == slice)
    }
  }
}
