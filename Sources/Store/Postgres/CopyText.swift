import Glibc

/// Rows in PostgreSQL's COPY text format, gathered in one piece of memory (PostgreSQL manual, COPY, "Text Format").
///
/// Plain memory that is used again: a large report becomes a million rows of thirty columns.
package struct CopyText: ~Copyable {
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity = 4096
  /// Bytes gathered since the last were taken.
  package private(set) var size = 0
  /// Rows gathered since then.
  package private(set) var rows = 0
  private var atLineStart = true

  package init() { memory = .allocate(capacity: capacity) }

  deinit { memory.deallocate() }

  /// Adds one column of the row under way; nil is NULL.
  package mutating func add(_ text: String?) {
    guard var text else { return addNull() }
    text.withUTF8 { add(utf8: UnsafeRawBufferPointer($0)) }
  }

  /// The same from bytes of UTF-8, wherever they lie.
  package mutating func add(utf8 text: UnsafeRawBufferPointer?) {
    guard let text else { return addNull() }
    beginColumn(room: 2 * text.count)
    guard let source = text.baseAddress else { return }
    if copyPlain(source, text.count) {
      size += text.count
    } else {
      escape(text)
    }
  }

  package mutating func add(_ integer: Int64?) {
    guard let integer else { return addNull() }
    beginColumn(room: 20)
    // From the last digit on, then moved to where they belong.
    var place = size + 20
    var rest = integer.magnitude
    repeat {
      place -= 1
      let quotient = rest / 10
      memory[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest &- quotient &* 10)
      rest = quotient
    } while rest > 0
    if integer < 0 {
      place -= 1
      memory[place] = UInt8(ascii: "-")
    }
    let count = size + 20 - place
    memmove(memory + size, memory + place, count)
    size += count
  }

  package mutating func add(_ bool: Bool) {
    beginColumn(room: 1)
    put(UInt8(ascii: bool ? "t" : "f"))
  }

  package mutating func endRow() {
    reserve(1)
    put(0x0A)
    rows += 1
    atLineStart = true
  }

  /// Shows the bytes gathered so far and starts afresh, keeping the memory.
  package mutating func take<Result, Fault: Error>(
    _ look: (UnsafeRawBufferPointer) throws(Fault) -> Result
  ) throws(Fault) -> Result {
    let bytes = UnsafeRawBufferPointer(start: memory, count: size)
    (size, rows) = (0, 0)
    return try look(bytes)
  }

  private mutating func addNull() {
    beginColumn(room: 2)
    put(0x5C)
    put(0x4E)
  }

  @inline(__always)
  private mutating func beginColumn(room: Int) {
    reserve(room + 1)
    if atLineStart { atLineStart = false } else { put(0x09) }
  }

  /// Where there is room already.
  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    memory[size] = byte
    size &+= 1
  }

  private mutating func escape(_ text: UnsafeRawBufferPointer) {
    for byte in text {
      switch byte {
      case 0x5C: put(0x5C, 0x5C)
      case 0x09: put(0x5C, 0x74)
      case 0x0A: put(0x5C, 0x6E)
      case 0x0D: put(0x5C, 0x72)
      default: put(byte)
      }
    }
  }

  private mutating func put(_ first: UInt8, _ second: UInt8) {
    put(first)
    put(second)
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if size &+ more > capacity { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    capacity = max(size + more, 2 * capacity)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.initialize(from: memory, count: size)
    memory.deallocate()
    memory = larger
  }

  /// Copies the text to where the next byte goes, all of it or in part.
  /// - Returns: whether nothing in it may need escaping: no byte below 16, no backslash.
  @inline(__always)
  private func copyPlain(_ source: UnsafeRawPointer, _ count: Int) -> Bool {
    let target = UnsafeMutableRawPointer(memory + size)
    // The last bytes may overlap those before, and be copied twice.
    if count >= 8 {
      var found = 0 as UInt64
      var place = 0
      while place < count {
        let at = min(place, count &- 8)
        let word = source.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        target.storeBytes(of: word, toByteOffset: at, as: UInt64.self)
        found |= Self.suspects(in: word)
        place &+= 8
      }
      return found == 0
    }
    if count >= 4 {
      let first = source.loadUnaligned(as: UInt32.self)
      let last = source.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      target.storeBytes(of: first, as: UInt32.self)
      target.storeBytes(of: last, toByteOffset: count &- 4, as: UInt32.self)
      return Self.suspects(in: UInt64(first) &<< 32 | UInt64(last)) == 0
    }
    for place in 0..<count {
      let byte = source.load(fromByteOffset: place, as: UInt8.self)
      if byte < 0x10 || byte == 0x5C { return false }
      target.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
    }
    return true
  }

  /// Not 0 if one of eight bytes is below 16 or a backslash.
  @inline(__always)
  private static func suspects(in word: UInt64) -> UInt64 {
    let other = word ^ 0x5C5C_5C5C_5C5C_5C5C
    let below = (word &- 0x1010_1010_1010_1010) & ~word
    let equal = (other &- 0x0101_0101_0101_0101) & ~other
    return (below | equal) & 0x8080_8080_8080_8080
  }
}
