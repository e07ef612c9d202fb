-- A withdrawn run leaves its decisions, but not what they say of people: their notes and the
-- digests of what was judged are blanked. Nothing else of a decision is ever changed.
DROP TRIGGER decision_kept;

-- Digests were plain SHA-256 of names and dates, which can be guessed; they are keyed from now
-- on, so the old ones match nothing.
UPDATE decision SET left_digest = '', right_digest = '';
UPDATE decision SET note = '' WHERE run IN (SELECT id FROM run WHERE state = 'withdrawn');

CREATE TRIGGER decision_kept BEFORE UPDATE ON decision
WHEN NOT (
    new.note = '' AND new.left_digest = '' AND new.right_digest = ''
    AND EXISTS (SELECT 1 FROM run WHERE id = old.run AND state = 'withdrawn')
    AND new.seq = old.seq AND new.run = old.run AND new.pair = old.pair
    AND new.verdict IS old.verdict AND new.reason = old.reason
    AND new.decided_by = old.decided_by AND new.decided_at = old.decided_at
    AND new.stood IS old.stood AND new.stands IS old.stands
)
BEGIN
    SELECT raise(ABORT, 'decisions are append-only');
END;
