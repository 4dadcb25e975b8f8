extension FinanceNotice {
  var english: Letter {
    let isReturn = kind == .returned
    return Letter(
      .english,
      subject: "Direct debit \(kind.rawValue): \(reason.code), \(endToEndID)",
      [
        .paragraph("Hello,"),
        .paragraph(
          isReturn
            ? "The direct debit below had been collected. The debtor’s bank has taken it back: the amount was debited from your account."
            : "The direct debit below was rejected before settlement: the money was not collected."),
        .facts(
          .known([
            "Creditor": creditorName,
            "Amount": NoticeLanguage.english.amount(cents: amountCents),
            "Reason": reason.line,
            "End-to-end reference": endToEndID,
            "Mandate reference": mandateReference,
            "Collection date": NoticeLanguage.english.day(collectionDate),
            (isReturn ? "Returned on" : "Rejected on"): reportedOn.map(NoticeLanguage.english.day),
            "Scheme": scheme == .b2b ? "SEPA Business-to-Business" : "SEPA Core",
            "File": fileMessageID,
            "Collection": collectionID,
          ])),
        .steps(heading: "What to do next", englishFollowUp + (followUp.collectedAgain == nil ? englishSteps : [])),
        .closing(["Sent automatically by sepad"]),
      ])
  }

  private var englishFollowUp: [String] {
    [
      followUp.limit.map {
        "The return came after the last day that the scheme allows, \(NoticeLanguage.english.day($0)): ask your bank to object to it."
      },
      followUp.collectedAgain.map {
        "sepad presents it again from \(NoticeLanguage.english.day($0.on)) on, as attempt \($0.attempt). If it was paid in another way, cancel that collection before."
      },
      followUp.mandate.map {
        $0 == .ended
          ? "The mandate is ended; its other collections wait for you."
          : "The mandate is suspended; its other collections wait until you resume it."
      },
    ].compactMap { $0 }
  }

  private var englishSteps: [String] {
    switch reason.cause {
    case .insufficientFunds:
      ["Agree on a new date with the debtor, then present the collection again: once or twice at most."]
    case .mandateNotRegistered where scheme == .b2b:
      [
        "Ask the debtor whether the mandate is registered with their bank: under B2B it rejects every debit without a registered mandate.",
        "Do not present it again before they confirm. If they have revoked the mandate, end it.",
      ]
    case .mandateNotRegistered:
      ["Find the signed mandate and check that it is not revoked. Do not present again without a valid mandate."]
    case .mandateData:
      ["Compare the mandate’s data with the signed copy, correct them by an amendment, then present again."]
    case .accountClosed, .accountInvalid:
      ["Ask the debtor for a new IBAN and record the amendment of the mandate.", "Do not present again on the old account."]
    case .accountBlocked:
      ["Suspend the collections of this mandate and agree on another means of payment with the debtor."]
    case .refused:
      [
        "Contact the debtor: they object to this debit, or a limit set at their bank stops it.",
        "Present it again only with their agreement.",
      ]
    case .duplicate:
      ["First check that the claim has not been collected already. Do not present it again as it is."]
    case .technical:
      ["Correct the data or the setting at fault, then present again with a new date."]
    case .bankNotReachable:
      ["The debtor’s bank does not take this kind of direct debit. Agree on a credit transfer or another account."]
    case .regulatory:
      ["Hand this case to your compliance officer. Do not present it again, and tell nobody else without their consent."]
    case .unknown:
      ["The bank gives no cause to act on. Ask the debtor or your bank before presenting again."]
    }
  }
}
