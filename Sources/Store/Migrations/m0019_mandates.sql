-- Mandates that are drafted, signed, registered, amended, used up and grown old.

-- MandateState in Sources/SEPA/States: a test compares both.
DELETE FROM sepad.mandate_transition;
INSERT INTO sepad.mandate_transition (from_state, event, to_state) VALUES
  ('draft',                 'sent',               'awaiting_signature'),
  ('awaiting_signature',    'sent',               'awaiting_signature'),
  ('draft',                 'signed',             'signed'),
  ('awaiting_signature',    'signed',             'signed'),
  ('signed',                'signed',             'signed'),
  ('draft',                 'refused',            'refused'),
  ('awaiting_signature',    'refused',            'refused'),
  ('refused',               'refused',            'refused'),
  ('signed',                'registration_asked', 'awaiting_registration'),
  ('awaiting_registration', 'registration_asked', 'awaiting_registration'),
  ('signed',                'registered',         'active'),
  ('awaiting_registration', 'registered',         'active'),
  ('active',                'registered',         'active'),
  ('signed',                'activated',          'active'),
  ('active',                'activated',          'active'),
  ('active',                'unregistered',       'awaiting_registration'),
  ('awaiting_registration', 'unregistered',       'awaiting_registration'),
  ('active',                'suspended',          'suspended'),
  ('suspended',             'suspended',          'suspended'),
  ('suspended',             'resumed',            'active'),
  ('active',                'resumed',            'active'),
  ('draft',                 'revoked',            'revoked'),
  ('awaiting_signature',    'revoked',            'revoked'),
  ('signed',                'revoked',            'revoked'),
  ('awaiting_registration', 'revoked',            'revoked'),
  ('active',                'revoked',            'revoked'),
  ('suspended',             'revoked',            'revoked'),
  ('revoked',               'revoked',            'revoked'),
  ('signed',                'expired',            'expired'),
  ('awaiting_registration', 'expired',            'expired'),
  ('active',                'expired',            'expired'),
  ('suspended',             'expired',            'expired'),
  ('expired',               'expired',            'expired'),
  ('active',                'consumed',           'consumed'),
  ('suspended',             'consumed',           'consumed'),
  ('consumed',              'consumed',           'consumed'),
  ('consumed',              'reopened',           'active'),
  ('active',                'reopened',           'active');

-- What holds a collection, as MandateState.obstacle says it; NULL for an active mandate.
CREATE FUNCTION sepad.mandate_obstacle(state sepad.mandate_state) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN state <> 'active' THEN 'mandate ' || replace(state::text, '_', ' ') END
$$;

ALTER TABLE sepad.mandate
  ALTER COLUMN signed_on DROP NOT NULL,
  ADD COLUMN signed_at text CHECK (char_length(signed_at) BETWEEN 1 AND 70),
  ADD COLUMN signatory text CHECK (char_length(signatory) BETWEEN 1 AND 70),
  ADD COLUMN signatory_capacity text CHECK (char_length(signatory_capacity) BETWEEN 1 AND 70),
  ADD COLUMN registered_on date,
  ADD COLUMN registration_asked smallint NOT NULL DEFAULT 0,
  ADD COLUMN registration_ask_on date,
  ADD COLUMN last_used_on date,
  ADD COLUMN notice_days smallint CHECK (notice_days BETWEEN 1 AND 90),
  ADD COLUMN has_final boolean NOT NULL DEFAULT false,
  ADD COLUMN look_on date,
  ADD COLUMN ends_told smallint,
  ADD CHECK (signed_on IS NOT NULL OR state IN ('draft', 'awaiting_signature', 'refused', 'revoked')),
  ADD CHECK (scheme = 'B2B' OR registered_on IS NULL);
COMMENT ON COLUMN sepad.mandate.signed_at IS 'the place';
COMMENT ON COLUMN sepad.mandate.registered_on IS
  'B2B: the day on which the debtor or its bank said that the bank has it, or on which a first collection proved it';
COMMENT ON COLUMN sepad.mandate.registration_asked IS 'how often the debtor was asked to have its bank register it';
COMMENT ON COLUMN sepad.mandate.registration_ask_on IS 'B2B, not registered: when the debtor is asked next; NULL otherwise';
COMMENT ON COLUMN sepad.mandate.last_used_on IS 'the last collection under it before it came here, as the caller said';
COMMENT ON COLUMN sepad.mandate.has_final IS 'a collection was asked for that is the last under it';
COMMENT ON COLUMN sepad.mandate.notice_days IS 'days of pre-notification agreed with this debtor; NULL: the creditor''s';
COMMENT ON COLUMN sepad.mandate.look_on IS
  'the day on which its age is looked at next: so no collection has to write down that it used its mandate; NULL for an end';
