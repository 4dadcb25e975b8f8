import Foundation
import TestSupport
import Testing

/// The program reads whatever comes from a pipe that offers up to 1 GB, and stays as small as with a usual file.
@Suite struct HostileMemoryTests {
  /// What comes, as Python: pieces of bytes; and what is said of it.
  struct Stream: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let pieces: String
    let answer: String

    init(_ name: String, _ pieces: String, _ answer: String) {
      testDescription = name
      self.pieces = pieces
      self.answer = answer
    }
  }

  static let streams = [
    Stream("a text", "head + b'<X>', (x for _ in range(1024))", "text length"),
    Stream("a value", "head + b'<Ntry><NtryRef>', (x for _ in range(1024))", "text length"),
    Stream("a text in CDATA", "head + b'<X><![CDATA[', (x for _ in range(1024))", "XML"),
    Stream("a comment", "head + b'<!--', (x for _ in range(1024))", "XML"),
    Stream("an instruction", "head + b'<?x ', (x for _ in range(1024))", "XML"),
    Stream("an attribute", "head + b'<X a=\"', (x for _ in range(1024))", "XML"),
    Stream("a name", "head + b'<X', (x for _ in range(1024))", "XML"),
    Stream("elements in one another", "head, (b'<X>' * 10000 for _ in range(35000))", "nesting"),
    Stream("names without end", "head, (b'<X%d/>' % n for n in range(10**8))", "different names"),
    Stream("namespaces of one element", "head + b'<X', (b' xmlns:n%d=\"u%d\"' % (n, n) for n in range(10**8))", "different names"),
    Stream("balances of one statement", "head, (balance * 1000 for _ in range(50)), tail", "camt.053.001.08"),
    Stream(
      "messages of unknown versions",
      "b'<D>', (document.replace(b'.08', b'.%02d' % (n % 100)) for n in range(5000)), b'</D>'",
      "not known"),
    Stream("blanks before", "b'', (b' ' * M for _ in range(16)), document", "camt.053.001.08"),
    Stream("blanks after", "document, (b'\\n' * M for _ in range(16)), b''", "camt.053.001.08"),
    Stream("comments between", "document, (b'<!-- -->' * 1000 for _ in range(50)), document", "camt.053.001.08"),
  ]

  /// What was said, and the peak of resident memory in MiB.
  private func inspect(_ pieces: String) throws -> (answer: String, peak: Int) {
    let program = """
      import os, subprocess, sys
      M = 1 << 20
      head = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
      head += b'<GrpHdr><MsgId>S</MsgId></GrpHdr><Stmt><Id>1</Id>'
      tail = b'</Stmt></BkToCstmrStmt></Document>'
      document = head + tail
      x, balance = b'x' * M, b'<Bal><Amt Ccy="EUR">1</Amt></Bal>'

      # A generator: what this program holds would count as the child's own when it starts.
      def stream(before, pieces, after=b''):
        yield before
        yield from pieces
        yield after

      child = subprocess.Popen([sys.argv[1], "inspect", "/dev/stdin"], stdin=subprocess.PIPE)
      try:
        for piece in stream(\(pieces)): child.stdin.write(piece)
        child.stdin.close()
      except BrokenPipeError: pass
      _, status, usage = os.wait4(child.pid, 0)
      print(f"\\npeak {usage.ru_maxrss // 1024}")
      """
    let (status, output) = try ChildProcess.run("/usr/bin/python3", ["-c", program, Program.path("sepad")])
    let line = output.firstMatch(of: /\npeak (\d+)/)
    let peak = try #require(line.flatMap { Int($0.1) }, "\(status) \(output.suffix(300))")
    return (output, peak)
  }

  @Test("any stream is read or refused within the memory of a usual file and 40 MiB", arguments: streams)
  func staysSmall(_ stream: Stream) throws {
    let usual = try inspect("document, []")
    try #require(usual.answer.contains("camt.053.001.08"))
    let found = try inspect(stream.pieces)
    #expect(found.answer.contains(stream.answer), "\(found.answer.suffix(500))")
    #expect(found.peak <= usual.peak + 40, "found \(found.peak) MiB, a usual file takes \(usual.peak)")
  }
}
