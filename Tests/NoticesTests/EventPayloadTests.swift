import Foundation
@testable import Notices
import Testing

@Suite struct EventPayloadTests {
  let notice = CollectionNotice(
    eventID: "evt_1", type: "collection.rejected", occurredAt: 1_795_424_400, creditor: "acme-fr", requestKey: "inv \"7\"",
    collectionID: "col_1", mandateReference: "RUM-1", endToEndID: "E2E-1", amountCents: 125_000, state: "rejected",
    previousState: "accepted", collectionDate: "2026-11-25", requestedDate: "2026-11-22", scheme: "B2B",
    reasonCode: "AM04", reasonLabel: "Provision insuffisante\u{1}", cause: "insufficient_funds", attempt: 2, represents: "col_0",
    consequence: .init(
      kind: "reject", isBeyondLimit: false, action: "represent", representOn: "2026-12-02", mandate: "keep"))

  @Test("A collection's change is one flat object, its bytes the same each time")
  func collection() {
    let expected =
      #"{"type":"collection.rejected","timestamp":"2026-11-23T09:00:00Z","data":{"id":"evt_1","creditor":"acme-fr","#
      + #""request_key":"inv \"7\"","collection_id":"col_1","mandate_reference":"RUM-1","end_to_end_id":"E2E-1","#
      + #""amount_cents":125000,"amount":"1250.00","currency":"EUR","state":"rejected","previous_state":"accepted","#
      + #""collection_date":"2026-11-25","requested_date":"2026-11-22","scheme":"B2B","reason_code":"AM04","#
      + #""reason_label":"Provision insuffisante\u0001","cause":"insufficient_funds","file_message_id":null,"#
      + #""attempt":2,"represents":"col_0","r_transaction":"reject","beyond_limit":false,"action":"represent","#
      + #""represent_on":"2026-12-02","mandate_action":"keep"}}"#
    #expect(String(decoding: notice.body, as: UTF8.self) == expected)
  }

  @Test("A plan's change names the plan, the period and why")
  func plan() {
    let notice = PlanNotice(
      eventID: "job_1", type: "plan.paused", occurredAt: 1_795_424_400, creditor: "acme-fr", requestKey: "lease-12",
      state: "paused", change: "pause", period: 7, label: "2027-06", reason: "a winter abroad")
    let expected =
      #"{"type":"plan.paused","timestamp":"2026-11-23T09:00:00Z","data":{"id":"job_1","creditor":"acme-fr","#
      + #""request_key":"lease-12","state":"paused","change":"pause","period":7,"period_label":"2027-06","#
      + #""reason":"a winter abroad"}}"#
    #expect(String(decoding: notice.body, as: UTF8.self) == expected)
  }

  @Test("Any text survives the way through JSON", arguments: [
    "", "\"\\/\u{0}\u{1F}\u{7F}\t\r\n\u{2028}", "é ł 😀", #"{"a":[]}"#,
  ])
  func texts(text: String) throws {
    var notice = notice
    notice.requestKey = text
    let whole = try #require(try JSONSerialization.jsonObject(with: Data(notice.body)) as? [String: Any])
    let data = try #require(whole["data"] as? [String: Any])
    #expect(data["request_key"] as? String == text)
  }

  @Test("Amounts are cents and a decimal text", arguments: [
    (0, "0.00"), (5, "0.05"), (99, "0.99"), (100, "1.00"), (99_999_999_999, "999999999.99"), (-5, "-0.05"),
    (.min, "-92233720368547758.08"),
  ] as [(Int64, String)])
  func amounts(cents: Int64, text: String) {
    var notice = notice
    notice.amountCents = cents
    #expect(String(decoding: notice.body, as: UTF8.self).contains(#""amount_cents":\#(cents),"amount":"\#(text)""#))
  }

  @Test("Instants are UTC in the calendar of the year they lie in", arguments: [
    (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_827_696, "2000-02-29T12:34:56Z"),
    (4_107_542_400, "2100-03-01T00:00:00Z"), (.max, "9999-12-31T23:59:59Z"), (.min, "0001-01-01T00:00:00Z"),
  ] as [(Int64, String)])
  func instants(seconds: Int64, text: String) {
    var notice = notice
    notice.occurredAt = seconds
    #expect(String(decoding: notice.body, as: UTF8.self).contains(#""timestamp":"\#(text)""#))
  }

  @Test("Every day of eight centuries follows the one before")
  func everyDay() {
    var (year, month, day) = (1600, 1, 1)
    for number in Int64(-135_140)..<Int64(-135_140 + 292_194) {
      let time = UTCTime(unixSeconds: number * 86_400 + 4_711)
      // 1 January 1970 was a Thursday.
      guard time.year == year, time.month == month, time.day == day, time.weekday == Int((number + 4) % 7 + 7) % 7,
        time.secondOfDay == 4_711
      else {
        Issue.record("day \(number): found \(time.iso), expected \(year)-\(month)-\(day)")
        return
      }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      day += 1
      if day > [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    #expect(year == 2400)
  }

  @Test("Who is asked to tell a debtor gets ids, amount and day, and nothing of a person")
  func noticeDue() {
    let due = NoticeDue(
      eventID: "job_7", occurredAt: 0, creditor: "acme-fr", noticeID: "3", collectionID: "17", requestKey: "inv-7",
      endToEndID: "E2E-17", mandateReference: "RUM-1", amountCents: 125_000, collectionDate: "2026-12-18", scheme: "CORE",
      sequenceType: "RCUR", days: 14, giveBy: "2026-12-04", attempt: 1)
    #expect(
      String(decoding: due.body, as: UTF8.self)
        == #"{"type":"notice.due","timestamp":"1970-01-01T00:00:00Z","data":{"id":"job_7","creditor":"acme-fr","#
        + #""notice_id":"3","collection_id":"17","request_key":"inv-7","end_to_end_id":"E2E-17","#
        + #""mandate_reference":"RUM-1","amount_cents":125000,"amount":"1250.00","currency":"EUR","#
        + #""collection_date":"2026-12-18","scheme":"CORE","sequence_type":"RCUR","days":14,"#
        + #""give_by":"2026-12-04","attempt":1}}"#)
  }

  @Test("A request's refusals are told, but not what was found, and not without end")
  func refusals() throws {
    let refusal = RequestNotice.Refusal(
      field: "iban", rule: "check digits", expected: "mod 97 is 1", hint: "ask the debtor for it again")
    var request = RequestNotice(
      eventID: "evt_2", occurredAt: 0, kind: "mandate", creditor: "acme-fr", requestKey: "k",
      refusals: Array(repeating: refusal, count: 5000))
    #expect(request.type == "request.refused")
    #expect(request.body.count < 20_000)
    let whole = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
    let data = try #require(whole["data"] as? [String: Any])
    #expect(data["refusal_count"] as? Int == 5000 && data["field"] as? String == "iban")
    #expect((data["refusals"] as? [[String: String]])?.count == RequestNotice.listedRefusals)
    request.refusals = []
    #expect(request.type == "request.accepted")
  }
}
