-- A daemon looks for what is to be dated, and for what is due, each time that anybody commits anything, while a million
-- collections may wait for a day that is weeks away. These answer by what there is to do.

-- What is held, for a notice say, is neither dated nor built.
DROP INDEX sepad.due_in_order;
CREATE INDEX due_in_order ON sepad.due (account_id, scheme, collection_date, collection_id) WHERE held IS NULL;

-- Which reasons hold anybody, and whom.
DROP INDEX sepad.due_held;
CREATE INDEX due_held ON sepad.due (held, account_id, scheme) WHERE held IS NOT NULL;
