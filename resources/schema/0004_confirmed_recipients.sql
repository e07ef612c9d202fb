-- Who compared the words of a recipient's key with them, and when. A recipient that was removed or
-- renamed stays, under the name that packages were sealed to: a name means one key for ever.
ALTER TABLE recipient ADD COLUMN confirmed_at TEXT;
ALTER TABLE recipient ADD COLUMN confirmed_by TEXT;
ALTER TABLE recipient ADD COLUMN removed_at TEXT;
ALTER TABLE recipient ADD COLUMN removed_by TEXT;
ALTER TABLE recipient ADD COLUMN renamed_to TEXT;
