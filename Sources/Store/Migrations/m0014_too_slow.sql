ALTER TABLE sepad.outbound_file ADD COLUMN too_slow_seconds integer;
COMMENT ON COLUMN sepad.outbound_file.too_slow_seconds IS
  'an attempt to send it had not ended after so long, which was all that one may take; NULL for most';
