extension OperationsAlert {
  var english: Letter {
    let language = NoticeLanguage.english
    let closing = Letter.Part.closing(["Sent automatically by sepad"])
    switch self {
    case .fileSetAside(let bank, let fileName, let fault, let receivedOn):
      return Letter(
        language, subject: "Bank file set aside: \(fileName)",
        [
          .paragraph("A file from the bank could not be read. It was set aside whole: nothing of it was applied, and the other files go on."),
          .facts(.known(["Bank": bank, "File": fileName, "Received on": language.day(receivedOn), "Fault": fault])),
          .steps(heading: "What to do next", ["Look at the fault, and ask the bank for the file again if it is cut or damaged."]),
          closing,
        ])
    case .fileRefused(let bank, let messageID, let reason, let transactions, let amountCents):
      return Letter(
        language, subject: "File refused by the bank: \(reason.code), \(messageID)",
        [
          .paragraph("The bank refused a whole file of direct debits: none of them will be carried out."),
          .facts(
            .known([
              "Bank": bank, "File": messageID, "Reason": reason.line, "Direct debits": language.count(transactions),
              "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "What to do next", ["Settle the cause with the bank before you ask for these collections again."]),
          closing,
        ])
    case .fileUncertain(let bank, let messageID, let transactions, let amountCents):
      return Letter(
        language, subject: "Submission uncertain: \(messageID)",
        [
          .paragraph("The connection broke during the submission: nothing proves whether the bank has this file. It is not sent again on a guess."),
          .facts(
            .known([
              "Bank": bank, "File": messageID, "Direct debits": language.count(transactions),
              "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "What to do next", ["Ask the bank whether it has this file, then tell sepad the answer."]),
          closing,
        ])
    case .uploadTooSlow(let bank, let messageID, let seconds, let sizeBytes, let transactions, let amountCents):
      return Letter(
        language, subject: "Upload takes too long: \(messageID)",
        [
          .paragraph("The upload of this file had not ended after all the time that one attempt may take, half of uncertain_wait_seconds. The bank does not have the file. It is tried again, and will not leave as long as the upload takes longer than that."),
          .facts(
            .known([
              "Bank": bank, "File": messageID, "Time of one attempt": "\(language.count(seconds)) s", "Bytes": language.count(sizeBytes),
              "Direct debits": language.count(transactions), "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "What to do next", ["Raise uncertain_wait_seconds of this bank above twice the time that the upload takes, and start sepad again.", "Or see why the line to the bank is slow."]),
          closing,
        ])
    case .unmatchedEntries(let bank, let fileName, let entries, let amountCents):
      return Letter(
        language, subject: "Bank entries to be matched: \(language.count(entries))",
        [
          .paragraph("Some entries belong to no collection, or to more than one. They are kept and have changed nothing."),
          .facts(
            .known([
              "Bank": bank, "File": fileName, "Entries": language.count(entries),
              "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "What to do next", ["Match each entry by hand, or dismiss it."]),
          closing,
        ])
    case .answerOverdue(let bank, let messageID, let submittedOn, let transactions, let amountCents):
      return Letter(
        language, subject: "No answer to a file: \(messageID)",
        [
          .paragraph("The bank took this file and has reported nothing about it since. It is not sent again on a guess."),
          .facts(
            .known([
              "Bank": bank, "File": messageID, "Submitted on": language.day(submittedOn), "Direct debits": language.count(transactions), "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "What to do next", ["Ask the bank whether it is processing this file, and whether a report is missing."]),
          closing,
        ])
    case .creditOverdue(let bank, let messageID, let collectionDate, let transactions, let amountCents):
      return Letter(
        language, subject: "Direct debits without an outcome: \(messageID)",
        [
          .paragraph("Their collection date is past, and the bank has neither credited nor refused them. They stay open until it does."),
          .facts(
            .known([
              "Bank": bank, "File": messageID, "Collection date": language.day(collectionDate), "Direct debits": language.count(transactions), "Total": language.amount(cents: amountCents),
            ])),
          .steps(heading: "What to do next", ["Compare with the account, and ask the bank for the missing report."]),
          closing,
        ])
    case .statementFault(let bank, let statement, let fault):
      return Letter(
        language, subject: "Account statement to be checked: \(statement)",
        [
          .paragraph("A statement does not follow from its entries, or from the one before: a report may be missing, or wrong."),
          .facts(
            .known([
              "Bank": bank, "Statement": statement, "Fault": fault,
            ])),
          .steps(heading: "What to do next", ["Ask the bank for the missing statement, or for a corrected one."]),
          closing,
        ])
    case .noticesFailed(let endpoint, let notices, let lastAnswer):
      return Letter(
        language, subject: "Notices not delivered: \(endpoint)",
        [
          .paragraph("Webhooks or reminders were given up, or nothing proves that they arrived. They are not sent again by themselves."),
          .facts(
            .known([
              "Endpoint": endpoint, "Notices": language.count(notices), "Last answer": lastAnswer,
            ])),
          .steps(heading: "What to do next", ["Look at the receiver, then at the events that it has missed."]),
          closing,
        ])
    case .collectedTwice(let endToEndID, let collections, let amountCents):
      return Letter(
        language, subject: "Claim collected twice: \(endToEndID)",
        [
          .paragraph("More than one attempt to collect the same claim is on its way or paid: one came back to life after the next had left."),
          .facts(
            .known([
              "End-to-end reference": endToEndID, "Collections": collections, "Amount": language.amount(cents: amountCents),
            ])),
          .steps(heading: "What to do next", ["Look at the account. Pay back what came twice, by a reversal or a transfer."]),
          closing,
        ])
    case .mandateUnregistered(let creditor, let mandateReference, let asked, let isHeld):
      return Letter(
        language, subject: "B2B mandate not registered: \(mandateReference)",
        [
          .paragraph(
            "The debtor was asked to have its bank register this mandate, and nothing confirms it. "
              + (isHeld
                ? "Nothing is collected under it until somebody does." : "Its bank will probably refuse what is collected under it.")),
          .facts(
            .known(["Creditor": creditor, "Mandate reference": mandateReference, "Times asked": language.count(asked)])),
          .steps(
            heading: "What to do next",
            [
              "Call the debtor: its bank needs the mandate, with its reference and the creditor identifier.",
              "Once the bank has it, run “sepad mandate register”, or hand in the change “registered”.",
            ]),
          closing,
        ])
    case .mandatesEnding(let creditor, let mandates, let inDays):
      return Letter(
        language, subject: "Mandates that are void soon: \(creditor)",
        [
          .paragraph(
            "A mandate under which nothing was collected for 36 months is void, and a new one must be signed. These come to that day unless they are used before."),
          .facts(
            .known([
              "Creditor": creditor, "Mandates": language.count(mandates), "Days left, at most": language.count(inDays),
            ])),
          .steps(
            heading: "What to do next",
            ["See which they are with “sepad mandate list --ending”.", "Have new mandates signed where they will be needed."]),
          closing,
        ])
    case .noticesMissing(let creditor, let collections, let amountCents, let firstDate, let late, let failed, let isHeld):
      return Letter(
        language, subject: "Debtors not told in time: \(creditor)",
        [
          .paragraph(
            "Debtors could not be told of these direct debits before they are collected, or later than was agreed with them. "
              + (isHeld
                ? "They are held until a person decides." : "They are collected all the same, as configured.")),
          .facts(
            .known([
              "Creditor": creditor, "Direct debits": language.count(collections), "Total": language.amount(cents: amountCents),
              "First collection date": language.day(firstDate), "Told too late": late == 0 ? nil : language.count(late),
              "Could not be told": failed == 0 ? nil : language.count(failed),
            ])),
          .steps(
            heading: "What to do next",
            isHeld
              ? [
                "See which they are with “sepad notice list --missing”.",
                "Tell the debtors by other means, then say so with “sepad notice given”, or by a notice request.",
                "Or let one go on without: “sepad collection release”.",
              ]
              : ["Add the missing e-mail addresses to the mandates, or ask for collections earlier."]),
          closing,
        ])
    case .databaseWentBack(let epoch, let metOn, let files, let blindBanks):
      return Letter(
        language, subject: "Nothing is sent: the database may have gone back in time",
        [
          .paragraph("The database is another one than before, after a failover or a restore. What it has forgotten may have been sent: nothing is collected until a person has looked and agreed."),
          .facts(
            .known([
              "Epoch": language.count(epoch), "Noticed on": language.day(metOn), "Files at banks that it does not know as sent": language.count(files),
              "Banks that cannot tell": blindBanks.isEmpty ? nil : blindBanks,
            ])),
          .steps(heading: "What to do next", ["Run “sepad recover”: it says what was found, and what would be done.", "Ask the banks that cannot tell which files they have.", "Agree with “sepad recover --agree --because …”."]),
          closing,
        ])
    }
  }
}
