extension DebtorReminder {
  var french: Letter {
    let amount = NoticeLanguage.french.amount(cents: amountCents)
    let day = NoticeLanguage.french.day(dueDate)
    return Letter(
      .french,
      subject: level > 1 ? "Rappel\u{A0}: paiement à \(creditorName) toujours en attente" : "Votre paiement à \(creditorName) n’a pas abouti",
      [
        .paragraph(debtorName.map { "Bonjour \($0)," } ?? "Bonjour,"),
        .paragraph("Le prélèvement SEPA de \(amount) prévu le \(day) au profit de \(creditorName) n’a pas abouti."),
        .facts(
          .known([
            "Créancier": creditorName,
            "Montant": amount,
            "Échéance": day,
            "Référence unique du mandat": mandateReference,
            "Motif indiqué par la banque": reason?.label,
          ])),
        .paragraph(frenchScheme),
        .paragraph(frenchRequest),
        .paragraph("Pour votre sécurité, ce message ne contient aucun lien et ne vous demande pas vos coordonnées bancaires."),
        .closing([creditorName]),
      ])
  }

  private var frenchRequest: String {
    if let day = collectedAgainOn.map(NoticeLanguage.french.day) {
      return
        "Le même montant sera présenté une nouvelle fois à partir du \(day)\u{A0}: merci de prévoir la provision sur votre compte. Si vous l’avez déjà réglé par un autre moyen, merci de prévenir \(creditorName) avant cette date\(french(contact))."
    }
    return
      "Merci de prendre contact avec \(creditorName) pour convenir du règlement\(french(contact)). Si vous avez déjà réglé ce montant, veuillez ne pas tenir compte de ce message."
  }

  /// B2B knows no refund of an authorised debit: the sentence on refunds belongs to CORE alone.
  private var frenchScheme: String {
    switch scheme {
    case .core:
      "Ce prélèvement relève du schéma SEPA CORE. Vos droits, dont le droit au remboursement pendant huit semaines d’un prélèvement débité, sont expliqués dans un document que vous pouvez obtenir auprès de votre banque."
    case .b2b:
      "Ce prélèvement relève du schéma SEPA interentreprises (B2B)\u{A0}: votre banque n’exécute que les prélèvements dont le mandat est enregistré chez elle."
    }
  }

  private func french(_ contact: [String]) -> String {
    contact.isEmpty ? "" : "\u{A0}: " + contact.joined(separator: " ou ")
  }

  /// Where the creditor can be reached, as given.
  var contact: [String] { [contactEmail, contactPhone].compactMap { $0 }.filter { !$0.isEmpty } }
}
