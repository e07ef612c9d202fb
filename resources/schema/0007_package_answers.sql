-- What came back for a sealed package: the receipt and the certificate of destruction. `said_on`
-- is the day that the recipient names, `said_by` who signed. A signed file is checked against the
-- recipient's key before it is here; what came on paper is what a steward says of it.
CREATE TABLE package_answer (
    package TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('receipt', 'destruction')),
    said_on TEXT NOT NULL,
    said_by TEXT NOT NULL,
    signed INTEGER NOT NULL,
    kept_at TEXT NOT NULL,
    kept_by TEXT NOT NULL,
    PRIMARY KEY (package, what)
) STRICT, WITHOUT ROWID;
