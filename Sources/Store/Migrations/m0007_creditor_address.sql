-- Where a creditor is, for its files: as configured, in the structured form that banks ask for since November 2026.
ALTER TABLE sepad.creditor
  ADD COLUMN street   text,
  ADD COLUMN building text,
  ADD COLUMN postcode text,
  ADD COLUMN town     text,
  ADD COLUMN country  text,
  ADD CHECK ((town IS NULL) = (country IS NULL));
