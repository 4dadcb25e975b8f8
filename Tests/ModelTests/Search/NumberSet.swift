/// The states met so far, in the order in which they were met: an array, and a table that finds a number's place in it.
/// Set<UInt64> does the same some ten times slower in a build without optimisation.
final class NumberSet {
  private var table: UnsafeMutablePointer<Int32>
  private var mask: Int
  private(set) var count = 0
  private var numbers: UnsafeMutablePointer<UInt64>
  private var capacity: Int

  init() {
    capacity = 1 << 16
    mask = (1 << 17) - 1
    numbers = .allocate(capacity: capacity)
    table = .allocate(capacity: mask + 1)
    table.initialize(repeating: -1, count: mask + 1)
  }

  deinit {
    numbers.deallocate()
    table.deallocate()
  }

  subscript(_ place: Int) -> UInt64 { numbers[place] }

  /// - Returns: the number's place, and whether it is new.
  func insert(_ number: UInt64) -> (place: Int, isNew: Bool) {
    var slot = Self.hash(number) & mask
    while table[slot] >= 0 {
      let place = Int(table[slot])
      if numbers[place] == number { return (place, false) }
      slot = (slot &+ 1) & mask
    }
    if count == capacity {
      grow()
      return insert(number)
    }
    numbers[count] = number
    table[slot] = Int32(count)
    count += 1
    return (count - 1, true)
  }

  private static func hash(_ number: UInt64) -> Int {
    let mixed = (number ^ (number >> 29)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 24)
  }

  private func grow() {
    let more = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
    more.update(from: numbers, count: count)
    numbers.deallocate()
    numbers = more
    capacity *= 2
    table.deallocate()
    mask = capacity * 2 - 1
    table = .allocate(capacity: mask + 1)
    table.initialize(repeating: -1, count: mask + 1)
    for place in 0..<count {
      var slot = Self.hash(numbers[place]) & mask
      while table[slot] >= 0 { slot = (slot &+ 1) & mask }
      table[slot] = Int32(place)
    }
  }
}
