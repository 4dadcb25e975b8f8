extension OperationsAlert {
  var german: Letter {
    let language = NoticeLanguage.german
    let closing = Letter.Part.closing(["Automatische Nachricht von sepad"])
    switch self {
    case .fileSetAside(let bank, let fileName, let fault, let receivedOn):
      return Letter(
        language, subject: "Bankdatei beiseitegelegt: \(fileName)",
        [
          .paragraph("Eine Datei der Bank war nicht lesbar. Sie liegt als Ganzes beiseite; nichts daraus wurde übernommen, die anderen Dateien laufen weiter."),
          .facts(.known(["Bank": bank, "Datei": fileName, "Empfangen am": language.day(receivedOn), "Fehler": fault])),
          .steps(heading: "Was ist zu tun?", ["Prüfen Sie den Fehler und fordern Sie die Datei neu an, wenn sie abgeschnitten oder beschädigt ist."]),
          closing,
        ])
    case .fileRefused(let bank, let messageID, let reason, let transactions, let amountCents):
      return Letter(
        language, subject: "Datei von der Bank zurückgewiesen: \(reason.code), \(messageID)",
        [
          .paragraph("Die Bank hat eine Lastschriftdatei als Ganzes zurückgewiesen: Keine ihrer Lastschriften wird ausgeführt."),
          .facts(
            .known([
              "Bank": bank, "Datei": messageID, "Grund": reason.line, "Lastschriften": language.count(transactions),
              "Summe": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Was ist zu tun?", ["Klären Sie die Ursache mit der Bank, bevor Sie diese Einzüge erneut beauftragen."]),
          closing,
        ])
    case .fileUncertain(let bank, let messageID, let transactions, let amountCents):
      return Letter(
        language, subject: "Einreichung ungewiss: \(messageID)",
        [
          .paragraph("Die Verbindung brach während der Einreichung ab: Es ist nicht erwiesen, ob die Bank diese Datei hat. Sie wird nicht auf Verdacht erneut gesendet."),
          .facts(
            .known([
              "Bank": bank, "Datei": messageID, "Lastschriften": language.count(transactions),
              "Summe": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Was ist zu tun?", ["Fragen Sie die Bank, ob sie die Datei hat, und teilen Sie sepad die Antwort mit."]),
          closing,
        ])
    case .uploadTooSlow(let bank, let messageID, let seconds, let sizeBytes, let transactions, let amountCents):
      return Letter(
        language, subject: "Übertragung dauert zu lange: \(messageID)",
        [
          .paragraph("Die Übertragung dieser Datei war nach der ganzen Zeit eines Versuchs nicht zu Ende, der Hälfte von uncertain_wait_seconds. Die Bank hat die Datei nicht. Es wird wieder versucht und gelingt nicht, solange die Übertragung länger dauert."),
          .facts(
            .known([
              "Bank": bank, "Datei": messageID, "Zeit eines Versuchs": "\(language.count(seconds)) s", "Bytes": language.count(sizeBytes),
              "Lastschriften": language.count(transactions), "Summe": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Was ist zu tun?", ["Setzen Sie uncertain_wait_seconds dieser Bank auf mehr als das Doppelte der Dauer der Übertragung und starten Sie sepad neu.", "Oder sehen Sie nach, warum die Leitung zur Bank langsam ist."]),
          closing,
        ])
    case .unmatchedEntries(let bank, let fileName, let entries, let amountCents):
      return Letter(
        language, subject: "Bankbuchungen zuzuordnen: \(language.count(entries))",
        [
          .paragraph("Einige Buchungen gehören zu keinem Einzug oder zu mehreren. Sie sind aufbewahrt und haben nichts verändert."),
          .facts(
            .known([
              "Bank": bank, "Datei": fileName, "Buchungen": language.count(entries),
              "Summe": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Was ist zu tun?", ["Ordnen Sie jede Buchung von Hand zu oder verwerfen Sie sie."]),
          closing,
        ])
    case .answerOverdue(let bank, let messageID, let submittedOn, let transactions, let amountCents):
      return Letter(
        language, subject: "Datei ohne Antwort: \(messageID)",
        [
          .paragraph("Die Bank hat diese Datei angenommen und seither nichts dazu gemeldet. Sie wird nicht auf Verdacht erneut gesendet."),
          .facts(
            .known([
              "Bank": bank, "Datei": messageID, "Eingereicht am": language.day(submittedOn), "Lastschriften": language.count(transactions), "Summe": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Was ist zu tun?", ["Fragen Sie die Bank, ob sie die Datei verarbeitet und ob eine Rückmeldung fehlt."]),
          closing,
        ])
    case .creditOverdue(let bank, let messageID, let collectionDate, let transactions, let amountCents):
      return Letter(
        language, subject: "Lastschriften ohne Ergebnis: \(messageID)",
        [
          .paragraph("Ihr Fälligkeitstag ist vorbei, und die Bank hat sie weder gutgeschrieben noch zurückgewiesen. Sie bleiben bis dahin offen."),
          .facts(
            .known([
              "Bank": bank, "Datei": messageID, "Fälligkeitstag": language.day(collectionDate), "Lastschriften": language.count(transactions), "Summe": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Was ist zu tun?", ["Vergleichen Sie mit dem Konto und fordern Sie die fehlende Rückmeldung an."]),
          closing,
        ])
    case .statementFault(let bank, let statement, let fault):
      return Letter(
        language, subject: "Kontoauszug zu prüfen: \(statement)",
        [
          .paragraph("Ein Auszug ergibt sich nicht aus seinen Buchungen oder nicht aus dem vorigen: Ein Auszug kann fehlen oder falsch sein."),
          .facts(
            .known([
              "Bank": bank, "Auszug": statement, "Fehler": fault,
            ])),
          .steps(heading: "Was ist zu tun?", ["Fordern Sie den fehlenden oder einen berichtigten Auszug bei der Bank an."]),
          closing,
        ])
    case .noticesFailed(let endpoint, let notices, let lastAnswer):
      return Letter(
        language, subject: "Nachrichten nicht zugestellt: \(endpoint)",
        [
          .paragraph("Webhooks oder Erinnerungen wurden aufgegeben, oder ihr Eingang ist nicht erwiesen. Sie werden nicht von selbst erneut gesendet."),
          .facts(
            .known([
              "Ziel": endpoint, "Nachrichten": language.count(notices), "Letzte Antwort": lastAnswer,
            ])),
          .steps(heading: "Was ist zu tun?", ["Prüfen Sie den Empfänger, dann die Ereignisse, die ihm fehlen."]),
          closing,
        ])
    case .collectedTwice(let endToEndID, let collections, let amountCents):
      return Letter(
        language, subject: "Forderung zweimal eingezogen: \(endToEndID)",
        [
          .paragraph("Mehr als ein Einzug derselben Forderung ist unterwegs oder bezahlt: Einer lebte wieder auf, nachdem der nächste abgegangen war."),
          .facts(
            .known([
              "Ende-zu-Ende-Referenz": endToEndID, "Einzüge": collections, "Betrag": language.amount(cents: amountCents),
            ])),
          .steps(heading: "Was ist zu tun?", ["Prüfen Sie das Konto. Zahlen Sie zurück, was doppelt kam, durch eine Rückbuchung oder Überweisung."]),
          closing,
        ])
    case .mandateUnregistered(let creditor, let mandateReference, let asked, let isHeld):
      return Letter(
        language, subject: "Firmenlastschrift-Mandat nicht hinterlegt: \(mandateReference)",
        [
          .paragraph(
            "Der Zahlungspflichtige wurde gebeten, dieses Mandat bei seiner Bank zu hinterlegen, und nichts bestätigt es. "
              + (isHeld
                ? "Bis dahin wird darunter nichts eingezogen." : "Seine Bank wird Einzüge darunter wahrscheinlich zurückweisen.")),
          .facts(
            .known(["Gläubiger": creditor, "Mandatsreferenz": mandateReference, "Anzahl der Bitten": language.count(asked)])),
          .steps(
            heading: "Was ist zu tun?",
            [
              "Den Zahlungspflichtigen anrufen: Seine Bank braucht das Mandat mit Referenz und Gläubiger-Identifikationsnummer.",
              "Sobald die Bank es hat, „sepad mandate register“ aufrufen oder die Änderung „registered“ einreichen.",
            ]),
          closing,
        ])
    case .mandatesEnding(let creditor, let mandates, let inDays):
      return Letter(
        language, subject: "Mandate, die bald verfallen: \(creditor)",
        [
          .paragraph(
            "Ein Mandat, unter dem 36 Monate lang nichts eingezogen wurde, verfällt, und ein neues ist zu unterschreiben. Diese erreichen den Tag, wenn sie nicht vorher genutzt werden."),
          .facts(
            .known([
              "Gläubiger": creditor, "Mandate": language.count(mandates), "Tage bis dahin, höchstens": language.count(inDays),
            ])),
          .steps(
            heading: "Was ist zu tun?",
            ["Welche es sind, zeigt „sepad mandate list --ending“.", "Neue Mandate unterschreiben lassen, wo sie gebraucht werden."]),
          closing,
        ])
    case .noticesMissing(let creditor, let collections, let amountCents, let firstDate, let late, let failed, let isHeld):
      return Letter(
        language, subject: "Lastschriften nicht rechtzeitig angekündigt: \(creditor)",
        [
          .paragraph(
            "Diese Lastschriften konnten den Zahlern nicht oder erst später als vereinbart angekündigt werden. "
              + (isHeld
                ? "Sie werden zurückgehalten, bis ein Mensch entscheidet." : "Sie werden trotzdem eingezogen, wie eingestellt.")),
          .facts(
            .known([
              "Gläubiger": creditor, "Lastschriften": language.count(collections), "Summe": language.amount(cents: amountCents),
              "Erste Fälligkeit": language.day(firstDate), "Zu spät angekündigt": late == 0 ? nil : language.count(late),
              "Nicht angekündigt": failed == 0 ? nil : language.count(failed),
            ])),
          .steps(
            heading: "Was ist zu tun?",
            isHeld
              ? [
                "„sepad notice list --missing“ zeigt, welche es sind.",
                "Unterrichten Sie die Zahler auf anderem Weg und melden Sie es mit „sepad notice given“ oder einer Anfrage notice.",
                "Oder ziehen Sie ohne Ankündigung ein: „sepad collection release“.",
              ]
              : ["Ergänzen Sie die fehlenden E-Mail-Adressen der Mandate, oder reichen Sie Einzüge früher ein."]),
          closing,
        ])
    case .databaseWentBack(let epoch, let metOn, let files, let blindBanks):
      return Letter(
        language, subject: "Es wird nichts gesendet: Die Datenbank ist vielleicht in der Zeit zurückgegangen",
        [
          .paragraph("Die Datenbank ist eine andere als zuvor, nach einem Failover oder einer Wiederherstellung. Was sie vergessen hat, wurde vielleicht gesendet: Es wird nichts eingezogen, bis ein Mensch nachgesehen und zugestimmt hat."),
          .facts(
            .known([
              "Epoche": language.count(epoch), "Bemerkt am": language.day(metOn), "Dateien bei Banken, die sie nicht als gesendet kennt": language.count(files),
              "Banken, die nichts zeigen": blindBanks.isEmpty ? nil : blindBanks,
            ])),
          .steps(heading: "Was ist zu tun?", ["Rufen Sie „sepad recover“ auf: Der Befehl sagt, was gefunden wurde und was getan würde.", "Fragen Sie die Banken, die nichts zeigen, welche Dateien sie haben.", "Stimmen Sie zu mit „sepad recover --agree --because …“."]),
          closing,
        ])
    }
  }
}
