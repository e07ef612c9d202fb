-- A judgement is remembered: where a later run finds the same two records, unchanged in every
-- field that decides, what a steward said of them is carried over. `carried_from` is the pair it
-- was said of first; who said it and when stay as they were.
ALTER TABLE decision ADD COLUMN carried_from TEXT;
CREATE INDEX decision_carried ON decision (carried_from) WHERE carried_from IS NOT NULL;

DROP TRIGGER decision_kept;
CREATE TRIGGER decision_kept BEFORE UPDATE ON decision
WHEN NOT (
    new.note = '' AND new.left_digest = '' AND new.right_digest = ''
    AND EXISTS (SELECT 1 FROM run WHERE id = old.run AND state = 'withdrawn')
    AND new.seq = old.seq AND new.run = old.run AND new.pair = old.pair
    AND new.verdict IS old.verdict AND new.reason = old.reason
    AND new.decided_by = old.decided_by AND new.decided_at = old.decided_at
    AND new.stood IS old.stood AND new.stands IS old.stands
    AND new.carried_from IS old.carried_from
)
BEGIN
    SELECT raise(ABORT, 'decisions are append-only');
END;
