// A file's bytes as libxml2 asks for them.

import Glibc

/// What a parser that reads at its own pace takes its bytes from. One thread at a time.
final class PulledInput {
  typealias Source = () throws -> [UInt8]?

  private let source: Source
  private var piece: [UInt8]
  private var place = 0
  /// Why there were no more bytes, when the source failed. It is not asked again.
  private(set) var failure: (any Error)?

  /// - Parameter head: bytes that were taken from the source already; not empty.
  init(_ head: [UInt8], then source: @escaping Source) {
    piece = head
    self.source = source
  }

  /// Fills a part of the buffer.
  /// - Returns: how much; 0 at the end.
  func fill(_ buffer: UnsafeMutableRawPointer, upTo count: Int) -> Int {
    if place == piece.count { take() }
    let step = min(count, piece.count - place)
    guard step > 0 else { return 0 }
    piece.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { memcpy(buffer, base + place, step) }
    }
    place += step
    return step
  }

  /// What has not been asked for yet: the rest of the piece at hand, then the source's next ones; nil at the end.
  func next() throws -> [UInt8]? {
    if let failure { throw failure }
    if place < piece.count {
      defer { place = piece.count }
      return Array(piece[place...])
    }
    return try source()
  }

  private func take() {
    place = 0
    piece = []
    guard failure == nil else { return }
    do {
      while piece.isEmpty, let next = try source() { piece = next }
    } catch {
      failure = error
    }
  }
}
