-- Persons: clusters of linked records, gathered for one purpose at a time, since data that one
-- purpose may see another must not. A record that was never linked has no row here; one that is
-- linked no more keeps its number, to have it again when the other half is delivered anew.
CREATE TABLE gathering (
    purpose TEXT NOT NULL PRIMARY KEY,
    probable INTEGER NOT NULL,
    runs TEXT NOT NULL,
    left_out TEXT NOT NULL,
    decisions INTEGER NOT NULL,
    links INTEGER NOT NULL,
    gathered_at TEXT NOT NULL,
    gathered_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A number is never given twice. `became` is the person that took its records over, if any.
CREATE TABLE person (
    n INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    purpose TEXT NOT NULL,
    became INTEGER
) STRICT;
CREATE INDEX person_purpose ON person (purpose, n);

CREATE TABLE person_record (
    purpose TEXT NOT NULL,
    load TEXT NOT NULL,
    record INTEGER NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (purpose, load, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_record_person ON person_record (person);
CREATE INDEX person_record_load ON person_record (load);

-- Links that joined nothing, with the reason: they are shown, never dropped in silence.
CREATE TABLE refused_link (
    purpose TEXT NOT NULL,
    run TEXT NOT NULL,
    pair INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (purpose, run, pair)
) STRICT, WITHOUT ROWID;
