/// A statement's parameter. Values travel as parameters only, never inside the statement's text.
package enum SQLValue: Sendable {
  case null
  case text(String)
  case integer(Int64)
  case bool(Bool)
  /// `bytea`, sent in binary form.
  case bytes([UInt8])
  /// `text[]`.
  case texts([String])
  /// `bigint[]`.
  case integers([Int64])

  package static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
  package static func optional(_ integer: Int64?) -> SQLValue { integer.map(SQLValue.integer) ?? .null }

  /// The text form that libpq sends, or nil for NULL and for binary values.
  var encodedText: String? {
    switch self {
    case .null, .bytes: nil
    case .text(let text): text
    case .integer(let value): String(value)
    case .bool(let value): value ? "t" : "f"
    case .integers(let values): "{" + values.map(String.init).joined(separator: ",") + "}"
    case .texts(let values):
      "{" + values.map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }
        .joined(separator: ",") + "}"
    }
  }
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
}

/// One row of an answer, in text form; columns by position, in the order of the SELECT beside it.
package struct Row: Sendable {
  let columns: [String?]

  package var count: Int { columns.count }

  /// The column, or nil for NULL.
  package subscript(_ index: Int) -> String? { columns[index] }

  /// The column's text.
  /// - Throws: `StoreFault.shape` when it is NULL.
  package func text(_ index: Int) throws(StoreFault) -> String {
    guard index < columns.count, let value = columns[index] else {
      throw .shape("column \(index): found NULL, expected text")
    }
    return value
  }

  /// The column as an integer.
  /// - Throws: `StoreFault.shape` when it is NULL or no integer.
  package func integer(_ index: Int) throws(StoreFault) -> Int64 {
    guard index < columns.count, let value = columns[index].flatMap({ Int64($0) }) else {
      throw .shape("column \(index): expected an integer")
    }
    return value
  }

  /// The column as a Boolean.
  package func bool(_ index: Int) throws(StoreFault) -> Bool {
    switch try text(index) {
    case "t": true
    case "f": false
    default: throw .shape("column \(index): expected a boolean")
    }
  }
}

/// The answer to one statement: its rows, and the number of rows it touched.
package struct Answer: Sendable {
  package let rows: [Row]
  /// Rows selected, inserted, updated or deleted, as the server's command tag says.
  package let affected: Int
  /// The server's command tag: `UPDATE 3`, `COMMIT`.
  package let tag: String
}
