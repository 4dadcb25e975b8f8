-- What follows from a reject or a return: what kind it is, what becomes of the claim and of the mandate.

-- A claim may be presented again: a collection of its own with an identity of its own, tied to the first.
ALTER TABLE sepad.collection
  ADD COLUMN represents bigint REFERENCES sepad.collection,
  ADD COLUMN attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  ADD CHECK ((represents IS NULL) = (attempt = 1)),
  DROP CONSTRAINT collection_creditor_id_request_key_key;
COMMENT ON COLUMN sepad.collection.represents IS 'the first collection of the same claim; NULL in the first itself';
-- The caller's key names the claim, so that its attempts share it. The key comes first: intake asks by it.
CREATE UNIQUE INDEX collection_request ON sepad.collection (request_key, creditor_id) WHERE attempt = 1;
-- Each attempt once, whoever decides it and however often.
CREATE UNIQUE INDEX collection_attempt ON sepad.collection (represents, attempt) WHERE represents IS NOT NULL;

-- The worklist knows what must wait, so that neither dating nor building has to look at mandates.
ALTER TABLE sepad.due ADD COLUMN held text;
COMMENT ON COLUMN sepad.due.held IS 'why it waits for a person; NULL when it does not';

CREATE TABLE sepad.mandate_history (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mandate_id     bigint NOT NULL REFERENCES sepad.mandate,
  at             timestamptz NOT NULL,
  event          sepad.mandate_event NOT NULL,
  from_state     sepad.mandate_state NOT NULL,
  to_state       sepad.mandate_state NOT NULL,
  cause_event_id bigint REFERENCES sepad.payment_event,
  because        text NOT NULL,
  actor          text NOT NULL
);
COMMENT ON COLUMN sepad.mandate_history.cause_event_id IS 'the reject or return that caused it; NULL when a person did';
CREATE INDEX mandate_history_mandate ON sepad.mandate_history (mandate_id, id);
CREATE TRIGGER mandate_history_is_append_only BEFORE UPDATE OR DELETE ON sepad.mandate_history
  FOR EACH STATEMENT EXECUTE FUNCTION sepad.refuse_rewriting_history();

-- One row for each reject and each return: RTransaction and ReturnPolicies.Decision in Sources/SEPA/RTransactions.
CREATE TABLE sepad.r_transaction (
  event_id      bigint PRIMARY KEY REFERENCES sepad.payment_event,
  collection_id bigint NOT NULL REFERENCES sepad.collection,
  kind          text NOT NULL CHECK (kind IN ('reject', 'refusal', 'return', 'refund', 'reversal', 'revocation')),
  limit_on      date,
  beyond_limit  boolean NOT NULL,
  action        text NOT NULL CHECK (action IN ('represent', 'wait', 'end')),
  represent_on  date,
  mandate       text NOT NULL CHECK (mandate IN ('keep', 'suspend', 'end')),
  policy        text NOT NULL,
  CHECK ((action = 'represent') = (represent_on IS NOT NULL)),
  CHECK (NOT beyond_limit OR limit_on IS NOT NULL)
);
COMMENT ON COLUMN sepad.r_transaction.limit_on IS 'last day on which the scheme lets this kind be booked';
COMMENT ON COLUMN sepad.r_transaction.represent_on IS 'the day asked for in the next attempt';
COMMENT ON COLUMN sepad.r_transaction.policy IS 'which policy decided, and why it did not present again where it might have';
CREATE INDEX r_transaction_collection ON sepad.r_transaction (collection_id);
CREATE INDEX r_transaction_beyond ON sepad.r_transaction (event_id) WHERE beyond_limit;
CREATE TRIGGER r_transaction_is_append_only BEFORE UPDATE OR DELETE ON sepad.r_transaction
  FOR EACH STATEMENT EXECUTE FUNCTION sepad.refuse_rewriting_history();

-- Claims of which more than one attempt is on its way or paid: what must never be.
CREATE VIEW sepad.double_attempt AS
SELECT a.claim_id, array_agg(a.collection_id ORDER BY a.collection_id) AS collections,
  array_agg(s.state ORDER BY a.collection_id) AS states
FROM (
  SELECT represents AS claim_id, id AS collection_id FROM sepad.collection WHERE represents IS NOT NULL
  UNION
  SELECT represents, represents FROM sepad.collection WHERE represents IS NOT NULL
) a
JOIN sepad.collection_status s ON s.collection_id = a.collection_id AND s.state NOT IN ('rejected', 'returned', 'cancelled')
GROUP BY a.claim_id HAVING count(*) > 1;
