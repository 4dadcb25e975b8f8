// Characters. Texts that people read may be mapped by a bank, so what is outside the set is a warning there.

import SEPA

let textRules: [Rule] = [
  .value(
    "text-characters", .warning, at: texts, expected: "a-z A-Z 0-9 / - ? : ( ) . , ' + and space", source: characterSet,
    hint: "some banks map other characters, some refuse the file, unless they agreed to take them"
  ) { element, _ in
    if element.hasOnly({ $0.isEPCBasicLatin || isBreak($0) }) { return nil }
    return foreignScalars(of: element).first { !isControl($0.scalar) && !isBreak($0.scalar) }.map { $0.words }
  },
  .value(
    "text-line-break", .warning, at: texts, expected: "a text on one line", source: characterSet,
    hint: "line ends and tabs within a value are no characters of the set"
  ) { element, _ in element.hasOnly { !isBreak($0) } ? nil : "a line end or tab" },
  .value(
    "text-control", at: texts, expected: "characters that can be seen", source: characterSet
  ) { element, _ in
    if element.hasOnly({ $0 < 0x7F }) { return nil }
    return foreignScalars(of: element).first { isControl($0.scalar) }.map { $0.words }
  },
]

/// What people read, and identifications that stay with the parties; ids that travel have rules of their own.
private let texts = SEPAElements.values.filter { path in
  let names = ["Nm", "Ustrd", "Ref", "Issr", "CityOfBirth", "PrvcOfBirth"] + addressParts
  return names.contains(Place(path).name)
    || path.hasSuffix("/OrgId/Othr/Id") || path.hasSuffix("/PrvtId/Othr/Id") && !path.contains("CdtrSchmeId")
}
private let addressParts = [
  "Dept", "SubDept", "StrtNm", "BldgNb", "BldgNm", "Flr", "PstBx", "Room", "PstCd", "TwnNm", "TwnLctnNm", "DstrctNm",
  "CtrySubDvsn", "AdrLine",
]

private func isBreak(_ byte: UInt8) -> Bool { byte == 0x09 || byte == 0x0A || byte == 0x0D }
private func isBreak(_ scalar: Unicode.Scalar) -> Bool { scalar.isASCII && isBreak(UInt8(truncatingIfNeeded: scalar.value)) }

/// Control characters that XML lets through: delete and the second row of them.
private func isControl(_ scalar: Unicode.Scalar) -> Bool { (0x7F...0x9F).contains(scalar.value) }

/// Characters outside the set, each by its number and place: that names nobody.
private func foreignScalars(of element: Element) -> [(scalar: Unicode.Scalar, words: String)] {
  element.text.unicodeScalars.enumerated().filter { !isBasicLatin($0.element) }.prefix(1000).map { index, scalar in
    let sign = scalar.properties.isAlphabetic || (0x21...0x7E).contains(scalar.value) ? " (\(scalar))" : ""
    return (scalar, "\(Element.name(of: scalar))\(sign) at character \(index + 1)")
  }
}
