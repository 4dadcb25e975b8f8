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
    case .uploadTooSlow(let bank, let messageID, let seconds, let sizeBytes, let transactions, let amountCents):
      return Letter(
        language, subject: "Envoi trop long\u{A0}: \(messageID)",
        [
          .paragraph("L’envoi de ce fichier n’était pas terminé après tout le temps accordé à une tentative, la moitié de uncertain_wait_seconds. La banque n’a pas ce fichier. L’envoi est retenté, et n’aboutira pas tant qu’il dure plus longtemps."),
          .facts(
            .known([
              "Banque": bank, "Fichier": messageID, "Temps d’une tentative": "\(language.count(seconds)) s", "Octets": language.count(sizeBytes),
              "Prélèvements": language.count(transactions), "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Augmentez uncertain_wait_seconds de cette banque à plus du double de la durée de l’envoi, et relancez sepad.", "Ou cherchez pourquoi la ligne vers la banque est lente."]),
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
    case .answerOverdue(let bank, let messageID, let submittedOn, let transactions, let amountCents):
      return Letter(
        language, subject: "Fichier sans réponse\u{A0}: \(messageID)",
        [
          .paragraph("La banque a reçu ce fichier et n’en a plus rien dit depuis. Il n’est pas renvoyé au hasard."),
          .facts(
            .known([
              "Banque": bank, "Fichier": messageID, "Remis le": language.day(submittedOn), "Prélèvements": language.count(transactions), "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Demandez à la banque si elle traite ce fichier et s’il manque un compte rendu."]),
          closing,
        ])
    case .creditOverdue(let bank, let messageID, let collectionDate, let transactions, let amountCents):
      return Letter(
        language, subject: "Prélèvements sans issue\u{A0}: \(messageID)",
        [
          .paragraph("Leur date d’échéance est passée, et la banque ne les a ni crédités ni refusés. Ils restent ouverts jusque-là."),
          .facts(
            .known([
              "Banque": bank, "Fichier": messageID, "Date d’échéance": language.day(collectionDate), "Prélèvements": language.count(transactions), "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Comparez avec le compte et demandez à la banque le compte rendu qui manque."]),
          closing,
        ])
    case .statementFault(let bank, let statement, let fault):
      return Letter(
        language, subject: "Relevé de compte à vérifier\u{A0}: \(statement)",
        [
          .paragraph("Un relevé ne découle pas de ses écritures, ou pas du précédent\u{A0}: un relevé peut manquer ou être faux."),
          .facts(
            .known([
              "Banque": bank, "Relevé": statement, "Défaut": fault,
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Demandez à la banque le relevé qui manque, ou un relevé corrigé."]),
          closing,
        ])
    case .noticesFailed(let endpoint, let notices, let lastAnswer):
      return Letter(
        language, subject: "Avis non remis\u{A0}: \(endpoint)",
        [
          .paragraph("Des webhooks ou des rappels ont été abandonnés, ou rien ne prouve leur arrivée. Ils ne sont pas renvoyés d’eux-mêmes."),
          .facts(
            .known([
              "Destination": endpoint, "Avis": language.count(notices), "Dernière réponse": lastAnswer,
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Examinez le récepteur, puis les événements qu’il a manqués."]),
          closing,
        ])
    case .collectedTwice(let endToEndID, let collections, let amountCents):
      return Letter(
        language, subject: "Créance prélevée deux fois\u{A0}: \(endToEndID)",
        [
          .paragraph("Plus d’une tentative de prélèvement de la même créance est en cours ou payée\u{A0}: l’une a été rétablie après le départ de la suivante."),
          .facts(
            .known([
              "Référence de bout en bout": endToEndID, "Prélèvements": collections, "Montant": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Vérifiez le compte. Remboursez ce qui a été encaissé deux fois, par un reversement ou un virement."]),
          closing,
        ])
    case .mandateUnregistered(let creditor, let mandateReference, let asked, let isHeld):
      return Letter(
        language, subject: "Mandat interentreprises non enregistré\u{A0}: \(mandateReference)",
        [
          .paragraph(
            "Le débiteur a été invité à faire enregistrer ce mandat par sa banque, et rien ne le confirme. "
              + (isHeld
                ? "Rien n’est prélevé sur ce mandat en attendant." : "Sa banque rejettera sans doute ce qui est prélevé sur ce mandat.")),
          .facts(
            .known([
              "Créancier": creditor, "Référence unique du mandat": mandateReference, "Nombre de demandes": language.count(asked),
            ])),
          .steps(
            heading: "Que faire\u{A0}?",
            [
              "Appeler le débiteur\u{A0}: sa banque a besoin du mandat, avec sa référence et l’identifiant du créancier.",
              "Une fois le mandat enregistré, lancer «\u{A0}sepad mandate register\u{A0}», ou transmettre le changement «\u{A0}registered\u{A0}».",
            ]),
          closing,
        ])
    case .mandatesEnding(let creditor, let mandates, let inDays):
      return Letter(
        language, subject: "Mandats bientôt caducs\u{A0}: \(creditor)",
        [
          .paragraph(
            "Un mandat sans prélèvement pendant 36 mois est caduc, et il faut en faire signer un nouveau. Ceux-ci arrivent à cette date s’ils ne servent pas avant."),
          .facts(
            .known([
              "Créancier": creditor, "Mandats": language.count(mandates), "Jours restants, au plus": language.count(inDays),
            ])),
          .steps(
            heading: "Que faire\u{A0}?",
            ["En voir la liste avec «\u{A0}sepad mandate list --ending\u{A0}».", "Faire signer de nouveaux mandats là où il en faudra."]),
          closing,
        ])
    case .noticesMissing(let creditor, let collections, let amountCents, let firstDate, let late, let failed, let isHeld):
      return Letter(
        language, subject: "Débiteurs non prévenus à temps\u{A0}: \(creditor)",
        [
          .paragraph(
            "Les débiteurs n’ont pas pu être prévenus de ces prélèvements, ou l’ont été plus tard que convenu. "
              + (isHeld
                ? "Ils sont retenus jusqu’à la décision d’une personne." : "Ils sont présentés malgré tout, comme configuré.")),
          .facts(
            .known([
              "Créancier": creditor, "Prélèvements": language.count(collections), "Total": language.amount(cents: amountCents),
              "Première échéance": language.day(firstDate), "Prévenus trop tard": late == 0 ? nil : language.count(late),
              "N’ont pu être prévenus": failed == 0 ? nil : language.count(failed),
            ])),
          .steps(
            heading: "Que faire\u{A0}?",
            isHeld
              ? [
                "La commande «\u{A0}sepad notice list --missing\u{A0}» dit lesquels.",
                "Prévenez les débiteurs par un autre moyen, puis dites-le par «\u{A0}sepad notice given\u{A0}», ou par une demande notice.",
                "Ou présentez-en un sans préavis\u{A0}: «\u{A0}sepad collection release\u{A0}».",
              ]
              : ["Ajoutez aux mandats les adresses électroniques qui manquent, ou demandez les prélèvements plus tôt."]),
          closing,
        ])
    case .databaseWentBack(let epoch, let metOn, let files, let blindBanks):
      return Letter(
        language, subject: "Rien n’est envoyé\u{A0}: la base de données est peut-être revenue en arrière",
        [
          .paragraph("La base de données n’est plus la même, après une bascule ou une restauration. Ce qu’elle a oublié a peut-être été envoyé\u{A0}: rien n’est prélevé avant qu’une personne ait vérifié et donné son accord."),
          .facts(
            .known([
              "Époque": language.count(epoch), "Constaté le": language.day(metOn), "Fichiers chez les banques qu’elle ne sait pas envoyés": language.count(files),
              "Banques qui ne renseignent pas": blindBanks.isEmpty ? nil : blindBanks,
            ])),
          .steps(heading: "Que faire\u{A0}?", ["Lancez «\u{A0}sepad recover\u{A0}»\u{A0}: la commande dit ce qui a été trouvé et ce qui serait fait.", "Demandez aux banques qui ne renseignent pas quels fichiers elles ont.", "Donnez votre accord par «\u{A0}sepad recover --agree --because …\u{A0}»."]),
          closing,
        ])
    }
  }
}
