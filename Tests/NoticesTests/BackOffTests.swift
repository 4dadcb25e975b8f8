import Notices
import Testing

@Suite struct BackOffTests {
  @Test("The schedule is that of Standard Webhooks, then dead", arguments: [
    (-1, 0), (0, 0), (1, 5), (2, 300), (3, 1800), (4, 7200), (5, 18000), (6, 36000), (7, 50400), (8, 72000), (9, 86400),
    (10, nil), (.max, nil),
  ] as [(Int, Int64?)])
  func schedule(failures: Int, seconds: Int64?) {
    #expect(BackOff.wait(failures: failures, random: 0) == seconds)
  }

  @Test("Chance adds less than a tenth and never shortens", arguments: [0, 1, .max / 2, .max] as [UInt32])
  func jitter(random: UInt32) throws {
    for failures in 0..<10 {
      let planned = try #require(BackOff.wait(failures: failures, random: 0))
      let wait = try #require(BackOff.wait(failures: failures, random: random))
      #expect(wait >= planned && wait <= planned + planned / 10)
    }
    #expect(BackOff.wait(failures: 9, random: .max) == Int64(95_039))
  }

  @Test("A receiver can only lengthen the wait, and not without end", arguments: [
    (1, 120, 120), (2, 120, 300), (1, -7, 5), (1, .max, 86_400), (1, nil, 5),
  ] as [(Int, Int64?, Int64)])
  func retryAfter(failures: Int, asked: Int64?, seconds: Int64) {
    #expect(BackOff.wait(failures: failures, retryAfter: asked, random: 0) == seconds)
  }
}
