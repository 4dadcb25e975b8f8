-- What happened, for ever; and what must be told because of it.

CREATE TABLE sepad.payment_event (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  collection_id   bigint NOT NULL REFERENCES sepad.collection,
  at              timestamptz NOT NULL,
  event           text NOT NULL,
  from_state      sepad.collection_state,
  to_state        sepad.collection_state NOT NULL,
  file_id         bigint,
  inbound_file_id bigint,
  entry_ordinal   bigint,
  reason_code     text,
  detail          text,
  actor           text NOT NULL
);
COMMENT ON COLUMN sepad.payment_event.event IS '''requested'' when the request was accepted, else a sepad.collection_event';
CREATE INDEX payment_event_collection ON sepad.payment_event (collection_id, id);

CREATE TABLE sepad.file_history (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id    bigint NOT NULL REFERENCES sepad.outbound_file DEFERRABLE INITIALLY DEFERRED,
  at         timestamptz NOT NULL,
  event      text NOT NULL,
  from_state sepad.file_state,
  to_state   sepad.file_state NOT NULL,
  evidence   text,
  actor      text NOT NULL
);
CREATE INDEX file_history_file ON sepad.file_history (file_id, id);

CREATE FUNCTION sepad.refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: history is append-only', lower(TG_OP), TG_TABLE_NAME;
END $$;
CREATE TRIGGER payment_event_is_append_only BEFORE UPDATE OR DELETE ON sepad.payment_event
  FOR EACH STATEMENT EXECUTE FUNCTION sepad.refuse_rewriting_history();
CREATE TRIGGER file_history_is_append_only BEFORE UPDATE OR DELETE ON sepad.file_history
  FOR EACH STATEMENT EXECUTE FUNCTION sepad.refuse_rewriting_history();

-- Who hears of what; written from the configuration at start.
CREATE TABLE sepad.subscription (
  endpoint text PRIMARY KEY,
  kind     text NOT NULL CHECK (kind IN ('webhook', 'finance_mail', 'debtor_mail'))
);

CREATE TYPE sepad.job_kind AS ENUM ('webhook', 'finance_mail', 'debtor_mail', 'alert_mail');
CREATE TYPE sepad.job_state AS ENUM ('waiting', 'done', 'dead', 'uncertain');
COMMENT ON TYPE sepad.job_state IS
  'waiting: to do or to do again; done: the other side took it; dead: given up, told in status; '
  'uncertain: a debtor mail whose delivery is not known, never sent twice';

CREATE TABLE sepad.job (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        sepad.job_kind NOT NULL,
  endpoint    text NOT NULL,
  subject     text NOT NULL,
  event_id    bigint REFERENCES sepad.payment_event,
  content     jsonb,
  created_at  timestamptz NOT NULL,
  run_at      timestamptz NOT NULL,
  attempts    integer NOT NULL DEFAULT 0,
  begun_at    timestamptz,
  state       sepad.job_state NOT NULL DEFAULT 'waiting',
  finished_at timestamptz,
  UNIQUE (event_id, endpoint),
  CHECK (event_id IS NOT NULL OR content IS NOT NULL)
);
COMMENT ON COLUMN sepad.job.subject IS 'deliveries to one endpoint about one subject keep their order';
COMMENT ON COLUMN sepad.job.begun_at IS
  'the intent to send a mail that must not go out twice; set and still waiting means that a daemon died in between';
CREATE INDEX job_waiting ON sepad.job (run_at, id) WHERE state = 'waiting';
CREATE INDEX job_order ON sepad.job (endpoint, subject, id) WHERE state = 'waiting';

CREATE TABLE sepad.delivery (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id   bigint NOT NULL REFERENCES sepad.job,
  attempt  integer NOT NULL,
  at       timestamptz NOT NULL,
  outcome  text NOT NULL CHECK (outcome IN ('delivered', 'retry', 'permanent', 'disabled', 'uncertain')),
  code     integer,
  detail   text
);
CREATE INDEX delivery_job ON sepad.delivery (job_id, id);

-- One line per state: the sums that must add up.
CREATE VIEW sepad.state_totals AS
SELECT s.state, count(*) AS collections, sum(c.amount_cents)::bigint AS cents
FROM sepad.collection_status s JOIN sepad.collection c ON c.id = s.collection_id
GROUP BY s.state;

-- What the bank has ever held = what became of it, to the cent, per file.
CREATE VIEW sepad.file_totals AS
SELECT f.id AS file_id, f.message_id, f.state AS file_state, f.transactions, f.control_sum_cents,
  coalesce(sum(c.amount_cents) FILTER (WHERE s.state = 'settled'), 0)::bigint AS settled_cents,
  coalesce(sum(c.amount_cents) FILTER (WHERE s.state = 'rejected'), 0)::bigint AS rejected_cents,
  coalesce(sum(c.amount_cents) FILTER (WHERE s.state = 'returned'), 0)::bigint AS returned_cents,
  coalesce(sum(c.amount_cents) FILTER (WHERE s.state IN ('submitted', 'accepted')), 0)::bigint AS open_cents,
  coalesce(sum(c.amount_cents) FILTER (WHERE s.state = 'sealed'), 0)::bigint AS sealed_cents
FROM sepad.outbound_file f
JOIN sepad.file_item i ON i.file_id = f.id AND i.live
JOIN sepad.collection c ON c.id = i.collection_id
JOIN sepad.collection_status s ON s.collection_id = c.id
GROUP BY f.id;
