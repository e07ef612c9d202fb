-- The house: loads, dictionaries, runs, decisions, sharing, settings and the trail.
-- Loads are immutable blobs; everything that changes is ordinary tables.

CREATE TABLE series (
    prefix TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

-- Long writes that commit in chunks under an id nobody sees until the last transaction.
CREATE TABLE unfinished (
    id TEXT NOT NULL PRIMARY KEY,
    action TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    begun_by TEXT NOT NULL
) STRICT;

CREATE TABLE load (
    id TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('visible', 'withdrawn')),
    kind TEXT NOT NULL,
    kind_digest TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mapping TEXT NOT NULL,
    mapping_digest TEXT NOT NULL,
    shape TEXT NOT NULL,
    rows_read INTEGER NOT NULL,
    rows_loaded INTEGER NOT NULL,
    rows_rejected INTEGER NOT NULL,
    records INTEGER NOT NULL,
    agreement TEXT,
    route TEXT,
    supplier TEXT,
    as_at TEXT,
    loaded_at TEXT NOT NULL,
    loaded_by TEXT NOT NULL,
    warnings TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_by TEXT,
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX load_sha256 ON load (sha256);

-- 8,192 source rows each, as Arrow streams; raw text and integer codes apart, so that
-- matching reads codes without passing over the text.
CREATE TABLE load_raw (
    load TEXT NOT NULL,
    n INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX load_raw_place ON load_raw (load, n);

CREATE TABLE load_codes (
    load TEXT NOT NULL,
    n INTEGER NOT NULL,
    first_record INTEGER NOT NULL,
    records INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX load_codes_place ON load_codes (load, n);

CREATE TABLE rejection (
    load TEXT NOT NULL,
    n INTEGER NOT NULL,
    row INTEGER NOT NULL,
    "column" TEXT,
    code TEXT NOT NULL,
    facts TEXT NOT NULL,
    cells TEXT NOT NULL,
    PRIMARY KEY (load, n)
) STRICT, WITHOUT ROWID;

-- Vault-wide dictionaries: blocks of texts, codes counting from 0 within a domain.
CREATE TABLE dictionary (
    domain TEXT NOT NULL,
    first_code INTEGER NOT NULL,
    number INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX dictionary_place ON dictionary (domain, first_code);

CREATE TABLE remembered_mapping (
    signature TEXT NOT NULL,
    supplier TEXT NOT NULL,
    mapping TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    kept_by TEXT NOT NULL,
    PRIMARY KEY (signature, supplier)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    id TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('complete', 'withdrawn')),
    plan TEXT NOT NULL,
    plan_digest TEXT NOT NULL,
    plan_json TEXT NOT NULL,
    left_load TEXT NOT NULL,
    right_load TEXT,
    purpose TEXT,
    candidate_pairs INTEGER NOT NULL,
    certain INTEGER NOT NULL,
    probable INTEGER NOT NULL,
    possible INTEGER NOT NULL,
    unlikely INTEGER NOT NULL,
    seconds TEXT NOT NULL,
    notes TEXT NOT NULL,
    run_at TEXT NOT NULL,
    run_by TEXT NOT NULL
) STRICT;

CREATE TABLE pair (
    run TEXT NOT NULL,
    n INTEGER NOT NULL,
    left_record INTEGER NOT NULL,
    right_record INTEGER NOT NULL,
    weight REAL NOT NULL,
    probability REAL NOT NULL,
    band TEXT NOT NULL,
    PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX pair_band ON pair (run, band, weight DESC, n);
CREATE INDEX pair_weight ON pair (run, weight DESC, n);

-- The waterfalls stand apart, so that lists of pairs pass over narrow rows.
CREATE TABLE pair_evidence (
    run TEXT NOT NULL,
    n INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;

-- Rows that take part in a pair, copied narrow, so that review never decodes a chunk.
CREATE TABLE pair_record (
    run TEXT NOT NULL,
    load TEXT NOT NULL,
    record INTEGER NOT NULL,
    row INTEGER NOT NULL,
    part INTEGER NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (run, load, record)
) STRICT, WITHOUT ROWID;

-- Append-only. `stood` is the decision that stood until now, `stands` the one that stands
-- from now: itself for a decision, an earlier one or none for an undo.
CREATE TABLE decision (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL,
    pair TEXT NOT NULL,
    verdict TEXT CHECK (verdict IN ('same', 'different', 'unsure')),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    left_digest TEXT NOT NULL,
    right_digest TEXT NOT NULL,
    stood INTEGER,
    stands INTEGER
) STRICT;
CREATE INDEX decision_pair ON decision (pair, seq, stands);
CREATE INDEX decision_run ON decision (run, pair, seq, stands);
CREATE INDEX decision_digests ON decision (left_digest, right_digest);
CREATE TRIGGER decision_kept BEFORE UPDATE ON decision
BEGIN
    SELECT raise(ABORT, 'decisions are append-only');
END;

CREATE TABLE bookmark (
    run TEXT NOT NULL,
    steward TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (run, steward)
) STRICT, WITHOUT ROWID;

CREATE TABLE agreement (
    ref TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    kept_by TEXT NOT NULL
) STRICT;

CREATE TABLE recipient (
    name TEXT NOT NULL PRIMARY KEY,
    public_key TEXT NOT NULL,
    fingerprint_words TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    kept_by TEXT NOT NULL
) STRICT;

CREATE TABLE package (
    id TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'sealed', 'discarded')),
    spec TEXT NOT NULL,
    agreement TEXT NOT NULL,
    recipient TEXT NOT NULL,
    purpose TEXT NOT NULL,
    rows INTEGER NOT NULL,
    fields INTEGER NOT NULL,
    drafted_by TEXT NOT NULL,
    drafted_at TEXT NOT NULL,
    approved_by TEXT,
    approved_at TEXT,
    sealed_by TEXT,
    sealed_at TEXT,
    file TEXT,
    sha256 TEXT,
    destroy_by TEXT
) STRICT;

-- Who received which row, so that a correction can find them again.
CREATE TABLE package_row (
    package TEXT NOT NULL,
    load TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (package, load, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_row_record ON package_row (load, record);

CREATE TABLE setting (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE office (
    name TEXT NOT NULL PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- The record of acts: each entry's hash covers the one before. Nothing edits or removes one.
CREATE TABLE trail (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    steward TEXT NOT NULL,
    action TEXT NOT NULL,
    facts TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX trail_action ON trail (action, seq);
CREATE TRIGGER trail_kept BEFORE UPDATE ON trail
BEGIN
    SELECT raise(ABORT, 'the trail is append-only');
END;
CREATE TRIGGER trail_whole BEFORE DELETE ON trail
BEGIN
    SELECT raise(ABORT, 'the trail is append-only');
END;
