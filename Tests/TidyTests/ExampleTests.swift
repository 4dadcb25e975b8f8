import Foundation
import Testing

/// The example requests say what they claim: read here without any of sepad's own code.
@Suite("Example requests")
struct ExampleTests {
  private let mandates = rows("deploy/examples/mandates.csv")
  private let collections = rows("deploy/examples/collections.csv")

  @Test("are what the generator writes")
  func reproducible() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("examples-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let generator = Repository.root.appendingPathComponent("deploy/examples/generate").path
    let made = try run(["python3", generator, "--dest", folder.path])
    #expect(made.status == 0, "\(made.errors)")
    for name in ["mandates.csv", "collections.csv", "expected.tsv"] {
      let written = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      #expect(written == Repository.text("deploy/examples/\(name)"), "deploy/examples/\(name): run deploy/examples/generate")
    }
  }

  @Test("hold three faulty mandates; all others are sound, from at least ten countries")
  func mandatesAreSound() {
    let good = mandates.filter { !$0["request_key", default: ""].hasPrefix("bad-") }
    #expect(mandates.count - good.count == 3 && good.count >= 60)
    #expect(good.allSatisfy { remainder(of: $0["iban", default: ""]) == 1 })
    #expect(mandates.filter { remainder(of: $0["iban", default: ""]) != 1 }.map { $0["request_key"] } == ["bad-iban-check-digits"])
    #expect(Set(good.map { $0["iban", default: ""].prefix(2) }).count >= 10)
    #expect(Set(mandates.map { $0["email"] }).count == mandates.count)
    #expect(Set(mandates.map { $0["mandate_reference"] }).count == mandates.count)
    #expect(good.filter { $0["scheme"] == "B2B" }.count > good.filter { $0["scheme"] == "CORE" }.count)
    #expect(good.allSatisfy { $0["signed_on", default: ""] < "2026-11-01" })
    let names = good.map { $0["debtor_name", default: ""] }.joined()
    for letter in ["é", "ß", "ł", "&", "'", "Π", "Т"] {
      #expect(names.contains(letter), "no name with \(letter)")
    }
    let outside = good.filter { ["CH", "GB"].contains($0["iban", default: ""].prefix(2)) }
    #expect(!outside.isEmpty && outside.allSatisfy { $0["town"] != "" && $0["country"] != "" })
  }

  @Test("let the amounts drive the sandbox bank, and never refuse a whole file")
  func amountsDriveTheBank() {
    let good = collections.filter { !$0["request_key", default: ""].hasPrefix("bad-") }
    #expect(collections.count - good.count == 3 && good.count >= 200)
    let digits = good.map { $0["amount", default: ""].suffix(2) }
    #expect(!digits.contains("99"))
    for wanted in ["51", "52", "53", "54", "55", "61", "62", "63", "71", "72", "73"] {
      #expect(digits.contains(where: { $0 == wanted }), "no amount ends in \(wanted)")
    }
    #expect(good.allSatisfy { ("2026-12-03"..."2026-12-10").contains($0["due_date", default: ""]) })
    #expect(Set(collections.map { $0["end_to_end_id"] }).count == collections.count)
  }

  @Test("collect under mandates that exist, once under a one-off")
  func collectionsHaveMandates() {
    let known = Dictionary(uniqueKeysWithValues: mandates.map { ($0["mandate_reference", default: ""], $0) })
    var uses: [String: Int] = [:]
    for row in collections where row["request_key"] != "bad-unknown-mandate" {
      let reference = row["mandate_reference", default: ""]
      #expect(known[reference]?["creditor"] == row["creditor"])
      uses[reference, default: 0] += 1
    }
    #expect(uses.allSatisfy { known[$0.key]?["sequence"] != "one-off" || $0.value == 1 })
  }

  @Test("add up to what expected.tsv says")
  func expectationsAddUp() {
    let expected = Repository.text("deploy/examples/expected.tsv").split(separator: "\n").dropFirst()
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    let attempted = expected.filter { $0[0] == "collection" && $0[1] != "refused" }
    let good = collections.filter { !$0["request_key", default: ""].hasPrefix("bad-") }
    #expect(attempted.compactMap { Int($0[2]) }.reduce(0, +) == good.count)
    #expect(
      attempted.compactMap { Int($0[3]) }.reduce(0, +)
        == good.compactMap { Int($0["amount", default: ""].filter { $0 != "." }) }.reduce(0, +))
  }
}

/// The rows of a file whose fields hold neither separators nor quotes, by column.
private func rows(_ path: String) -> [[String: String]] {
  let lines = Repository.text(path).split(separator: "\n").map {
    $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
  }
  guard let columns = lines.first else { return [] }
  return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
}

/// An IBAN modulo 97, digit by digit: 1 for a right one (ISO 13616).
private func remainder(of iban: String) -> Int {
  (iban.dropFirst(4) + iban.prefix(4)).reduce(0) { sum, character in
    let value = Int(String(character), radix: 36) ?? 0
    return (sum * (value > 9 ? 100 : 10) + value) % 97
  }
}
