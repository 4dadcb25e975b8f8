-- The domain: who collects, from whom, under which mandate, what and when.

CREATE TYPE sepad.scheme AS ENUM ('CORE', 'B2B');
COMMENT ON TYPE sepad.scheme IS 'SEPA direct debit scheme, local instrument of pain.008';
CREATE TYPE sepad.sequence_type AS ENUM ('FRST', 'RCUR', 'FNAL', 'OOFF');
CREATE TYPE sepad.mandate_state AS ENUM ('active', 'suspended', 'revoked', 'expired');
CREATE TYPE sepad.collection_state AS ENUM
  ('requested', 'scheduled', 'sealed', 'submitted', 'accepted', 'settled', 'rejected', 'returned', 'cancelled');
COMMENT ON TYPE sepad.collection_state IS 'CollectionState in Sources/SEPA/States: how each state is entered and left';
CREATE TYPE sepad.collection_event AS ENUM
  ('dated', 'sealed', 'unsealed', 'submitted', 'accepted', 'settled', 'rejected', 'returned', 'cancelled');

-- The machines of Sources/SEPA/States as tables: a state moves only through a row of these. StoreTests compares both.
CREATE TABLE sepad.collection_transition (
  from_state sepad.collection_state NOT NULL,
  event      sepad.collection_event NOT NULL,
  to_state   sepad.collection_state NOT NULL,
  PRIMARY KEY (from_state, event)
);
INSERT INTO sepad.collection_transition (from_state, event, to_state) VALUES
  ('requested', 'dated',     'scheduled'),
  ('scheduled', 'dated',     'scheduled'),
  ('scheduled', 'sealed',    'sealed'),
  ('sealed',    'unsealed',  'scheduled'),
  ('requested', 'cancelled', 'cancelled'),
  ('scheduled', 'cancelled', 'cancelled'),
  ('cancelled', 'cancelled', 'cancelled'),
  ('sealed',    'submitted', 'submitted'),
  ('submitted', 'submitted', 'submitted'),
  ('accepted',  'submitted', 'accepted'),
  ('settled',   'submitted', 'settled'),
  ('rejected',  'submitted', 'rejected'),
  ('returned',  'submitted', 'returned'),
  ('submitted', 'accepted',  'accepted'),
  ('accepted',  'accepted',  'accepted'),
  ('settled',   'accepted',  'settled'),
  ('rejected',  'accepted',  'rejected'),
  ('returned',  'accepted',  'returned'),
  ('submitted', 'settled',   'settled'),
  ('accepted',  'settled',   'settled'),
  ('settled',   'settled',   'settled'),
  ('rejected',  'settled',   'rejected'),
  ('returned',  'settled',   'returned'),
  ('submitted', 'rejected',  'rejected'),
  ('accepted',  'rejected',  'rejected'),
  ('settled',   'rejected',  'rejected'),
  ('rejected',  'rejected',  'rejected'),
  ('returned',  'rejected',  'returned'),
  ('submitted', 'returned',  'returned'),
  ('accepted',  'returned',  'returned'),
  ('settled',   'returned',  'returned'),
  ('rejected',  'returned',  'returned'),
  ('returned',  'returned',  'returned');

CREATE TYPE sepad.mandate_event AS ENUM ('suspended', 'resumed', 'revoked', 'expired');
CREATE TABLE sepad.mandate_transition (
  from_state sepad.mandate_state NOT NULL,
  event      sepad.mandate_event NOT NULL,
  to_state   sepad.mandate_state NOT NULL,
  PRIMARY KEY (from_state, event)
);
INSERT INTO sepad.mandate_transition (from_state, event, to_state) VALUES
  ('active',    'suspended', 'suspended'),
  ('suspended', 'suspended', 'suspended'),
  ('suspended', 'resumed',   'active'),
  ('active',    'resumed',   'active'),
  ('active',    'revoked',   'revoked'),
  ('suspended', 'revoked',   'revoked'),
  ('revoked',   'revoked',   'revoked'),
  ('active',    'expired',   'expired'),
  ('suspended', 'expired',   'expired'),
  ('expired',   'expired',   'expired');