COMMENT ON COLUMN sepad.mandate.ends_told IS 'days before its end that were told since its last use: 90, 30, 7';

UPDATE sepad.mandate
SET look_on = (greatest(signed_on, accepted_at::date) + interval '36 months' - interval '90 days')::date
WHERE state IN ('active', 'suspended');

CREATE INDEX mandate_look_on ON sepad.mandate (look_on) WHERE look_on IS NOT NULL;
CREATE INDEX mandate_registration ON sepad.mandate (registration_ask_on) WHERE registration_ask_on IS NOT NULL;
-- Looked for at each settlement too: who settles one has proved that the debtor's bank knows the mandate.
CREATE INDEX mandate_unregistered ON sepad.mandate (id) WHERE registered_on IS NULL AND registration_asked > 0;
-- Looked for at each settlement; a business that collects by recurrent mandates has none.
CREATE INDEX mandate_may_end ON sepad.mandate (id)
  WHERE (NOT recurrent OR has_final) AND state IN ('active', 'suspended', 'consumed');

-- History also tells what moved no state.
ALTER TABLE sepad.mandate_history ALTER COLUMN event TYPE text;
COMMENT ON COLUMN sepad.mandate_history.event IS
  'a sepad.mandate_event, or what left the state as it was: amended, amendment_settled, registration_asked_again, ending';

-- What a bank must hear of with the next collection, until one that carried it is settled (SDD rulebooks, AT-24).
CREATE TYPE sepad.amended_element AS ENUM ('account', 'reference', 'creditor_identifier', 'creditor_name');
CREATE TABLE sepad.mandate_amendment (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mandate_id bigint NOT NULL REFERENCES sepad.mandate,
  element    sepad.amended_element NOT NULL,
  original   text NOT NULL,
  at         timestamptz NOT NULL,
  closed_at  timestamptz,
  closed_by  bigint REFERENCES sepad.collection,
  CHECK (closed_by IS NULL OR closed_at IS NOT NULL)
);
COMMENT ON COLUMN sepad.mandate_amendment.original IS 'what it was before';
COMMENT ON COLUMN sepad.mandate_amendment.closed_by IS
  'the settled collection that carried it; NULL where no bank ever saw what was before';
CREATE INDEX mandate_amendment_mandate ON sepad.mandate_amendment (mandate_id, id);
-- What a creditor's mandate was called before: intake asks, for each new one.
CREATE INDEX mandate_amendment_reference ON sepad.mandate_amendment (original) WHERE element = 'reference';
CREATE INDEX mandate_amendment_open ON sepad.mandate_amendment (mandate_id, id) WHERE closed_at IS NULL;

-- What travelled with what.
CREATE TABLE sepad.amendment_item (
  amendment_id  bigint NOT NULL REFERENCES sepad.mandate_amendment,
  collection_id bigint NOT NULL REFERENCES sepad.collection,
  file_id       bigint NOT NULL REFERENCES sepad.outbound_file DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (amendment_id, collection_id, file_id)
);
CREATE INDEX amendment_item_file ON sepad.amendment_item (file_id, collection_id);

ALTER TABLE sepad.outbound_file ADD COLUMN amendments_before bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN sepad.outbound_file.amendments_before IS
  'the last amendment of any mandate when it was sealed: a later one changed what stands in it';

-- A mandate's account or reference as it stood when a file was sealed.
CREATE FUNCTION sepad.as_sealed(
  mandate bigint, element sepad.amended_element, amendments_before bigint, now text
) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT a.original FROM sepad.mandate_amendment a
     WHERE a.mandate_id = mandate AND a.element = as_sealed.element AND a.id > amendments_before ORDER BY a.id LIMIT 1), now)
$$;

-- Whether it was so before an amendment: a bank may speak of a collection that was sent before.
CREATE FUNCTION sepad.was_before(mandate bigint, element sepad.amended_element, value text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM sepad.mandate_amendment a
    WHERE a.mandate_id = mandate AND a.element = was_before.element AND a.original = value)
$$;

-- Whether a mandate goes by a value, or did.
CREATE FUNCTION sepad.goes_by(mandate bigint, element sepad.amended_element, now text, value text) RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT value = now OR sepad.was_before(mandate, element, value) $$;

