-- Another attempt of a claim is made when its reject or return is applied. In a time that is forgotten that was another
-- day than the day on which the same report is applied again: then the day asked for tells nothing.
CREATE OR REPLACE FUNCTION sepad.perhaps_sent(collection bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'perhaps sent in ' || l.message_id
  FROM sepad.collection c
  JOIN sepad.mandate m ON m.id = c.mandate_id
  JOIN sepad.creditor k ON k.id = c.creditor_id
  JOIN sepad.lost_debit l ON l.creditor_identifier = k.creditor_identifier AND l.released_at IS NULL
    AND (l.end_to_end_id = c.end_to_end_id
      OR l.collection_id IS NULL AND l.mandate_reference = m.reference AND l.amount_cents = c.amount_cents
        AND (c.requested_date <= l.collection_date OR c.attempt > 1))
  WHERE c.id = collection
  ORDER BY l.end_to_end_id <> c.end_to_end_id, l.message_id LIMIT 1
$$;
