extension FinanceNotice {
  var german: Letter {
    let isReturn = kind == .returned
    return Letter(
      .german,
      subject: "Lastschrift \(isReturn ? "zurückgegeben" : "zurückgewiesen"): \(reason.code), \(endToEndID)",
      [
        .paragraph("Guten Tag,"),
        .paragraph(
          isReturn
            ? "die folgende Lastschrift war eingezogen. Die Bank des Zahlers hat sie zurückgegeben: Der Betrag wurde Ihrem Konto belastet."
            : "die folgende Lastschrift wurde vor der Verrechnung zurückgewiesen: Der Betrag wurde nicht eingezogen."),
        .facts(
          .known([
            "Gläubiger": creditorName,
            "Betrag": NoticeLanguage.german.amount(cents: amountCents),
            "Grund": reason.line,
            "Ende-zu-Ende-Referenz": endToEndID,
            "Mandatsreferenz": mandateReference,
            "Fälligkeit": NoticeLanguage.german.day(collectionDate),
            (isReturn ? "Zurückgegeben am" : "Zurückgewiesen am"): reportedOn.map(NoticeLanguage.german.day),
            "Verfahren": scheme == .b2b ? "SEPA-Firmenlastschrift (B2B)" : "SEPA-Basislastschrift (CORE)",
            "Datei": fileMessageID,
            "Kennung des Einzugs": collectionID,
          ])),
        .steps(heading: "Was ist zu tun?", germanFollowUp + (followUp.collectedAgain == nil ? germanSteps : [])),
        .closing(["Automatische Nachricht von sepad"]),
      ])
  }

  private var germanFollowUp: [String] {
    [
      followUp.limit.map {
        "Die Rückgabe kam nach dem letzten Tag, den das Verfahren zulässt, dem \(NoticeLanguage.german.day($0)): Bitten Sie Ihre Bank, ihr zu widersprechen."
      },
      followUp.collectedAgain.map {
        "sepad reicht die Lastschrift ab dem \(NoticeLanguage.german.day($0.on)) erneut ein, als Versuch \($0.attempt). Wurde auf anderem Weg gezahlt, stornieren Sie sie vorher."
      },
      followUp.mandate.map {
        $0 == .ended
          ? "Das Mandat ist beendet; seine übrigen Lastschriften warten auf Sie."
          : "Das Mandat ist ausgesetzt; seine übrigen Lastschriften warten, bis Sie es wieder freigeben."
      },
    ].compactMap { $0 }
  }

  private var germanSteps: [String] {
    switch reason.cause {
    case .insufficientFunds:
      ["Vereinbaren Sie mit dem Zahler ein neues Datum und reichen Sie die Lastschrift erneut ein: höchstens ein- oder zweimal."]
    case .mandateNotRegistered where scheme == .b2b:
      [
        "Fragen Sie den Zahler, ob das Mandat bei seiner Bank hinterlegt ist: Ohne hinterlegtes Mandat weist sie jede Firmenlastschrift zurück.",
        "Reichen Sie erst nach seiner Bestätigung erneut ein. Hat er das Mandat widerrufen, beenden Sie es.",
      ]
    case .mandateNotRegistered:
      ["Prüfen Sie anhand des unterschriebenen Mandats, ob es noch gilt. Reichen Sie ohne gültiges Mandat nicht erneut ein."]
    case .mandateData:
      ["Vergleichen Sie die Mandatsdaten mit dem unterschriebenen Exemplar, berichtigen Sie sie durch eine Mandatsänderung und reichen Sie erneut ein."]
    case .accountClosed, .accountInvalid:
      ["Erfragen Sie beim Zahler eine neue IBAN und erfassen Sie die Mandatsänderung.", "Reichen Sie nicht mehr auf das alte Konto ein."]
    case .accountBlocked:
      ["Setzen Sie die Einzüge dieses Mandats aus und vereinbaren Sie mit dem Zahler einen anderen Zahlungsweg."]
    case .refused:
      [
        "Sprechen Sie mit dem Zahler: Er widerspricht dieser Lastschrift, oder eine Sperre bei seiner Bank verhindert sie.",
        "Reichen Sie nur mit seinem Einverständnis erneut ein.",
      ]
    case .duplicate:
      ["Prüfen Sie zuerst, ob die Forderung schon eingezogen ist. Reichen Sie nicht unverändert erneut ein."]
    case .technical:
      ["Berichtigen Sie die Angabe oder Einstellung und reichen Sie mit neuem Datum erneut ein."]
    case .bankNotReachable:
      ["Die Bank des Zahlers nimmt diese Art Lastschrift nicht an. Vereinbaren Sie eine Überweisung oder ein anderes Konto."]
    case .regulatory:
      ["Geben Sie den Fall an Ihre Compliance-Stelle. Reichen Sie nicht erneut ein und informieren Sie ohne deren Zustimmung niemanden sonst."]
    case .unknown:
      ["Die Bank nennt keinen verwertbaren Grund. Fragen Sie den Zahler oder Ihre Bank, bevor Sie erneut einreichen."]
    }
  }
}