-- What a bank may have got in a time that is forgotten went out under the reference of then: an amendment hides nothing.
CREATE OR REPLACE FUNCTION sepad.perhaps_sent(collection bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'perhaps sent in ' || l.message_id
  FROM sepad.collection c
  JOIN sepad.mandate m ON m.id = c.mandate_id
  JOIN sepad.creditor k ON k.id = c.creditor_id
  JOIN sepad.lost_debit l ON l.released_at IS NULL
    AND sepad.goes_by(m.id, 'creditor_identifier', k.creditor_identifier, l.creditor_identifier)
    AND (l.end_to_end_id = c.end_to_end_id
      OR l.collection_id IS NULL AND l.amount_cents = c.amount_cents
        AND sepad.goes_by(m.id, 'reference', m.reference, l.mandate_reference)
        AND (c.requested_date <= l.collection_date OR c.attempt > 1))
  WHERE c.id = collection
  ORDER BY l.end_to_end_id <> c.end_to_end_id, l.message_id LIMIT 1
$$;

-- Whether a bank has accepted a collection under a mandate, for the account that it has now: the next is no first one (SDD
-- rulebooks, AT-21). One that was rejected before its settlement began nothing; one that was returned did.
CREATE FUNCTION sepad.sequence_begun(mandate bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (
      SELECT FROM sepad.mandate_amendment a WHERE a.mandate_id = mandate AND a.element = 'account' AND a.closed_at IS NULL)
    AND ((SELECT m.last_used_on FROM sepad.mandate m WHERE m.id = sequence_begun.mandate) IS NOT NULL OR EXISTS (
      -- OFFSET 0: by the mandate, not by a walk over what the bank accepted.
      SELECT FROM (SELECT c.id FROM sepad.collection c WHERE c.mandate_id = mandate OFFSET 0) c
      JOIN sepad.collection_status s ON s.collection_id = c.id
      WHERE s.state IN ('accepted', 'settled', 'returned')))
$$;
-- The collection of a mandate that is on its way and not answered; NULL when there is none.
CREATE FUNCTION sepad.unanswered_collection(mandate bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT min(c.id) FROM (SELECT c.id FROM sepad.collection c WHERE c.mandate_id = mandate OFFSET 0) c
  JOIN sepad.collection_status s ON s.collection_id = c.id
  WHERE s.state IN ('sealed', 'submitted')
$$;

-- Requests.
ALTER TABLE intake.collection_request ADD COLUMN final text;
COMMENT ON COLUMN intake.collection_request.final IS 'yes: the last under its mandate, which ends with its settlement';
GRANT INSERT (final) ON intake.collection_request TO sepad_intake;
ALTER TABLE intake.mandate_request
  ADD COLUMN state text, ADD COLUMN place text, ADD COLUMN signatory text, ADD COLUMN signatory_capacity text,
  ADD COLUMN registered_on text, ADD COLUMN last_used_on text, ADD COLUMN notice_days text;
GRANT INSERT (state, place, signatory, signatory_capacity, registered_on, last_used_on, notice_days)
  ON intake.mandate_request TO sepad_intake;

CREATE TABLE intake.mandate_change_request (
  id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_key        text,
  creditor           text,
  mandate_reference  text,
  change             text,
  on_date            text,
  place              text,
  signatory          text,
  signatory_capacity text,
  iban               text,
  bic                text,
  new_reference      text,
  debtor_name        text,
  email              text,
  language           text,
  notice_days        text,
  reason             text,
  received_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  answer             intake.answer NOT NULL DEFAULT 'new',
  refusals           jsonb,
  mandate_change_id  bigint,
  answered_at        timestamptz
);
COMMENT ON COLUMN intake.mandate_change_request.change IS
  'sent, signed, registered, suspended, resumed, revoked, refused or amended';
CREATE INDEX mandate_change_request_new ON intake.mandate_change_request (id) WHERE answer = 'new';
CREATE INDEX mandate_change_request_refused ON intake.mandate_change_request (id) WHERE answer = 'refused';
CREATE TRIGGER mandate_change_request_wakes AFTER INSERT ON intake.mandate_change_request
  FOR EACH STATEMENT EXECUTE FUNCTION intake.wake_daemon();
GRANT INSERT (request_key, creditor, mandate_reference, change, on_date, place, signatory, signatory_capacity, iban, bic,
  new_reference, debtor_name, email, language, notice_days, reason) ON intake.mandate_change_request TO sepad_intake;

-- A change that was asked for and made, so that the same key twice is the same request.
CREATE TABLE sepad.mandate_change (
  id             bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  creditor_id    integer NOT NULL REFERENCES sepad.creditor,
  mandate_id     bigint NOT NULL REFERENCES sepad.mandate,
  change         text NOT NULL,
  request_key    text NOT NULL,
  request_digest bytea NOT NULL,
  accepted_at    timestamptz NOT NULL,
  UNIQUE (request_key, creditor_id)
);
CREATE INDEX mandate_change_mandate ON sepad.mandate_change (mandate_id);
