-- Notices to whoever received a package that rows of it were wrong or may no longer be used. Each is
-- a signed package of its own. `request` is the person's request that it follows from, null where
-- every row is withdrawn.
CREATE TABLE package_notice (
    id TEXT PRIMARY KEY,
    package TEXT NOT NULL,
    request TEXT,
    rows INTEGER NOT NULL,
    why TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
