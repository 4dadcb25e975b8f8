extension DebtorReminder {
  var english: Letter {
    let amount = NoticeLanguage.english.amount(cents: amountCents)
    let day = NoticeLanguage.english.day(dueDate)
    return Letter(
      .english,
      subject: level > 1 ? "Reminder: payment to \(creditorName) still open" : "Your payment to \(creditorName) did not go through",
      [
        .paragraph(debtorName.map { "Hello \($0)," } ?? "Hello,"),
        .paragraph("The SEPA direct debit of \(amount) due on \(day) in favour of \(creditorName) did not go through."),
        .facts(
          .known([
            "Creditor": creditorName,
            "Amount": amount,
            "Due date": day,
            "Mandate reference": mandateReference,
            "Reason given by the bank": reason?.label,
          ])),
        .paragraph(englishScheme),
        .paragraph(englishRequest),
        .paragraph("For your safety, this message contains no link and does not ask for your bank details."),
        .closing([creditorName]),
      ])
  }

  private var englishRequest: String {
    let contact = contact.isEmpty ? "" : ": " + contact.joined(separator: " or ")
    if let day = collectedAgainOn.map(NoticeLanguage.english.day) {
      return
        "The same amount will be collected again from \(day) on: please see that it is available on your account. If you have already paid in another way, please tell \(creditorName) before that day\(contact)."
    }
    return
      "Please contact \(creditorName) to agree on the payment\(contact). If you have already paid, please disregard this message."
  }

  private var englishScheme: String {
    switch scheme {
    case .core:
      "This direct debit is under the SEPA Core scheme. Your rights, among them the right to a refund of a debit within eight weeks, are explained in a statement that you can obtain from your bank."
    case .b2b:
      "This direct debit is under the SEPA Business-to-Business scheme: your bank executes only debits whose mandate is registered with it."
    }
  }
}
