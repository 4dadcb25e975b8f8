-- What a payment costs must not depend on how many were settled before it: an index for each question that was answered
-- by reading a table that grows for ever, and how each of these tables is kept in shape.

-- Intake asks by what the caller wrote, of all creditors at once: it comes first, as in collection_request.
ALTER TABLE sepad.mandate
  DROP CONSTRAINT mandate_creditor_id_reference_key,
  DROP CONSTRAINT mandate_creditor_id_request_key_key,
  ADD UNIQUE (reference, creditor_id),
  ADD UNIQUE (request_key, creditor_id);

-- A creditor reference that a debtor's bank carried along is looked for among remittances; it has 35 characters at most.
CREATE INDEX collection_remittance ON sepad.collection (remittance) WHERE char_length(remittance) <= 35;

-- Counted for the status every few seconds, among all requests and reports that there ever were.
CREATE INDEX mandate_request_refused ON intake.mandate_request (id) WHERE answer = 'refused';
CREATE INDEX collection_request_refused ON intake.collection_request (id) WHERE answer = 'refused';
CREATE INDEX inbound_file_set_aside ON sepad.inbound_file (id) WHERE state = 'set_aside';
-- Who takes nothing: of all that wait, only what failed before.
CREATE INDEX job_failing ON sepad.job (endpoint, id) WHERE state = 'waiting' AND attempts > 0;

-- Asked before each claim of notices: what a daemon that died had begun. Of all that wait, nearly always none.
CREATE INDEX job_begun ON sepad.job (id) WHERE state = 'waiting' AND begun_at IS NOT NULL;

-- Watched at each turn, or each day.
CREATE INDEX outbound_file_refused ON sepad.outbound_file (bank, id) WHERE state = 'refused';
CREATE INDEX outbound_file_submitted ON sepad.outbound_file (bank, moved_at) WHERE state = 'submitted';
CREATE INDEX payment_block_date ON sepad.payment_block (collection_date);
-- Only where a return was undone can a claim be collected twice.
CREATE INDEX payment_event_reinstated ON sepad.payment_event (collection_id) WHERE event = 'reinstated';

-- PostgreSQL's own settings wait for a fifth of a table to change: after years that is millions of rows, and the
-- statistics are those of another month. With the ones below, at 20 million settled and 100 000 new a day, each table is
-- vacuumed and analyzed every one to five days, and the worklist within minutes.

-- Every payment moves five or six times, in place while its page has room (fillfactor 50): what was there before is
-- cleared by the next move. Vacuum is for the rest: what stays as it is gets frozen, a few days' rows at a time.
ALTER TABLE sepad.collection_status SET (
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 10000);

-- All of a run comes, changes once and goes within minutes: the builder would wade through what is gone.
ALTER TABLE sepad.due SET (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);

-- Told once and then done. The index of what waits is read from its left end, where all lies that was told since the
-- last vacuum. PostgreSQL leaves a table's indexes alone while one page in fifty holds anything dead, which is days' worth
-- in a large one: hence the order to clean them, and a day's notices as the threshold, since that reads all of them.
ALTER TABLE sepad.job SET (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500000, vacuum_index_cleanup = on,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 50000);

-- An answer on each request, once; what is new is read from the left end as well.
ALTER TABLE intake.collection_request SET (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100000, vacuum_index_cleanup = on,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 50000);
ALTER TABLE intake.mandate_request SET (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100000, vacuum_index_cleanup = on,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 50000);

-- Written, and changed once or twice until its entry is understood; what is open is few, and read at each report.
ALTER TABLE sepad.inbound_entry SET (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200000, vacuum_index_cleanup = on,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 50000);

-- Only added to, so that nothing dead ever calls for a vacuum: inserts do, lest all of some years is frozen at once.
ALTER TABLE sepad.collection SET (
  autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 50000);
ALTER TABLE sepad.payment_event SET (
  autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 50000);
ALTER TABLE sepad.file_item SET (
  autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 50000);
ALTER TABLE sepad.delivery SET (
  autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 50000);
