-- A file takes the next rows of an account's worklist, in the order in which they stand there: without the last column, all
-- that is due on one day was read and sorted for each of the files that it makes.
CREATE INDEX due_in_order ON sepad.due (account_id, scheme, collection_date, collection_id);
DROP INDEX sepad.due_by_date;
