import Glibc

/// Requests as an ERP would export them: a mandate for each collection, two accounts of one creditor in turn, so that
/// each file has a block of either. Of a hundred payments three are rejected and two returned: the sandbox bank looks at
/// the last two digits of their amounts (`sandbox-bank rules`).
struct Requests {
  let count: Int
  /// What tells them from those of another run on the same database.
  var mark = "A"

  func writeMandates(to path: String) throws {
    try write(
      to: path,
      header: "request_key;creditor;mandate_reference;scheme;sequence;signed_on;debtor_name;iban;country;street;building;postcode;town"
    ) { n in
      let (country, town) = ("DE", n % 3 == 0 ? "Köln" : "Leipzig")
      return "M-\(mark)\(n);acme;M-\(mark)\(n);CORE;recurrent;2026-01-02;Jörg Weiß \(n);\(Self.iban(n));\(country);"
        + "Am Alten Markt;\(n % 200 + 1);50667;\(town)"
    }
  }

  func writeCollections(to path: String) throws {
    try write(
      to: path, header: "request_key;creditor;account;mandate_reference;amount;due_date;end_to_end_id;remittance"
    ) { n in
      "C-\(mark)\(n);acme;\(n % 2 == 0 ? "first" : "second");M-\(mark)\(n);\(n % 900 + 10).\(Self.cents(n));\(Days.due);"
        + "E-\(mark)\(n);Facture n° INV-2026-\(n), échéance décembre"
    }
  }

  /// Three rejects and two returns in each hundred, on both accounts.
  static func cents(_ n: Int) -> String {
    switch n % 100 {
    case 7: "52"
    case 40: "55"
    case 83: "53"
    case 18: "61"
    case 61: "62"
    default: n % 2 == 0 ? "20" : "35"
    }
  }

  /// An account at a bank that nobody has (bank code 99999999), with its check digits (ISO 7064 MOD 97-10).
  static func iban(_ n: Int) -> String {
    let account = String(1_000_000_000 + n)
    let bban = "99999999" + account
    var remainder = 0
    for digit in (bban + "131400").utf8 { remainder = (remainder * 10 + Int(digit) - 48) % 97 }
    let check = 98 - remainder
    return "DE\(check < 10 ? "0" : "")\(check)\(bban)"
  }

  private func write(to path: String, header: String, _ line: (Int) -> String) throws {
    let file = try OwnFile(path)
    var text = header + "\n"
    for n in 1...max(1, count) {
      text += line(n) + "\n"
      if text.utf8.count >= 256 << 10 {
        try file.write(text)
        text.removeAll(keepingCapacity: true)
      }
    }
    try file.write(text)
  }
}

/// A new file of ours, closed with the value.
final class OwnFile {
  private let descriptor: Int32
  private let path: String

  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure("\(path): found errno \(errno), expected a new file") }
  }

  deinit { close(descriptor) }

  func write(_ text: String) throws {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let wrote = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard wrote > 0 else { throw Failure("\(path): found errno \(errno), expected room") }
      start += wrote
    }
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
