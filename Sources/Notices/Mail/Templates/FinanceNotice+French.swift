extension FinanceNotice {
  var french: Letter {
    let isReturn = kind == .returned
    return Letter(
      .french,
      subject: "Prélèvement \(isReturn ? "retourné" : "rejeté")\u{A0}: \(reason.code), \(endToEndID)",
      [
        .paragraph("Bonjour,"),
        .paragraph(
          isReturn
            ? "Le prélèvement ci-dessous avait été encaissé. La banque du débiteur l’a repris\u{A0}: son montant a été débité de votre compte."
            : "Le prélèvement ci-dessous a été rejeté avant règlement\u{A0}: il n’a pas été encaissé."),
        .facts(
          .known([
            "Créancier": creditorName,
            "Montant": NoticeLanguage.french.amount(cents: amountCents),
            "Motif": reason.line,
            "Référence de bout en bout": endToEndID,
            "Référence unique du mandat (RUM)": mandateReference,
            "Date de prélèvement": NoticeLanguage.french.day(collectionDate),
            (isReturn ? "Date du retour" : "Date du rejet"): reportedOn.map(NoticeLanguage.french.day),
            "Type de prélèvement": scheme == .b2b ? "SEPA interentreprises (B2B)" : "SEPA CORE",
            "Fichier": fileMessageID,
            "Identifiant du prélèvement": collectionID,
          ])),
        .steps(heading: "Que faire\u{A0}?", frenchFollowUp + (followUp.collectedAgain == nil ? frenchSteps : [])),
        .closing(["Message automatique de sepad"]),
      ])
  }

  private var frenchFollowUp: [String] {
    [
      followUp.limit.map {
        "Le retour est arrivé après le dernier jour admis par le schéma, le \(NoticeLanguage.french.day($0))\u{A0}: demandez à votre banque de le contester."
      },
      followUp.collectedAgain.map {
        "sepad représente le prélèvement à partir du \(NoticeLanguage.french.day($0.on)), tentative \($0.attempt). S’il a été réglé par un autre moyen, annulez-la avant."
      },
      followUp.mandate.map {
        $0 == .ended
          ? "Le mandat a pris fin\u{A0}; ses autres prélèvements attendent votre décision."
          : "Le mandat est suspendu\u{A0}; ses autres prélèvements attendent que vous le rétablissiez."
      },
    ].compactMap { $0 }
  }

  private var frenchSteps: [String] {
    switch reason.cause {
    case .insufficientFunds:
      ["Convenez avec le débiteur d’une nouvelle date, puis représentez le prélèvement\u{A0}: une ou deux fois au plus."]
    case .mandateNotRegistered where scheme == .b2b:
      [
        "Demandez au débiteur si le mandat est enregistré auprès de sa banque\u{A0}: en B2B, elle rejette tout prélèvement sans mandat enregistré.",
        "Ne représentez pas avant sa confirmation. S’il a révoqué le mandat, mettez-y fin.",
      ]
    case .mandateNotRegistered:
      ["Retrouvez le mandat signé et vérifiez qu’il n’est pas révoqué. Ne représentez pas sans mandat valable."]
    case .mandateData:
      ["Comparez les données du mandat avec l’exemplaire signé, corrigez-les par une modification, puis représentez."]
    case .accountClosed, .accountInvalid:
      ["Demandez au débiteur un nouvel IBAN et enregistrez la modification du mandat.", "Ne représentez pas avec l’ancien compte."]
    case .accountBlocked:
      ["Suspendez les prélèvements de ce mandat et convenez avec le débiteur d’un autre moyen de paiement."]
    case .refused:
      [
        "Prenez contact avec le débiteur\u{A0}: il s’oppose à ce prélèvement, ou une limite fixée à sa banque le bloque.",
        "Ne représentez qu’avec son accord.",
      ]
    case .duplicate:
      ["Vérifiez d’abord que la créance n’a pas déjà été encaissée. Ne représentez pas en l’état."]
    case .technical:
      ["Corrigez la donnée ou le paramètre en cause, puis représentez avec une nouvelle date."]
    case .bankNotReachable:
      ["La banque du débiteur n’accepte pas ce type de prélèvement. Convenez d’un virement ou d’un autre compte."]
    case .regulatory:
      ["Transmettez ce cas à votre responsable conformité. Ne représentez pas et n’informez personne d’autre sans son accord."]
    case .unknown:
      ["La banque ne donne pas de cause exploitable. Interrogez le débiteur ou votre banque avant toute représentation."]
    }
  }
}
