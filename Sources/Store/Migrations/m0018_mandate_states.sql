-- The whole life of a mandate. PostgreSQL lets a new value of an enum be used in the transaction after the one that adds
-- it: hence a step of its own.

ALTER TYPE sepad.mandate_state ADD VALUE 'draft' BEFORE 'active';
ALTER TYPE sepad.mandate_state ADD VALUE 'awaiting_signature' BEFORE 'active';
ALTER TYPE sepad.mandate_state ADD VALUE 'signed' BEFORE 'active';
ALTER TYPE sepad.mandate_state ADD VALUE 'awaiting_registration' BEFORE 'active';
ALTER TYPE sepad.mandate_state ADD VALUE 'consumed';
ALTER TYPE sepad.mandate_state ADD VALUE 'refused';

ALTER TYPE sepad.mandate_event ADD VALUE 'sent' BEFORE 'suspended';
ALTER TYPE sepad.mandate_event ADD VALUE 'signed' BEFORE 'suspended';
ALTER TYPE sepad.mandate_event ADD VALUE 'registration_asked' BEFORE 'suspended';
ALTER TYPE sepad.mandate_event ADD VALUE 'registered' BEFORE 'suspended';
ALTER TYPE sepad.mandate_event ADD VALUE 'activated' BEFORE 'suspended';
ALTER TYPE sepad.mandate_event ADD VALUE 'unregistered' BEFORE 'suspended';
ALTER TYPE sepad.mandate_event ADD VALUE 'consumed';
ALTER TYPE sepad.mandate_event ADD VALUE 'reopened';
ALTER TYPE sepad.mandate_event ADD VALUE 'refused';