-- Creditors and their accounts are configuration; the daemon writes them here at start so that rows can refer to them.
CREATE TABLE sepad.creditor (
  id                  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key                 text NOT NULL UNIQUE,
  name                text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 70),
  creditor_identifier text NOT NULL,
  language            text NOT NULL CHECK (language IN ('fr', 'en', 'de')),
  contact_email       text,
  contact_phone       text,
  configured_at       timestamptz NOT NULL
);

CREATE TABLE sepad.creditor_account (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  creditor_id integer NOT NULL REFERENCES sepad.creditor,
  key         text NOT NULL,
  iban        text NOT NULL,
  bic         text,
  bank        text NOT NULL,
  UNIQUE (creditor_id, key)
);
COMMENT ON COLUMN sepad.creditor_account.bank IS 'name of the bank connection in the configuration';

CREATE TABLE sepad.debtor (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 70),
  iban          text NOT NULL,
  bic           text,
  country       text,
  town          text,
  postcode      text,
  street        text,
  building      text,
  address_line1 text,
  address_line2 text,
  email         text,
  language      text CHECK (language IN ('fr', 'en', 'de'))
);

CREATE TABLE sepad.mandate (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  creditor_id    integer NOT NULL REFERENCES sepad.creditor,
  reference      text NOT NULL CHECK (char_length(reference) BETWEEN 1 AND 35),
  scheme         sepad.scheme NOT NULL,
  recurrent      boolean NOT NULL,
  signed_on      date NOT NULL,
  debtor_id      bigint NOT NULL REFERENCES sepad.debtor,
  state          sepad.mandate_state NOT NULL DEFAULT 'active',
  request_key    text NOT NULL,
  request_digest bytea NOT NULL,
  accepted_at    timestamptz NOT NULL,
  UNIQUE (creditor_id, reference),
  UNIQUE (creditor_id, request_key)
);

-- What was asked for. Never changes; what becomes of it stands in collection_status.
CREATE TABLE sepad.collection (
  id             bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  creditor_id    integer NOT NULL REFERENCES sepad.creditor,
  account_id     integer NOT NULL REFERENCES sepad.creditor_account,
  mandate_id     bigint NOT NULL REFERENCES sepad.mandate,
  scheme         sepad.scheme NOT NULL,
  sequence_type  sepad.sequence_type NOT NULL,
  amount_cents   bigint NOT NULL CHECK (amount_cents BETWEEN 1 AND 99999999999),
  requested_date date NOT NULL,
  end_to_end_id  text NOT NULL CHECK (char_length(end_to_end_id) BETWEEN 1 AND 35),
  remittance     text,
  request_key    text NOT NULL,
  request_digest bytea NOT NULL,
  accepted_at    timestamptz NOT NULL,
  UNIQUE (creditor_id, request_key),
  UNIQUE (creditor_id, end_to_end_id)
);
-- Banks report by end-to-end id alone; the creditor is found from it.
CREATE INDEX collection_end_to_end ON sepad.collection (end_to_end_id);
CREATE INDEX collection_mandate ON sepad.collection (mandate_id);

-- The hot row, narrow on purpose. No index may name `state`, not even in its WHERE: that would turn HOT updates off
-- and cost a factor of three to ten on every move.
CREATE TABLE sepad.collection_status (
  collection_id   bigint PRIMARY KEY REFERENCES sepad.collection,
  state           sepad.collection_state NOT NULL,
  collection_date date,
  moved_at        timestamptz NOT NULL,
  CHECK (state IN ('requested', 'cancelled') OR collection_date IS NOT NULL)
) WITH (fillfactor = 50);

-- The worklist of what is not yet in a file: small for ever, whatever the history grows to.
CREATE TABLE sepad.due (
  collection_id   bigint PRIMARY KEY REFERENCES sepad.collection,
  account_id      integer NOT NULL,
  scheme          sepad.scheme NOT NULL,
  sequence_type   sepad.sequence_type NOT NULL,
  requested_date  date NOT NULL,
  collection_date date
);
CREATE INDEX due_by_date ON sepad.due (account_id, scheme, collection_date);
