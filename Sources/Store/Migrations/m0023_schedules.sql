-- One notice for the periods of a plan to come: the mail that tells of one collection lists those that follow, and covers
-- each that comes as it was told.

ALTER TABLE sepad.creditor
  ADD COLUMN notice_plans text NOT NULL DEFAULT 'each' CHECK (notice_plans IN ('each', 'schedule'));
COMMENT ON COLUMN sepad.creditor.notice_plans IS
  'as configured; each: a notice for each collection of a plan; schedule: one that lists its next periods';

CREATE TABLE sepad.notice_schedule (
  notice_id       bigint NOT NULL REFERENCES sepad.notice,
  plan_id         bigint NOT NULL REFERENCES sepad.plan,
  period          integer NOT NULL,
  collection_date date NOT NULL,
  amount_cents    bigint NOT NULL,
  PRIMARY KEY (notice_id, period)
);
COMMENT ON TABLE sepad.notice_schedule IS 'the periods of a plan that a notice lists beside its own collection';
CREATE INDEX notice_schedule_period ON sepad.notice_schedule (plan_id, period);
