-- What was unusual about a report that was read all the same.
ALTER TABLE sepad.inbound_file ADD COLUMN warnings text[] NOT NULL DEFAULT '{}';
