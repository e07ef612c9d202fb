-- Who confirmed a recipient's key, when and how: 'by-words' that were compared with them, or
-- 'vouched-for' by a script, which nobody compared. A recipient that was removed or
-- renamed stays, under the name that packages were sealed to: a name means one key for ever.
ALTER TABLE recipient ADD COLUMN confirmed_at TEXT;
ALTER TABLE recipient ADD COLUMN confirmed_by TEXT;
ALTER TABLE recipient ADD COLUMN confirmed_how TEXT;
ALTER TABLE recipient ADD COLUMN removed_at TEXT;
ALTER TABLE recipient ADD COLUMN removed_by TEXT;
ALTER TABLE recipient ADD COLUMN renamed_to TEXT;
