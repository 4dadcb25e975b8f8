// What deploy/fuzz runs: the laws of the readers, on bytes that libFuzzer thinks up. Not part of the package, for it
// needs a build of its own.

/// libFuzzer's entry point, called for each input; a broken law is a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  do {
    try checkReaderLaws(Array(UnsafeBufferPointer(start: start, count: size)))
  } catch {
    fatalError("broken law: \(error)")
  }
  return 0
}
