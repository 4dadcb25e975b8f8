-- What banks really report: statements with balances, entries that name much or little, returns that are undone, and
-- decisions by hand.

-- A return that is undone: the money is the creditor's again. The type is made anew because PostgreSQL lets nobody use
-- a value in the transaction that adds it.
ALTER TYPE sepad.collection_event RENAME TO collection_event_before;
CREATE TYPE sepad.collection_event AS ENUM
  ('dated', 'sealed', 'unsealed', 'submitted', 'accepted', 'settled', 'rejected', 'returned', 'reinstated', 'cancelled');
ALTER TABLE sepad.collection_transition
  ALTER COLUMN event TYPE sepad.collection_event USING event::text::sepad.collection_event;
DROP TYPE sepad.collection_event_before;
INSERT INTO sepad.collection_transition (from_state, event, to_state) VALUES
  ('returned', 'reinstated', 'settled'),
  ('settled',  'reinstated', 'settled');

ALTER TYPE sepad.disposition ADD VALUE 'foreign';
COMMENT ON TYPE sepad.disposition IS
  'open: not settled with any payment, kept, tried again with each report, shown; applied: moved a payment or a file; '
  'repeated: matched, nothing left to move; informational: says nothing about a payment by itself; '
  'foreign: money that is no direct debit of ours; ignored: put aside by a person';

