-- A failover or a restore can take the database back in time, without its knowing. The bank and the receivers of
-- notices do not go back with it.

CREATE TABLE sepad.epoch (
  number     integer PRIMARY KEY CHECK (number > 0),
  identity   text NOT NULL,
  met_at     timestamptz NOT NULL,
  why        text NOT NULL,
  last_event bigint NOT NULL,
  last_job   bigint NOT NULL,
  agreed_at  timestamptz,
  actor      text,
  because    text,
  CHECK ((agreed_at IS NULL) = (actor IS NULL) AND (actor IS NULL) = (because IS NULL))
);
COMMENT ON TABLE sepad.epoch IS
  'each database that the daemon has met as this one; until the newest is agreed, nothing is built and nothing is sent';
COMMENT ON COLUMN sepad.epoch.identity IS
  'system, timeline, database and table: a copy, a promoted standby and a restored backup differ';
COMMENT ON COLUMN sepad.epoch.met_at IS 'by the database''s clock, as begun_at of a file';
COMMENT ON COLUMN sepad.epoch.last_job IS
  'what came after it carries the epoch in its public id: the ids of a time that is forgotten are known to others';

-- What each bank's directories showed, for an epoch that is not agreed yet.
CREATE TABLE sepad.epoch_look (
  epoch     integer NOT NULL REFERENCES sepad.epoch ON UPDATE CASCADE,
  bank      text NOT NULL,
  looked_at timestamptz NOT NULL,
  files     integer NOT NULL,
  blind     text,
  PRIMARY KEY (epoch, bank)
);
COMMENT ON COLUMN sepad.epoch_look.files IS 'files that prove that the database went back';
COMMENT ON COLUMN sepad.epoch_look.blind IS 'why what was not seen there proves nothing; NULL when it does';

-- Files at a bank that the database did not know when a person agreed to an epoch.
CREATE TABLE sepad.lost_message (
  message_id text PRIMARY KEY,
  epoch      integer NOT NULL REFERENCES sepad.epoch ON UPDATE CASCADE,
  bank       text NOT NULL,
  seen_in    text NOT NULL
);

-- Debits that lie at a bank in files that the database does not know, as those files say them.
CREATE TABLE sepad.lost_debit (
  message_id          text NOT NULL REFERENCES sepad.lost_message,
  ordinal             bigint NOT NULL,
  creditor_identifier text NOT NULL,
  end_to_end_id       text NOT NULL,
  mandate_reference   text,
  amount_cents        bigint,
  collection_date     date,
  collection_id       bigint REFERENCES sepad.collection,
  released_at         timestamptz,
  PRIMARY KEY (message_id, ordinal)
);
COMMENT ON COLUMN sepad.lost_debit.released_at IS 'when a person said that it did not go out';
COMMENT ON COLUMN sepad.lost_debit.collection_id IS
  'the collection of this end-to-end id; NULL when the database knew none';
CREATE INDEX lost_debit_end_to_end ON sepad.lost_debit (end_to_end_id);
CREATE INDEX lost_debit_collection ON sepad.lost_debit (collection_id) WHERE collection_id IS NOT NULL;
CREATE INDEX lost_debit_mandate ON sepad.lost_debit (mandate_reference, amount_cents) WHERE collection_id IS NULL;

-- Without a known collection, a request that the database has forgotten too may come again, and would get another
-- end-to-end id: then mandate and amount tell, for a day asked for that is not after the one of the debit.
CREATE FUNCTION sepad.perhaps_sent(collection bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'perhaps sent in ' || l.message_id
  FROM sepad.collection c
  JOIN sepad.mandate m ON m.id = c.mandate_id
  JOIN sepad.creditor k ON k.id = c.creditor_id
  JOIN sepad.lost_debit l ON l.creditor_identifier = k.creditor_identifier AND l.released_at IS NULL
    AND (l.end_to_end_id = c.end_to_end_id
      OR l.collection_id IS NULL AND l.mandate_reference = m.reference AND l.amount_cents = c.amount_cents
        AND c.requested_date <= l.collection_date)
  WHERE c.id = collection
  ORDER BY l.end_to_end_id <> c.end_to_end_id, l.message_id LIMIT 1
$$;
COMMENT ON FUNCTION sepad.perhaps_sent IS
  'why a collection must wait for a person after the database went back; NULL for most';

COMMENT ON COLUMN sepad.payment_event.event IS
  '''requested'' when the request was accepted, ''held'' and ''released'' after the database went back, '
  'else a sepad.collection_event';
