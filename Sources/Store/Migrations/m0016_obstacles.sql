-- What waits for a person is looked at each time that something is built; it is little.
CREATE INDEX due_held ON sepad.due (collection_id) WHERE held IS NOT NULL;
