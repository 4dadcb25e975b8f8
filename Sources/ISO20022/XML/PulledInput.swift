// A file's bytes as libxml2 asks for them.

import Glibc

/// What a parser that reads at its own pace takes its bytes from. One thread at a time.
final class PulledInput {
  typealias Source = () throws -> [UInt8]?

  private let source: Source
  private var piece: [UInt8]
  private var place = 0
  private var hasEnded = false
  /// Why there were no more bytes, when the source failed. It is not asked again.
  private(set) var failure: (any Error)?

  /// - Parameter head: bytes that were taken from the source already; not empty.
  init(_ head: [UInt8], then source: @escaping Source) {
    piece = head
    self.source = source
  }

  /// Fills the buffer, with as many pieces as that takes: libxml2 thinks that nothing more is to come for now where it
  /// gets less than it asked for, and takes a name or a tag to end there.
  /// - Returns: how much; less than `count` only at the end.
  func fill(_ buffer: UnsafeMutableRawPointer, upTo count: Int) -> Int {
    var filled = 0
    while filled < count {
      if place == piece.count { take() }
      let step = min(count - filled, piece.count - place)
      guard step > 0 else { break }
      piece.withUnsafeBytes { bytes in
        if let base = bytes.baseAddress { memcpy(buffer + filled, base + place, step) }
      }
      place += step
      filled += step
    }
    return filled
  }

  /// What has not been asked for yet: the rest of the piece at hand, then the source's next ones; nil at the end.
  func next() throws -> [UInt8]? {
    if place == piece.count { take() }
    if let failure { throw failure }
    guard place < piece.count else { return nil }
    defer { place = piece.count }
    return place == 0 ? piece : Array(piece[place...])
  }

  private func take() {
    place = 0
    piece = []
    guard failure == nil, !hasEnded else { return }
    do {
      while piece.isEmpty {
        guard let next = try source() else {
          hasEnded = true
          return
        }
        piece = next
      }
    } catch {
      failure = error
    }
  }
}
