extension OperationsAlert {
  var french: Letter {
    let language = NoticeLanguage.french
    let closing = Letter.Part.closing(["Message automatique de sepad"])
    switch self {
    case .fileSetAside(let bank, let fileName, let fault, let receivedOn):
      return Letter(
        language, subject: "Fichier bancaire mis de côté\u{A0}: \(fileName)",
        [
          .paragraph("Un fichier reçu de la banque n’a pas pu être lu. Il est mis de côté en entier\u{A0}; rien n’en a été appliqué, les autres fichiers suivent leur cours."),
          .facts(.known(["Banque": bank, "Fichier": fileName, "Reçu le": language.day(receivedOn), "Défaut": fault])),
          .steps(heading: "Que faire\u{A0}?", ["Examinez le défaut et demandez le fichier de nouveau à la banque s’il est tronqué ou abîmé."]),
          closing,
        ])
    case .fileRefused(let bank, let messageID, let reason, let transactions, let amountCents):
      return Letter(
        language, subject: "Fichier refusé par la banque\u{A0}: \(reason.code), \(messageID)",
        [
          .paragraph("La banque a refusé un fichier de prélèvements en entier\u{A0}: aucun de ses prélèvements ne sera exécuté."),
          .facts(
            .known([
              "Banque": bank, "Fichier": messageID, "Motif": reason.line, "Prélèvements": language.count(transactions),
              "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Corrigez la cause avec la banque avant de demander ces prélèvements de nouveau."]),
          closing,
        ])
    case .fileUncertain(let bank, let messageID, let transactions, let amountCents):
      return Letter(
        language, subject: "Envoi incertain\u{A0}: \(messageID)",
        [
          .paragraph("La liaison a été coupée pendant l’envoi\u{A0}: rien ne prouve si la banque a reçu ce fichier. Il n’est pas renvoyé au hasard."),
          .facts(
            .known([
              "Banque": bank, "Fichier": messageID, "Prélèvements": language.count(transactions),
              "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Demandez à la banque si elle a reçu ce fichier, puis indiquez la réponse à sepad."]),
          closing,
        ])
    case .unmatchedEntries(let bank, let fileName, let entries, let amountCents):
      return Letter(
        language, subject: "Écritures bancaires à rapprocher\u{A0}: \(language.count(entries))",
        [
          .paragraph("Des écritures ne correspondent à aucun prélèvement, ou à plusieurs. Elles sont conservées et n’ont rien changé."),
          .facts(
            .known([
              "Banque": bank, "Fichier": fileName, "Écritures": language.count(entries),
              "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Rapprochez chaque écriture à la main, ou écartez-la."]),
          closing,
        ])
    }
  }
}
