-- The one door in. An ERP gets the role sepad_intake, which may INSERT here and do nothing else.
-- Every column is text, so that a bad value becomes a refusal on its row instead of an SQL error in the caller's face.

CREATE SCHEMA intake;

CREATE TYPE intake.answer AS ENUM ('new', 'accepted', 'duplicate', 'refused');

CREATE TABLE intake.mandate_request (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_key       text,
  creditor          text,
  mandate_reference text,
  scheme            text,
  sequence          text,
  signed_on         text,
  debtor_name       text,
  iban              text,
  bic               text,
  country           text,
  street            text,
  building          text,
  postcode          text,
  town              text,
  address_line1     text,
  address_line2     text,
  email             text,
  language          text,
  received_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  answer            intake.answer NOT NULL DEFAULT 'new',
  refusals          jsonb,
  mandate_id        bigint,
  answered_at       timestamptz
);
CREATE INDEX mandate_request_new ON intake.mandate_request (id) WHERE answer = 'new';

CREATE TABLE intake.collection_request (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_key       text,
  creditor          text,
  account           text,
  mandate_reference text,
  amount            text,
  currency          text,
  due_date          text,
  end_to_end_id     text,
  remittance        text,
  received_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  answer            intake.answer NOT NULL DEFAULT 'new',
  refusals          jsonb,
  collection_id     bigint,
  answered_at       timestamptz
);
CREATE INDEX collection_request_new ON intake.collection_request (id) WHERE answer = 'new';

COMMENT ON COLUMN intake.collection_request.request_key IS
  'the caller''s own key: the same key with the same content is the same request, with other content it is refused';
COMMENT ON COLUMN intake.collection_request.amount IS 'EUR, decimal point or comma, at most two decimals, no grouping: 1250.00';
COMMENT ON COLUMN intake.collection_request.due_date IS 'YYYY-MM-DD';
COMMENT ON COLUMN intake.mandate_request.refusals IS 'array of {field, rule, found, expected, hint}';

CREATE FUNCTION intake.wake_daemon() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sepad', TG_TABLE_NAME);
  RETURN NULL;
END $$;
CREATE TRIGGER mandate_request_wakes AFTER INSERT ON intake.mandate_request
  FOR EACH STATEMENT EXECUTE FUNCTION intake.wake_daemon();
CREATE TRIGGER collection_request_wakes AFTER INSERT ON intake.collection_request
  FOR EACH STATEMENT EXECUTE FUNCTION intake.wake_daemon();

-- Roles belong to the whole cluster: another database, or a migration beside this one, may have made it already.
DO $$
BEGIN
  CREATE ROLE sepad_intake NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END $$;
GRANT USAGE ON SCHEMA intake TO sepad_intake;
GRANT INSERT (request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name, iban, bic, country, street,
  building, postcode, town, address_line1, address_line2, email, language) ON intake.mandate_request TO sepad_intake;
GRANT INSERT (request_key, creditor, account, mandate_reference, amount, currency, due_date, end_to_end_id, remittance)
  ON intake.collection_request TO sepad_intake;
