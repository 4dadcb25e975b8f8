/// Asks a debtor to have its bank register a B2B mandate, with the data that the bank needs: without that it refuses each
/// collection (SDD B2B rulebook, section 4.1).
///
/// It holds no link and no whole account number and asks for none, so that it cannot be mistaken for a lure.
package struct RegistrationRequest: Equatable, Sendable {
  package var creditorName: String
  package var creditorIdentifier: String
  package var contactEmail: String?
  package var contactPhone: String?
  package var debtorName: String
  package var mandateReference: String
  package var recurrent: Bool
  /// `YYYY-MM-DD`.
  package var signedOn: String?
  /// The last four characters of the debtor's account: enough to know which.
  package var accountEnd: String
  /// 1 for the first time.
  package var asked: Int

  package init(
    creditorName: String, creditorIdentifier: String, contactEmail: String?, contactPhone: String?, debtorName: String,
    mandateReference: String, recurrent: Bool, signedOn: String?, accountEnd: String, asked: Int
  ) {
    self.creditorName = creditorName
    self.creditorIdentifier = creditorIdentifier
    self.contactEmail = contactEmail
    self.contactPhone = contactPhone
    self.debtorName = debtorName
    self.mandateReference = mandateReference
    self.recurrent = recurrent
    self.signedOn = signedOn
    self.accountEnd = accountEnd
    self.asked = asked
  }

  /// The mail's words.
  package func letter(in language: NoticeLanguage) -> Letter {
    switch language {
    case .french: french
    case .english: english
    case .german: german
    }
  }

  private var contact: [String] { [contactEmail, contactPhone].compactMap { $0 }.filter { !$0.isEmpty } }

  private var english: Letter {
    let language = NoticeLanguage.english
    let contact = contact.isEmpty ? "" : ": " + contact.joined(separator: " or ")
    return Letter(
      language,
      subject: asked > 1
        ? "Reminder: your bank needs your mandate for \(creditorName)" : "Your bank needs your mandate for \(creditorName)",
      [
        .paragraph("Dear \(debtorName),"),
        .paragraph(
          "you have signed a SEPA B2B direct debit mandate for \(creditorName). Before the first debit your bank must have it: it refuses B2B debits whose mandate its customer has not shown it."),
        .facts(
          .known([
            "Creditor": creditorName, "Creditor identifier": creditorIdentifier, "Mandate reference": mandateReference,
            "Scheme": "SEPA B2B", "Type of payment": recurrent ? "recurrent" : "one-off",
            "Signed on": signedOn.map(language.day), "Your account": "… \(accountEnd)",
          ])),
        .steps(
          heading: "What to do next",
          [
            "Hand your bank a copy of the signed mandate, or enter these data where it asks for B2B mandates.",
            "Tell \(creditorName) when your bank has confirmed it\(contact).",
          ]),
        .paragraph("For your safety, this message contains no link and does not ask for your bank details."),
        .closing([creditorName]),
      ])
  }

  private var french: Letter {
    let language = NoticeLanguage.french
    let contact = contact.isEmpty ? "" : "\u{A0}: " + contact.joined(separator: " ou ")
    return Letter(
      language,
      subject: asked > 1
        ? "Rappel\u{A0}: votre banque a besoin de votre mandat pour \(creditorName)"
        : "Votre banque a besoin de votre mandat pour \(creditorName)",
      [
        .paragraph("Bonjour \(debtorName),"),
        .paragraph(
          "Vous avez signé un mandat de prélèvement SEPA interentreprises au profit de \(creditorName). Assurez-vous que votre banque l’a enregistré avant le premier prélèvement\u{A0}: elle rejette les prélèvements interentreprises dont son client ne lui a pas présenté le mandat."),
        .facts(
          .known([
            "Créancier": creditorName, "Identifiant créancier SEPA": creditorIdentifier,
            "Référence unique du mandat": mandateReference, "Schéma": "SEPA interentreprises (B2B)",
            "Type de paiement": recurrent ? "récurrent" : "ponctuel", "Signé le": signedOn.map(language.day),
            "Votre compte": "… \(accountEnd)",
          ])),
        .steps(
          heading: "Que faire\u{A0}?",
          [
            "Remettez à votre banque une copie du mandat signé, ou saisissez ces données là où elle demande les mandats interentreprises.",
            "Prévenez \(creditorName) quand votre banque l’a confirmé\(contact).",
          ]),
        .paragraph("Pour votre sécurité, ce message ne contient aucun lien et ne vous demande pas vos coordonnées bancaires."),
        .closing([creditorName]),
      ])
  }

  private var german: Letter {
    let language = NoticeLanguage.german
    let contact = contact.isEmpty ? "" : ": " + contact.joined(separator: " oder ")
    return Letter(
      language,
      subject: asked > 1
        ? "Erinnerung: Ihre Bank benötigt Ihr Mandat für \(creditorName)" : "Ihre Bank benötigt Ihr Mandat für \(creditorName)",
      [
        .paragraph("Guten Tag \(debtorName),"),
        .paragraph(
          "Sie haben \(creditorName) ein SEPA-Firmenlastschrift-Mandat erteilt. Vor der ersten Lastschrift muss es bei Ihrer Bank hinterlegt sein: Firmenlastschriften, deren Mandat ihr Kunde nicht vorgelegt hat, weist sie zurück."),
        .facts(
          .known([
            "Gläubiger": creditorName, "Gläubiger-Identifikationsnummer": creditorIdentifier, "Mandatsreferenz": mandateReference,
            "Verfahren": "SEPA-Firmenlastschrift (B2B)", "Zahlungsart": recurrent ? "wiederkehrend" : "einmalig",
            "Unterschrieben am": signedOn.map(language.day), "Ihr Konto": "… \(accountEnd)",
          ])),
        .steps(
          heading: "Was ist zu tun?",
          [
            "Geben Sie Ihrer Bank eine Kopie des unterschriebenen Mandats, oder erfassen Sie diese Angaben dort, wo sie Firmenlastschrift-Mandate verlangt.",
            "Teilen Sie \(creditorName) mit, sobald Ihre Bank es bestätigt hat\(contact).",
          ]),
        .paragraph("Zu Ihrer Sicherheit enthält diese Nachricht keinen Link und fragt nicht nach Ihrer Bankverbindung."),
        .closing([creditorName]),
      ])
  }
}
