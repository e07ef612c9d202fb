-- Why a load was taken as its kind, and each of its columns for what it means, as it was told
-- when the file was accepted. Loads made before this step tell no reasons.
ALTER TABLE load ADD COLUMN reasons TEXT NOT NULL DEFAULT '{}';
