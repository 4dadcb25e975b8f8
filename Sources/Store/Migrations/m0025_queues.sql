-- A file takes the next rows of an account's worklist, in the order in which they stand there: without the last column, all
-- that is due on one day was read and sorted for each of the files that it makes.
CREATE INDEX due_in_order ON sepad.due (account_id, scheme, collection_date, collection_id);
DROP INDEX sepad.due_by_date;

-- Whether a notice waits before another of the same subject is asked of job_order. While the statistics know of none that wait,
-- job_waiting looked as good, and is a reading of all that wait, for each notice. Its condition is now one that the question
-- does not meet.
CREATE INDEX job_due ON sepad.job (run_at, id) WHERE state = 'waiting' AND run_at IS NOT NULL;
DROP INDEX sepad.job_waiting;
