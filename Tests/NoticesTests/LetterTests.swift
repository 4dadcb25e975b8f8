import Foundation
import Notices
import Testing

@Suite struct LetterTests {
  @Test("Amounts are written as people of the language write them", arguments: [
    (125_000, "1\u{202F}250,00\u{A0}€", "€1,250.00", "1.250,00\u{A0}€"), (5, "0,05\u{A0}€", "€0.05", "0,05\u{A0}€"),
    (99_999_999_999, "999\u{202F}999\u{202F}999,99\u{A0}€", "€999,999,999.99", "999.999.999,99\u{A0}€"),
    (-100_000, "-1\u{202F}000,00\u{A0}€", "-€1,000.00", "-1.000,00\u{A0}€"),
    (.min, "-92\u{202F}233\u{202F}720\u{202F}368\u{202F}547\u{202F}758,08\u{A0}€", "-€92,233,720,368,547,758.08", "-92.233.720.368.547.758,08\u{A0}€"),
  ] as [(Int64, String, String, String)])
  func amounts(cents: Int64, french: String, english: String, german: String) {
    #expect(NoticeLanguage.french.amount(cents: cents) == french)
    #expect(NoticeLanguage.english.amount(cents: cents) == english)
    #expect(NoticeLanguage.german.amount(cents: cents) == german)
  }

  @Test("Days are written as people of the language write them; what is no day stays", arguments: [
    ("2026-11-05", "05/11/2026", "5 November 2026", "05.11.2026"), ("2026-13-05", "2026-13-05", "2026-13-05", "2026-13-05"),
    ("soon", "soon", "soon", "soon"), ("", "", "", ""), ("٢٠٢٦-11-05", "٢٠٢٦-11-05", "٢٠٢٦-11-05", "٢٠٢٦-11-05"),
  ])
  func days(iso: String, french: String, english: String, german: String) {
    #expect(NoticeLanguage.french.day(iso) == french)
    #expect(NoticeLanguage.english.day(iso) == english)
    #expect(NoticeLanguage.german.day(iso) == german)
  }

