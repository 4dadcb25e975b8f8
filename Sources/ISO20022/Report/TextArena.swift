// The memory behind a record's texts.

/// Texts one after the other in one piece of memory, which is used again for the next record.
///
/// A plain value around memory that `ReportContent` owns. At its end stands the text that is being read, until it is
/// kept or dropped.
struct TextArena {
  /// Where a text stands.
  struct Place {
    var start: Int32
    var count: Int32

    static var none: Place { Place(start: -1, count: 0) }
    var isNone: Bool { start < 0 }
  }

  private let places: UnsafeMutablePointer<Place>
  private var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var count = 0
  /// Where the texts that are kept end.
  private var keptCount = 0
  /// Where the text that is being read begins: behind its currency, if it has one.
  private var textStart = 0

  private static let textCount = ReportText.allCases.count

  init() {
    capacity = 1024
    places = .allocate(capacity: Self.textCount)
    places.initialize(repeating: .none, count: Self.textCount)
    bytes = .allocate(capacity: capacity)
  }

  func deallocate() {
    places.deallocate()
    bytes.deallocate()
  }

  mutating func removeAll() {
    places.update(repeating: .none, count: Self.textCount)
    (count, keptCount, textStart) = (0, 0, 0)
  }

  subscript(_ text: ReportText) -> Place {
    get { places[Int(text.rawValue)] }
    nonmutating set { places[Int(text.rawValue)] = newValue }
  }

  func has(_ text: ReportText) -> Bool { !self[text].isNone }

  /// Valid until something is added.
  func bytes(at place: Place) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: bytes + Int(place.start), count: Int(place.count))
  }

  /// Valid until something is added; nil when the text is not there.
  func bytes(of text: ReportText) -> UnsafeRawBufferPointer? {
    let place = self[text]
    return place.isNone ? nil : bytes(at: place)
  }

  func string(at place: Place) -> String { String(decoding: bytes(at: place), as: UTF8.self) }

  private mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    capacity = max(count + more, capacity * 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.initialize(from: bytes, count: count)
    bytes.deallocate()
    bytes = larger
  }
}

// MARK: - Texts that are there in full

extension TextArena {
  /// Adds and keeps a text; the bytes must not be this arena's own.
  mutating func add(_ text: UnsafeRawBufferPointer) -> Place {
    let start = keptCount
    dropText()
    append(text)
    keepText()
    return Place(start: Int32(truncatingIfNeeded: start), count: Int32(truncatingIfNeeded: text.count))
  }

  /// Adds and keeps texts of this arena as one, with a separator between them or a prefix before them.
  mutating func join(prefix: StaticString = "", _ parts: Place..., separator: UInt8? = nil) -> Place {
    let start = keptCount
    dropText()
    append(UnsafeRawBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
    for part in parts where !part.isNone {
      reserve(Int(part.count) + 1)
      if let separator, count > start {
        bytes[count] = separator
        count += 1
      }
      append(bytes(at: part))
    }
    keepText()
    return Place(start: Int32(truncatingIfNeeded: start), count: Int32(truncatingIfNeeded: count - start))
  }
}

// MARK: - The text that is being read

extension TextArena {
  /// A text begins; what was read of another and not kept is gone.
  mutating func beginText(currency: UnsafeRawBufferPointer?) -> Place {
    dropText()
    guard let currency else { return .none }
    append(currency)
    textStart = count
    return Place(start: Int32(truncatingIfNeeded: keptCount), count: Int32(truncatingIfNeeded: currency.count))
  }

  /// More of the text that is being read.
  mutating func append(_ piece: UnsafeRawBufferPointer) {
    guard let source = piece.baseAddress, piece.count > 0 else { return }
    reserve(piece.count)
    UnsafeMutableRawPointer(bytes + count).copyMemory(from: source, byteCount: piece.count)
    count += piece.count
  }

  /// What was read, without XML's blanks at either end; none when nothing else was there.
  mutating func trimmedText() -> Place {
    var start = textStart
    while start < count, DocumentCuts.isBlank(bytes[start]) { start += 1 }
    while start < count, DocumentCuts.isBlank(bytes[count - 1]) { count -= 1 }
    guard start < count else { return .none }
    return Place(start: Int32(truncatingIfNeeded: start), count: Int32(truncatingIfNeeded: count - start))
  }

  mutating func keepText() {
    keptCount = count
    textStart = count
  }

  mutating func dropText() {
    count = keptCount
    textStart = keptCount
  }
}
