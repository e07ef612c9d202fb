-- What a person asked of the council about data on them, and which records were found to be theirs.
-- `right_id` is a right of resources/governance/rights.toml; days are ISO 8601. The clock runs from
-- `identity_on`, the day it was clear who asks. `outcome` is null while the request is open.
CREATE TABLE subject_request (
    id TEXT PRIMARY KEY,
    n INTEGER NOT NULL UNIQUE,
    right_id TEXT NOT NULL,
    case_ref TEXT NOT NULL,
    received_on TEXT NOT NULL,
    identity_on TEXT,
    acknowledged_on TEXT,
    extended_why TEXT,
    opened_at TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    outcome TEXT,
    outcome_why TEXT,
    closed_at TEXT,
    closed_by TEXT
) STRICT, WITHOUT ROWID;

-- Laid to a request by a steward, who has seen that the record is of the person.
CREATE TABLE subject_record (
    request TEXT NOT NULL,
    load TEXT NOT NULL,
    record INTEGER NOT NULL,
    row INTEGER NOT NULL,
    part INTEGER NOT NULL,
    laid_at TEXT NOT NULL,
    laid_by TEXT NOT NULL,
    PRIMARY KEY (request, load, record)
) STRICT, WITHOUT ROWID;