  @Test("Each template in each language is as reviewed", arguments: Self.samples.map(\.name), NoticeLanguage.allCases)
  func goldens(name: String, language: NoticeLanguage) throws {
    let sample = try #require(Self.samples.first { $0.name == name })
    let letter = sample.letter(language)
    let found = "Subject: \(letter.subject)\n\n\(letter.text)\n=== HTML ===\n\(letter.html)"
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/\(name).\(language.rawValue).txt").path
    if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" {
      try found.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == found)
  }

  @Test("The words on refunds stand in every CORE reminder and in no B2B one", arguments: NoticeLanguage.allCases, NoticeCause.allCases)
  func refund(language: NoticeLanguage, cause: NoticeCause) {
    var reminder = Self.reminder(.core, language)
    reminder.reason = ReasonText(code: "XX01", label: "label", cause: cause.rawValue)
    let words = ["remboursement", "refund", "Erstattung", "huit semaines", "eight weeks", "acht Wochen"]
    let core = reminder.letter(in: language)
    reminder.scheme = .b2b
    let b2b = reminder.letter(in: language)
    #expect(words.contains { core.text.contains($0) } && words.contains { core.html.contains($0) })
    #expect(!words.contains { b2b.text.contains($0) || b2b.html.contains($0) || b2b.subject.contains($0) })
  }

  @Test("Every cause has advice of its own language", arguments: NoticeLanguage.allCases)
  func advice(language: NoticeLanguage) {
    var seen: Set<String> = []
    for cause in NoticeCause.allCases {
      var notice = Self.finance(.rejected, language)
      notice.reason = ReasonText(code: "XX01", label: "label", cause: cause.rawValue)
      for case .steps(_, let steps) in notice.letter(in: language).parts { seen.insert(steps.joined()) }
    }
    // A closed and an invalid account ask for the same.
    #expect(seen.count == NoticeCause.allCases.count - 1)
  }

  @Test("Nobody is reminded after a death, a fraud or a mistake of ours", arguments: [
    ("AM04", "insufficient_funds", true), ("MD07", "refused", false), ("FRAD", "regulatory", false), ("RR04", "regulatory", false),
    ("AM05", "duplicate", false), ("FF01", "technical", false), ("MD01", "mandate_not_registered", true), ("ZZ99", "nonsense", true),
  ])
  func fit(code: String, cause: String, isFit: Bool) {
    #expect(DebtorReminder.isFit(after: ReasonText(code: code, label: "", cause: cause)) == isFit)
  }

  @Test("A pre-notification loads its logo and nothing else, and holds no link", arguments: NoticeLanguage.allCases)
  func loads(language: NoticeLanguage) {
    var notice = Self.preNotification(.core)
    #expect(!notice.letter(in: language).html.contains("http"))
    notice.look = .init(logoURL: "https://acme.example/logo.png?v=\"><script>", colour: "#004488", footer: "<b>Acme</b>")
    let html = notice.letter(in: language).html
    #expect(html.ranges(of: "http").count == 1 && html.ranges(of: "<img").count == 1)
    #expect(!html.contains("<a ") && !html.contains("<script") && !html.contains("<b>") && html.contains("&lt;b&gt;Acme"))
    #expect(notice.letter(in: language).text.hasSuffix("\n\n<b>Acme</b>\n"))
  }

  @Test("Text from outside can neither break a line nor become markup", arguments: NoticeLanguage.allCases)
  func hostile(language: NoticeLanguage) throws {
    var reminder = Self.reminder(.b2b, language)
    reminder.creditorName = "A\r\nBcc: x <script>alert(\"1\")</script> & Co"
    let letter = reminder.letter(in: language)
    #expect(!letter.subject.contains("\n") && !letter.subject.contains("\r"))
    #expect(!letter.html.contains("<script") && letter.html.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Co"))
    #expect(letter.text.contains("A  Bcc: x <script>") && !letter.text.contains("\r"))
  }

  // MARK: What the goldens show

  struct Sample: Sendable {
    var name: String
    var letter: @Sendable (NoticeLanguage) -> Letter
  }

  static let samples: [Sample] = [
    Sample(name: "finance-rejected-b2b") { finance(.rejected, $0).letter(in: $0) },
    Sample(name: "finance-returned-core") { language in
      var notice = finance(.returned, language)
      (notice.scheme, notice.collectionDate, notice.reportedOn) = (.core, "2026-11-23", "2026-11-25")
      notice.reason = ReasonText(code: "AM04", label: insufficientFunds(language), cause: "insufficient_funds")
      return notice.letter(in: language)
    },
    Sample(name: "reminder-core") { reminder(.core, $0).letter(in: $0) },
    Sample(name: "reminder-b2b-second") { language in
      var second = reminder(.b2b, language)
      (second.level, second.debtorName, second.contactPhone) = (2, nil, nil)
      return second.letter(in: language)
    },
    Sample(name: "reminder-collected-again") { language in
      var again = reminder(.b2b, language)
      again.collectedAgainOn = "2026-12-02"
      return again.letter(in: language)
    },
    Sample(name: "finance-collected-again") { language in
      var notice = finance(.returned, language)
      notice.reason = ReasonText(code: "AM04", label: insufficientFunds(language), cause: "insufficient_funds")
      notice.followUp = .init(collectedAgain: (on: "2026-12-02", attempt: 2))
      return notice.letter(in: language)
    },
    Sample(name: "finance-beyond-limit") { language in
      var notice = finance(.returned, language)
      notice.followUp = .init(mandate: .suspended, limit: "2026-11-30")
      return notice.letter(in: language)
    },
    Sample(name: "alert-collected-twice") {
      OperationsAlert.collectedTwice(endToEndID: "E2E-2026-0001", collections: "345 settled, 346 submitted", amountCents: 125_000)
        .letter(in: $0)
    },
    Sample(name: "alert-database-went-back") {
      OperationsAlert.databaseWentBack(epoch: 2, metOn: "2026-11-25", files: 3, blindBanks: "Banque Exemple").letter(in: $0)
    },
    Sample(name: "alert-file-set-aside") {
      OperationsAlert.fileSetAside(
        bank: "Banque Exemple", fileName: "camt054-17.xml", fault: "camt054-17.xml: well formed: found the end at byte 4096, expected </Document>",
        receivedOn: "2026-11-25"
      ).letter(in: $0)
    },
    Sample(name: "alert-file-refused") {
      OperationsAlert.fileRefused(
        bank: "Banque Exemple", messageID: "ACME-20261124-0001", reason: ReasonText(code: "FF01", label: "", cause: "technical"),
        transactions: 1204, amountCents: 150_432_017
      ).letter(in: $0)
    },
    Sample(name: "alert-file-uncertain") {
      OperationsAlert.fileUncertain(bank: "Banque Exemple", messageID: "ACME-20261124-0001", transactions: 1204, amountCents: 150_432_017)
        .letter(in: $0)
    },
    Sample(name: "alert-upload-too-slow") {
      OperationsAlert.uploadTooSlow(
        bank: "Banque Exemple", messageID: "ACME-20261124-0001", seconds: 1800, sizeBytes: 43_512_977, transactions: 1204,
        amountCents: 150_432_017
      ).letter(in: $0)
    },
    Sample(name: "alert-unmatched") {
      OperationsAlert.unmatchedEntries(bank: "Banque Exemple", fileName: "camt054-17.xml", entries: 3, amountCents: 4_200).letter(in: $0)
    },
    Sample(name: "alert-answer-overdue") {
      OperationsAlert.answerOverdue(
        bank: "Banque Exemple", messageID: "ACME-20261124-0001", submittedOn: "2026-11-24", transactions: 1204,
        amountCents: 150_432_017
      ).letter(in: $0)
    },
    Sample(name: "alert-credit-overdue") {
      OperationsAlert.creditOverdue(
        bank: "Banque Exemple", messageID: "ACME-20261124-0001", collectionDate: "2026-11-26", transactions: 12,
        amountCents: 150_000
      ).letter(in: $0)
    },
    Sample(name: "alert-statement") {
      OperationsAlert.statementFault(
        bank: "Banque Exemple", statement: "2026-118", fault: "statement number: found 118 after 116, expected 117"
      ).letter(in: $0)
    },
    Sample(name: "pre-notification-core") { preNotification(.core).letter(in: $0) },
    Sample(name: "pre-notification-b2b-changed") { language in
      var notice = preNotification(.b2b)
      (notice.isChange, notice.contactPhone, notice.remittance) = (true, nil, nil)
      notice.look = .init(
        logoURL: "https://acme.example/logo.png", colour: "#004488", footer: "Acme & Fils SA, capital 40 000 €, RCS Paris 123 456 789")
      return notice.letter(in: language)
    },
    Sample(name: "alert-notices-missing-held") {
      OperationsAlert.noticesMissing(
        creditor: "acme-fr", collections: 12, amountCents: 150_000, firstDate: "2026-12-18", late: 0, failed: 2, isHeld: true
      ).letter(in: $0)
    },
    Sample(name: "alert-notices-missing-sent") {
      OperationsAlert.noticesMissing(
        creditor: "acme-fr", collections: 12, amountCents: 150_000, firstDate: "2026-12-18", late: 10, failed: 2, isHeld: false
      ).letter(in: $0)
    },
    Sample(name: "alert-notices") {
      OperationsAlert.noticesFailed(endpoint: "webhook:erp", notices: 40, lastAnswer: "permanent 410 Gone").letter(in: $0)
    },
  ]

  static func finance(_ kind: FinanceNotice.Kind, _ language: NoticeLanguage) -> FinanceNotice {
    FinanceNotice(
      kind: kind, creditorName: "Acme & Fils SA", endToEndID: "E2E-2026-0001", mandateReference: "RUM-4711", amountCents: 125_000,
      scheme: .b2b, collectionDate: "2026-11-25", reportedOn: "2026-11-24",
      reason: ReasonText(
        code: "MD01",
        label: [.french: "Mandat absent ou non enregistré", .english: "No mandate, or not registered", .german: "Kein Mandat oder nicht hinterlegt"][language] ?? "",
        cause: "mandate_not_registered"),
      collectionID: "0199f2c1-7d2e-7b1a-9c55-2f6d1b0e4a10", fileMessageID: "ACME-20261124-0001")
  }

  static func reminder(_ scheme: NoticeScheme, _ language: NoticeLanguage) -> DebtorReminder {
    DebtorReminder(
      creditorName: "Acme & Fils SA", contactEmail: "compta@acme.example", contactPhone: "+33 1 23 45 67 89", debtorName: "Łódź Café GmbH",
      amountCents: 125_000, dueDate: "2026-11-25", mandateReference: "RUM-4711", scheme: scheme,
      reason: ReasonText(code: "AM04", label: insufficientFunds(language), cause: "insufficient_funds"))
  }

  static func preNotification(_ scheme: NoticeScheme) -> PreNotification {
    PreNotification(
      creditorName: "Acme & Fils SA", creditorIdentifier: "FR72ZZZ123456", contactEmail: "compta@acme.example",
      contactPhone: "+33 1 23 45 67 89", debtorName: "Łódź Café GmbH", amountCents: 125_000, collectionDate: "2026-12-18",
      mandateReference: "RUM-4711", scheme: scheme, accountEnd: "0189", remittance: "Facture 2026-118")
  }

  static func insufficientFunds(_ language: NoticeLanguage) -> String {
    switch language {
    case .french: "Provision insuffisante"
    case .english: "Insufficient funds"
    case .german: "Mangelnde Kontodeckung"
    }
  }
}
