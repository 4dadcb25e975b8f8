-- Several daemons: who does what, and since when a file is on its way by a clock that is the same for all.
CREATE TABLE sepad.holder (
  what    text PRIMARY KEY,
  daemon  text NOT NULL,
  since   timestamptz NOT NULL,
  beat_at timestamptz NOT NULL
);
COMMENT ON TABLE sepad.holder IS 'for people: the right itself is an advisory lock, which dies with its connection';

ALTER TABLE sepad.outbound_file ADD COLUMN begun_at timestamptz;
COMMENT ON COLUMN sepad.outbound_file.begun_at IS
  'when the last attempt to send it began, by the database''s clock; the outcome counts only for the attempt it belongs to';
