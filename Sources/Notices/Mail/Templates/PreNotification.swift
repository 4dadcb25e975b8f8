/// Tells a debtor what will be collected from it, and when: the pre-notification that the schemes want, with amount, due date,
/// mandate reference and creditor identifier (SDD rulebooks, section 4.2).
///
/// It holds no link and no whole account number and asks for none, so that it cannot be mistaken for a lure.
package struct PreNotification: Equatable, Sendable {
  package var creditorName: String
  package var creditorIdentifier: String
  package var contactEmail: String?
  package var contactPhone: String?
  package var debtorName: String
  package var amountCents: Int64
  /// `YYYY-MM-DD`
  package var collectionDate: String
  package var mandateReference: String
  package var scheme: NoticeScheme
  /// The last four characters of the debtor's account: enough to know which.
  package var accountEnd: String
  package var remittance: String?
  /// Whether the debtor was told of another day before.
  package var isChange: Bool
  /// Further collections that are told of at once: days, `YYYY-MM-DD`, and amounts.
  package var following: [Further]
  package var look: Letter.Look

  package init(
    creditorName: String, creditorIdentifier: String, contactEmail: String?, contactPhone: String?, debtorName: String,
    amountCents: Int64, collectionDate: String, mandateReference: String, scheme: NoticeScheme, accountEnd: String,
    remittance: String? = nil, isChange: Bool = false,
    following: [(day: String, amountCents: Int64)] = [], look: Letter.Look = Letter.Look()
  ) {
    self.creditorName = creditorName
    self.creditorIdentifier = creditorIdentifier
    self.contactEmail = contactEmail
    self.contactPhone = contactPhone
    self.debtorName = debtorName
    self.amountCents = amountCents
    self.collectionDate = collectionDate
    self.mandateReference = mandateReference
    self.scheme = scheme
    self.accountEnd = accountEnd
    self.remittance = remittance
    self.isChange = isChange
    self.following = following.map { Further(day: $0.day, amountCents: $0.amountCents) }
    self.look = look
  }

  /// The mail's words.
  package func letter(in language: NoticeLanguage) -> Letter {
    switch language {
    case .french: french
    case .english: english
    case .german: german
    }
  }

  package struct Further: Equatable, Sendable {
    package var day: String
    package var amountCents: Int64
  }

  /// The list of what follows; nothing where nothing does.
  private func further(_ language: NoticeLanguage, _ heading: String) -> [Letter.Part] {
    following.isEmpty
      ? []
      : [.steps(heading: heading, following.map { "\(language.day($0.day))\(language.colon)\(language.amount(cents: $0.amountCents))" })]
  }

  /// Where the creditor can be reached, as given.
  private var contact: [String] { [contactEmail, contactPhone].compactMap { $0 }.filter { !$0.isEmpty } }

  private var english: Letter {
    let language = NoticeLanguage.english
    let (amount, day) = (language.amount(cents: amountCents), language.day(collectionDate))
    let contact = contact.isEmpty ? "" : ": " + contact.joined(separator: " or ")
    return Letter(
      language,
      subject: isChange
        ? "Changed: direct debit of \(creditorName) on \(day)" : "Direct debit of \(creditorName) on \(day)",
      [
        .paragraph("Hello \(debtorName),"),
        .paragraph(
          isChange
            ? "A SEPA direct debit of which we told you before will be collected on another day: \(creditorName) will collect \(amount) from your account on \(day)."
            : "\(creditorName) will collect \(amount) from your account on \(day), by SEPA direct debit."),
        .facts(
          .known([
            "Creditor": creditorName, "Creditor identifier": creditorIdentifier, "Amount": amount, "Collection date": day,
            "Mandate reference": mandateReference, "Your account": "… \(accountEnd)", "Reference": remittance,
            "Scheme": scheme == .b2b ? "SEPA Business-to-Business" : "SEPA Core",
          ])),
      ] + further(language, "Further debits of which this letter tells you") + [
        .paragraph("Please see that the amount is available on your account on that day."),
        .paragraph(
          scheme == .core
            ? "Your rights, among them the right to a refund of a debit within eight weeks, are explained in a statement that you can obtain from your bank."
            : "Your bank executes this debit only if its mandate is registered with it, and does not refund it once it is made: please object before."),
        .paragraph("If something is wrong, please contact \(creditorName) before that day\(contact)."),
        .paragraph("For your safety, this message contains no link and does not ask for your bank details."),
        .closing([creditorName]),
      ], look: look)
  }

  private var french: Letter {
    let language = NoticeLanguage.french
    let (amount, day) = (language.amount(cents: amountCents), language.day(collectionDate))
    let contact = contact.isEmpty ? "" : "\u{A0}: " + contact.joined(separator: " ou ")
    return Letter(
      language,
      subject: isChange
        ? "Modification\u{A0}: prélèvement de \(creditorName) le \(day)" : "Prélèvement de \(creditorName) le \(day)",
      [
        .paragraph("Bonjour \(debtorName),"),
        .paragraph(
          isChange
            ? "Un prélèvement SEPA que nous vous avions annoncé sera présenté à une autre date\u{A0}: \(creditorName) prélèvera \(amount) sur votre compte le \(day)."
            : "\(creditorName) prélèvera \(amount) sur votre compte le \(day), par prélèvement SEPA."),
        .facts(
          .known([
            "Créancier": creditorName, "Identifiant créancier SEPA": creditorIdentifier, "Montant": amount, "Échéance": day,
            "Référence unique du mandat": mandateReference, "Votre compte": "… \(accountEnd)", "Référence": remittance,
            "Schéma": scheme == .b2b ? "SEPA interentreprises (B2B)" : "SEPA CORE",
          ])),
      ] + further(language, "Prélèvements suivants, annoncés par la présente") + [
        .paragraph("Merci de prévoir la provision sur votre compte à cette date."),
        .paragraph(
          scheme == .core
            ? "Vos droits, dont le droit au remboursement pendant huit semaines d’un prélèvement débité, sont expliqués dans un document que vous pouvez obtenir auprès de votre banque."
            : "Votre banque n’exécute ce prélèvement que si son mandat est enregistré chez elle, et ne le rembourse pas une fois exécuté\u{A0}: toute contestation doit lui parvenir avant."),
        .paragraph("En cas d’erreur, merci de prendre contact avec \(creditorName) avant cette date\(contact)."),
        .paragraph("Pour votre sécurité, ce message ne contient aucun lien et ne vous demande pas vos coordonnées bancaires."),
        .closing([creditorName]),
      ], look: look)
  }

  private var german: Letter {
    let language = NoticeLanguage.german
    let (amount, day) = (language.amount(cents: amountCents), language.day(collectionDate))
    let contact = contact.isEmpty ? "" : ": " + contact.joined(separator: " oder ")
    return Letter(
      language,
      subject: isChange
        ? "Geändert: Lastschrift von \(creditorName) am \(day)" : "Lastschrift von \(creditorName) am \(day)",
      [
        .paragraph("Guten Tag \(debtorName),"),
        .paragraph(
          isChange
            ? "eine SEPA-Lastschrift, die wir Ihnen angekündigt hatten, wird an einem anderen Tag eingezogen: \(creditorName) zieht am \(day) \(amount) von Ihrem Konto ein."
            : "\(creditorName) zieht am \(day) \(amount) von Ihrem Konto ein, per SEPA-Lastschrift."),
        .facts(
          .known([
            "Gläubiger": creditorName, "Gläubiger-Identifikationsnummer": creditorIdentifier, "Betrag": amount, "Fälligkeit": day,
            "Mandatsreferenz": mandateReference, "Ihr Konto": "… \(accountEnd)", "Verwendungszweck": remittance,
            "Verfahren": scheme == .b2b ? "SEPA-Firmenlastschrift (B2B)" : "SEPA-Basislastschrift (CORE)",
          ])),
      ] + further(language, "Weitere Lastschriften, die hiermit angekündigt sind") + [
        .paragraph("Bitte sorgen Sie an diesem Tag für ausreichende Deckung."),
        .paragraph(
          scheme == .core
            ? "Ihre Rechte, darunter das Recht auf Erstattung eines belasteten Betrags binnen acht Wochen, sind in einem Merkblatt beschrieben, das Sie von Ihrer Bank erhalten können."
            : "Ihre Bank führt diese Lastschrift nur aus, wenn ihr Mandat bei ihr hinterlegt ist, und erstattet sie nach der Ausführung nicht: Einwände müssen sie vorher erreichen."),
        .paragraph("Stimmt etwas nicht, wenden Sie sich bitte vor diesem Tag an \(creditorName)\(contact)."),
        .paragraph("Zu Ihrer Sicherheit enthält diese Nachricht keinen Link und fragt nicht nach Ihrer Bankverbindung."),
        .closing([creditorName]),
      ], look: look)
  }
}
