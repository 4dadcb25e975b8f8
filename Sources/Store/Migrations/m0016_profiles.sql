-- Banks' profiles, and what else a debit may say.

-- What waits for a person is looked at each time that something is built; it is little.
CREATE INDEX due_held ON sepad.due (collection_id) WHERE held IS NOT NULL;

-- Columns that a program may leave out: requests of before stay what they were, by their digest too.
ALTER TABLE intake.mandate_request ADD COLUMN ultimate_debtor text;
ALTER TABLE intake.collection_request ADD COLUMN purpose text, ADD COLUMN creditor_reference text;
GRANT INSERT (ultimate_debtor) ON intake.mandate_request TO sepad_intake;
GRANT INSERT (purpose, creditor_reference) ON intake.collection_request TO sepad_intake;
COMMENT ON COLUMN intake.collection_request.purpose IS 'ExternalPurpose1Code of ISO 20022: SUPP, RENT, GDSV …';
COMMENT ON COLUMN intake.collection_request.creditor_reference IS 'ISO 11649, RF18 5390 0754 7034; instead of remittance';

ALTER TABLE sepad.mandate ADD COLUMN ultimate_debtor text CHECK (char_length(ultimate_debtor) BETWEEN 1 AND 70);
ALTER TABLE sepad.collection
  ADD COLUMN purpose text CHECK (purpose ~ '^[A-Z0-9]{4}$'),
  ADD COLUMN remittance_is_reference boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN sepad.collection.remittance_is_reference IS
  'remittance is a creditor reference (ISO 11649) and travels as one; otherwise it is text';

ALTER TABLE sepad.creditor_account
  ADD COLUMN ultimate_creditor text CHECK (char_length(ultimate_creditor) BETWEEN 1 AND 70),
  ADD COLUMN category_purpose text CHECK (category_purpose ~ '^[A-Z0-9]{4}$');
