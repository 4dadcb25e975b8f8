extension DebtorReminder {
  var german: Letter {
    let amount = NoticeLanguage.german.amount(cents: amountCents)
    let day = NoticeLanguage.german.day(dueDate)
    return Letter(
      .german,
      subject: level > 1 ? "Erinnerung: Zahlung an \(creditorName) noch offen" : "Ihre Zahlung an \(creditorName) ist nicht erfolgt",
      [
        .paragraph(debtorName.map { "Guten Tag \($0)," } ?? "Guten Tag,"),
        .paragraph("die SEPA-Lastschrift über \(amount) zugunsten von \(creditorName), fällig am \(day), wurde nicht ausgeführt."),
        .facts(
          .known([
            "Gläubiger": creditorName,
            "Betrag": amount,
            "Fälligkeit": day,
            "Mandatsreferenz": mandateReference,
            "Von der Bank genannter Grund": reason?.label,
          ])),
        .paragraph(germanScheme),
        .paragraph(germanRequest),
        .paragraph("Zu Ihrer Sicherheit enthält diese Nachricht keinen Link und fragt nicht nach Ihrer Bankverbindung."),
        .closing([creditorName]),
      ])
  }

  private var germanRequest: String {
    let contact = contact.isEmpty ? "" : ": " + contact.joined(separator: " oder ")
    if let day = collectedAgainOn.map(NoticeLanguage.german.day) {
      return
        "Derselbe Betrag wird ab dem \(day) erneut eingezogen: Bitte sorgen Sie für ausreichende Deckung. Haben Sie bereits auf anderem Weg gezahlt, teilen Sie es \(creditorName) bitte vor diesem Tag mit\(contact)."
    }
    return
      "Bitte wenden Sie sich an \(creditorName), um die Zahlung abzustimmen\(contact). Haben Sie bereits gezahlt, betrachten Sie diese Nachricht bitte als gegenstandslos."
  }

  private var germanScheme: String {
    switch scheme {
    case .core:
      "Es handelt sich um eine SEPA-Basislastschrift (CORE). Ihre Rechte, darunter das Recht auf Erstattung eines belasteten Betrags binnen acht Wochen, sind in einem Merkblatt beschrieben, das Sie von Ihrer Bank erhalten können."
    case .b2b:
      "Es handelt sich um eine SEPA-Firmenlastschrift (B2B): Ihre Bank führt nur Lastschriften aus, deren Mandat bei ihr hinterlegt ist."
    }
  }
}
