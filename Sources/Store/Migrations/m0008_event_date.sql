-- An event says the same for ever: the collection date as it was then, whatever it became later.
ALTER TABLE sepad.payment_event ADD COLUMN collection_date date;
COMMENT ON COLUMN sepad.payment_event.collection_date IS 'as it stood after this event; NULL before the collection had one';