-- What a status means for a payment. NULL: nothing final (PDNG, RCVD), or unknown.
CREATE FUNCTION sepad.status_meaning(status text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE
    WHEN status IN ('RJCT', 'CANC') THEN 'rejected'
    WHEN status IN ('ACCP', 'ACSP', 'ACTC', 'ACWC', 'ACWP', 'ACFC', 'ACSC', 'ACCC') THEN 'accepted'
  END;
COMMENT ON FUNCTION sepad.status_meaning IS 'ISO 20022 external payment status codes, as events of a collection';

CREATE FUNCTION sepad.euro(cents bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  to_char(cents / 100.0, 'FM9999999999999990.00');

-- One row per Stmt, Rpt or Ntfctn.
CREATE TABLE sepad.inbound_statement (
  file_id           bigint NOT NULL REFERENCES sepad.inbound_file,
  ordinal           bigint NOT NULL,
  message           text NOT NULL,
  statement_id      text,
  account_iban      text,
  currency          text,
  electronic_number bigint,
  legal_number      bigint,
  page              bigint,
  last_page         boolean,
  from_at           text,
  to_at             text,
  created_at        text,
  opening_cents     bigint,
  opening_on        text,
  closing_cents     bigint,
  closing_on        text,
  booked_cents      bigint,
  PRIMARY KEY (file_id, ordinal)
);
COMMENT ON TABLE sepad.inbound_statement IS 'balances signed: credit positive; booked_cents: booked entries of account currency, credit minus debit';
CREATE INDEX inbound_statement_account ON sepad.inbound_statement (account_iban, electronic_number);

ALTER TABLE sepad.inbound_entry DROP CONSTRAINT inbound_entry_kind_check;
ALTER TABLE sepad.inbound_entry
  ADD CHECK (kind IN ('groupStatus', 'blockStatus', 'transactionStatus', 'cancellationStatus', 'entry', 'transaction')),
  ADD COLUMN message_name      text,
  ADD COLUMN entry_reference   text,
  ADD COLUMN transaction_id    text,
  ADD COLUMN original_cents    bigint,
  ADD COLUMN charges_cents     bigint,
  ADD COLUMN bank_code         text,
  ADD COLUMN family            text CHECK (family IN ('issuedDirectDebit', 'other')),
  ADD COLUMN scheme            sepad.scheme,
  ADD COLUMN debtor_iban       text,
  ADD COLUMN creditor_reference text,
  ADD COLUMN collection_id     bigint REFERENCES sepad.collection,
  ADD COLUMN block_id          bigint REFERENCES sepad.payment_block,
  ADD COLUMN principal_cents   bigint,
  ADD COLUMN verdict           text;
COMMENT ON COLUMN sepad.inbound_entry.message_name IS 'of the message it answers: pain.008…, EBICS for a customer protocol';
COMMENT ON COLUMN sepad.inbound_entry.family IS 'what the bank transaction code says; NULL when it does not say';
COMMENT ON COLUMN sepad.inbound_entry.collection_id IS 'the one collection that it speaks of, once known';
COMMENT ON COLUMN sepad.inbound_entry.block_id IS 'the one block that it speaks of as a whole, once known';
COMMENT ON COLUMN sepad.inbound_entry.principal_cents IS 'of the collection; what the bank took or kept beside it is charges_cents';
COMMENT ON COLUMN sepad.inbound_entry.verdict IS
  'why it is still open: unknown…, mismatch: …, ambiguous: …, partial: …, early: …, again: …';
CREATE INDEX inbound_entry_collection ON sepad.inbound_entry (collection_id) WHERE collection_id IS NOT NULL;
CREATE INDEX inbound_entry_reference ON sepad.inbound_entry (servicer_reference)
  WHERE servicer_reference IS NOT NULL AND collection_id IS NOT NULL;
CREATE INDEX inbound_entry_block ON sepad.inbound_entry (block_id) WHERE block_id IS NOT NULL;

ALTER TABLE sepad.payment_event ADD COLUMN rule text;
COMMENT ON COLUMN sepad.payment_event.rule IS
  'how the entry was matched; days, principal and charges stand on the entry that inbound_file_id and entry_ordinal name';

-- What people decided about entries; append-only, and applied again by a replay.
CREATE TABLE sepad.entry_decision (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id       bigint NOT NULL,
  ordinal       bigint NOT NULL,
  at            timestamptz NOT NULL,
  operator      text NOT NULL CHECK (operator <> ''),
  because       text NOT NULL CHECK (because <> ''),
  decision      text NOT NULL CHECK (decision IN ('assigned', 'ignored')),
  collection_id bigint REFERENCES sepad.collection,
  FOREIGN KEY (file_id, ordinal) REFERENCES sepad.inbound_entry,
  CHECK ((decision = 'assigned') = (collection_id IS NOT NULL))
);
CREATE INDEX entry_decision_entry ON sepad.entry_decision (file_id, ordinal);
CREATE TRIGGER entry_decision_is_append_only BEFORE UPDATE OR DELETE ON sepad.entry_decision
  FOR EACH STATEMENT EXECUTE FUNCTION sepad.refuse_rewriting_history();

-- submitted = settled + rejected + returned + open, per block. `submitted` is written once, when the file is sealed;
-- the right side moves with each report: were one wrong, they would differ.
CREATE VIEW sepad.conservation_block AS
SELECT b.id AS block_id, b.payment_information_id, f.id AS file_id, f.message_id, f.bank, k.key AS creditor, b.scheme,
  b.collection_date, b.transactions, b.sum_cents AS submitted_cents,
  coalesce(sum(c.amount_cents) FILTER (WHERE s.state = 'settled'), 0)::bigint AS settled_cents,
  coalesce(sum(c.amount_cents) FILTER (WHERE s.state = 'rejected'), 0)::bigint AS rejected_cents,
  coalesce(sum(c.amount_cents) FILTER (WHERE s.state = 'returned'), 0)::bigint AS returned_cents,
  coalesce(sum(c.amount_cents) FILTER (WHERE s.state IN ('submitted', 'accepted')), 0)::bigint AS open_cents,
  (b.sum_cents - coalesce(sum(c.amount_cents) FILTER (WHERE s.state IN
    ('settled', 'rejected', 'returned', 'submitted', 'accepted')), 0))::bigint AS difference_cents
FROM sepad.payment_block b
JOIN sepad.outbound_file f ON f.id = b.file_id AND f.state IN ('submitted', 'accepted', 'refused')
JOIN sepad.creditor k ON k.id = f.creditor_id
LEFT JOIN sepad.file_item i ON i.block_id = b.id AND i.live
LEFT JOIN sepad.collection c ON c.id = i.collection_id
LEFT JOIN sepad.collection_status s ON s.collection_id = c.id
GROUP BY b.id, f.id, k.id;

CREATE VIEW sepad.conservation_file AS
SELECT f.id AS file_id, f.message_id, f.bank, f.control_sum_cents AS submitted_cents,
  sum(b.settled_cents)::bigint AS settled_cents, sum(b.rejected_cents)::bigint AS rejected_cents,
  sum(b.returned_cents)::bigint AS returned_cents, sum(b.open_cents)::bigint AS open_cents,
  (f.control_sum_cents - sum(b.submitted_cents - b.difference_cents))::bigint AS difference_cents
FROM sepad.conservation_block b JOIN sepad.outbound_file f ON f.id = b.file_id
GROUP BY f.id;

CREATE VIEW sepad.conservation_day AS
SELECT collection_date, sum(submitted_cents)::bigint AS submitted_cents, sum(settled_cents)::bigint AS settled_cents,
  sum(rejected_cents)::bigint AS rejected_cents, sum(returned_cents)::bigint AS returned_cents,
  sum(open_cents)::bigint AS open_cents, sum(difference_cents)::bigint AS difference_cents
FROM sepad.conservation_block GROUP BY collection_date;

CREATE VIEW sepad.conservation_creditor AS
SELECT creditor, sum(submitted_cents)::bigint AS submitted_cents, sum(settled_cents)::bigint AS settled_cents,
  sum(rejected_cents)::bigint AS rejected_cents, sum(returned_cents)::bigint AS returned_cents,
  sum(open_cents)::bigint AS open_cents, sum(difference_cents)::bigint AS difference_cents
FROM sepad.conservation_block GROUP BY creditor;

-- A collection whose state is not where its last event led: somebody wrote past the one place that moves states.
CREATE VIEW sepad.history_contradiction AS
SELECT s.collection_id, s.state, v.to_state AS last_event_state
FROM sepad.collection_status s
LEFT JOIN LATERAL (
  SELECT e.to_state FROM sepad.payment_event e WHERE e.collection_id = s.collection_id ORDER BY e.id DESC LIMIT 1
) v ON true
WHERE v.to_state IS DISTINCT FROM s.state;

-- Money told twice in different words: a payment refused by its bank, and booked to us all the same.
CREATE VIEW sepad.money_contradiction AS
SELECT s.collection_id, s.state, e.file_id, e.ordinal, e.booked_on
FROM sepad.inbound_entry e
JOIN sepad.collection_status s ON s.collection_id = e.collection_id AND s.state = 'rejected'
WHERE e.kind IN ('entry', 'transaction') AND e.direction = 'CRDT' AND e.disposition IN ('applied', 'repeated');

-- Whether a bank's statements hold together: within one (opening + entries = closing), and from one to the next
-- (numbers without a gap, opening = closing before). Pages of one statement are one; a statement told twice counts once.
CREATE VIEW sepad.statement_check AS
WITH page AS (
  SELECT DISTINCT ON (f.bank, s.account_iban, s.electronic_number, s.statement_id, s.page)
    f.bank, s.*
  FROM sepad.inbound_statement s JOIN sepad.inbound_file f ON f.id = s.file_id
  WHERE s.message LIKE 'camt.053%'
  ORDER BY f.bank, s.account_iban, s.electronic_number, s.statement_id, s.page, s.file_id, s.ordinal
), whole AS (
  SELECT bank, account_iban, currency, electronic_number, statement_id,
    min(created_at) AS created_at,
    (array_agg(opening_cents ORDER BY page NULLS FIRST))[1] AS opening_cents,
    (array_agg(closing_cents ORDER BY page DESC NULLS LAST))[1] AS closing_cents,
    min(opening_on) AS opening_on, max(closing_on) AS closing_on,
    sum(booked_cents)::bigint AS booked_cents, count(*) AS pages,
    bool_and(page IS NULL) OR bool_or(last_page) AND count(*) = max(page) AS complete,
    min(file_id) AS file_id
  FROM page GROUP BY bank, account_iban, currency, electronic_number, statement_id
)
SELECT w.*,
  CASE WHEN complete THEN closing_cents - opening_cents - booked_cents END AS balance_difference_cents,
  lag(electronic_number) OVER before AS number_before,
  -- Numbers begin anew each year.
  CASE WHEN electronic_number > lag(electronic_number) OVER before + 1 THEN electronic_number - lag(electronic_number) OVER before - 1
    ELSE 0 END AS missing_statements,
  CASE WHEN electronic_number = lag(electronic_number) OVER before + 1
    THEN opening_cents - lag(closing_cents) OVER before END AS opening_difference_cents
FROM whole w
WINDOW before AS (PARTITION BY bank, account_iban ORDER BY coalesce(closing_on, created_at), electronic_number);
