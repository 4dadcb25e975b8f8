import Foundation
import TestSupport
import Testing

/// A collection file of any size is judged within the memory of a small one, but for what must not come twice.
@Suite struct ValidateMemoryTests {
  /// What was said of a file of so many debits, some of them wrong, that comes through a pipe; and the peak in MiB.
  private func validate(_ debits: Int) throws -> (answer: String, peak: Int) {
    let program = """
      import os, subprocess, sys
      count = \(debits)
      head = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"><CstmrDrctDbtInitn><GrpHdr><MsgId>M</MsgId>'
      head += f'<CreDtTm>2026-12-01T07:00:00Z</CreDtTm><NbOfTxs>{count}</NbOfTxs><CtrlSum>{count}.00</CtrlSum><InitgPty>'
      head += '<Nm>Acme</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>B</PmtInfId><PmtMtd>DD</PmtMtd>'
      head += f'<NbOfTxs>{count}</NbOfTxs><CtrlSum>{count}.00</CtrlSum><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm>'
      head += '<Cd>CORE</Cd></LclInstrm><SeqTp>RCUR</SeqTp></PmtTpInf><ReqdColltnDt>2026-12-03</ReqdColltnDt><Cdtr>'
      head += '<Nm>Acme</Nm></Cdtr><CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct><CdtrAgt>'
      head += '<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></CdtrAgt><CdtrSchmeId><Id><PrvtId><Othr>'
      head += '<Id>FR72ZZZ123456</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>'
      def debit(n):
        sign = '&amp;' if n % 10 == 0 else '+'
        return (f'<DrctDbtTxInf><PmtId><EndToEndId>E-{n}</EndToEndId></PmtId><InstdAmt Ccy="EUR">1.00</InstdAmt><DrctDbtTx>'
          f'<MndtRltdInf><MndtId>RUM-{n}</MndtId><DtOfSgntr>2026-01-31</DtOfSgntr></MndtRltdInf></DrctDbtTx><DbtrAgt>'
          f'<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt><Dbtr><Nm>Debtor {sign} {n}</Nm></Dbtr>'
          f'<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></DrctDbtTxInf>')
      child = subprocess.Popen([sys.argv[1], "validate", "--schemas", "/none", "/dev/stdin"], stdin=subprocess.PIPE)
      child.stdin.write(head.encode())
      for n in range(count): child.stdin.write(debit(n).encode())
      child.stdin.write(b'</PmtInf></CstmrDrctDbtInitn></Document>')
      child.stdin.close()
      _, status, usage = os.wait4(child.pid, 0)
      print(f"\\npeak {usage.ru_maxrss // 1024}")
      """
    let (status, output) = try ChildProcess.run("/usr/bin/python3", ["-c", program, Program.path("sepad")])
    let line = output.firstMatch(of: /\npeak (\d+)/)
    let peak = try #require(line.flatMap { Int($0.1) }, "\(status) \(output.suffix(300))")
    return (output, peak)
  }

  @Test("validate takes at most 16 MiB more for twenty thousand debits than for two hundred")
  func staysSmall() throws {
    let small = try validate(200)
    #expect(small.answer.contains("200 transactions: 0 errors, 20 warnings"), "\(small.answer.suffix(500))")
    let large = try validate(20_000)
    #expect(large.answer.contains("20000 transactions: 0 errors, 2000 warnings"), "\(large.answer.suffix(500))")
    #expect(large.answer.contains("text-characters: 1980 more"))
    #expect(large.peak <= small.peak + 16, "found \(large.peak) MiB, \(small.peak) for a small one")
  }
}
