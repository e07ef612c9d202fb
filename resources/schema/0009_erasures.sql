-- Loads erased for good: proposed by one steward, done by another where there are two, and proved by
-- a search of every page. `pieces` are the pieces searched for, `shared` those that also stand in
-- what remains, `found` those met all the same; null until it was proved.
CREATE TABLE erasure (
    load TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    erased_at TEXT,
    erased_by TEXT,
    pages INTEGER,
    pieces INTEGER,
    shared INTEGER,
    found INTEGER,
    backups INTEGER
) STRICT, WITHOUT ROWID;
