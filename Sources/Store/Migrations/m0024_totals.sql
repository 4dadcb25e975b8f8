-- How many collections stand in each state and what they come to, without reading every one that there ever was: the status
-- asks every few seconds.

-- Beside the state, so that a move knows what it moves: looked up in sepad.collection, amounts would cost a move of 100 000
-- 7 in a hundred more, from here all of it costs 2. Pages are half empty (fillfactor 50): nearly all rows stay in theirs.
ALTER TABLE sepad.collection_status ADD COLUMN amount_cents bigint;
UPDATE sepad.collection_status s SET amount_cents = c.amount_cents FROM sepad.collection c WHERE c.id = s.collection_id;
ALTER TABLE sepad.collection_status ALTER COLUMN amount_cents SET NOT NULL;
COMMENT ON COLUMN sepad.collection_status.amount_cents IS 'that of the collection, which never changes';

-- What came into a state, and what left it (negative), a row for each statement that moved any. Rows are only added, so
-- that nobody who moves collections waits for another; a daemon's watch folds them into a row for each state.
CREATE TABLE sepad.state_tally (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state       sepad.collection_state NOT NULL,
  collections bigint NOT NULL,
  cents       bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
COMMENT ON TABLE sepad.state_tally IS 'adds up to sepad.state_totals; sepad reconcile compares them';

CREATE VIEW sepad.running_totals AS
SELECT state, sum(collections)::bigint AS collections, sum(cents)::bigint AS cents FROM sepad.state_tally GROUP BY state;
COMMENT ON VIEW sepad.state_totals IS 'read from every collection: what sepad.running_totals must come to';

-- By the table itself, not by those who write it: no statement can forget it. Once for a statement, whatever it moves.
CREATE FUNCTION sepad.tally_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO sepad.state_tally (state, collections, cents)
    SELECT state, count(*), sum(amount_cents) FROM came GROUP BY state;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO sepad.state_tally (state, collections, cents)
    SELECT state, -count(*), -sum(amount_cents) FROM went GROUP BY state;
  ELSE
    -- Each side is added up by itself: a plan is made once for a connection, and one that joins them would fit its first move.
    INSERT INTO sepad.state_tally (state, collections, cents)
    SELECT state, sum(collections), sum(cents)
    FROM (
      SELECT state, -count(*) AS collections, -sum(amount_cents) AS cents FROM went GROUP BY state
      UNION ALL
      SELECT state, count(*), sum(amount_cents) FROM came GROUP BY state
    ) x
    -- A new date moves nothing.
    GROUP BY state HAVING sum(collections) <> 0 OR sum(cents) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER collection_status_came AFTER INSERT ON sepad.collection_status
  REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION sepad.tally_states();
CREATE TRIGGER collection_status_moved AFTER UPDATE ON sepad.collection_status
  REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION sepad.tally_states();
CREATE TRIGGER collection_status_went AFTER DELETE ON sepad.collection_status
  REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION sepad.tally_states();

INSERT INTO sepad.state_tally (state, collections, cents)
SELECT state, collections, cents FROM sepad.state_totals;

-- The other side of the status's sums is what the banks were given: read from this index alone, an entry for each file.
CREATE INDEX outbound_file_given ON sepad.outbound_file (state) INCLUDE (control_sum_cents) WHERE undoes IS NULL;
-- Its only reader was the status.
DROP VIEW sepad.file_totals;
