-- An alert is told once, whoever finds its cause and however often.
CREATE UNIQUE INDEX job_one_alert ON sepad.job (subject, endpoint) WHERE kind = 'alert_mail';
-- Notices that were given up are few, looked for at each turn, and counted in status.
CREATE INDEX job_given_up ON sepad.job (endpoint, id) WHERE state IN ('dead', 'uncertain');
