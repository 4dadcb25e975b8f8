-- What becomes of a due date on which TARGET is closed, as each creditor wants it.
ALTER TABLE sepad.creditor
  ADD COLUMN closed_day text NOT NULL DEFAULT 'following'
    CHECK (closed_day IN ('following', 'preceding', 'modified-following'));
COMMENT ON COLUMN sepad.creditor.closed_day IS
  'as configured: the open day after, the one before, or the one after within the month; holds for what gets its date from now on';
